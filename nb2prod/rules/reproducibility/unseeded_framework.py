"""
## What it does
Finds neural networks of PyTorch and Keras that are trained from random weights, or on shuffled batches, without
``torch.manual_seed`` or ``keras.utils.set_random_seed`` above them.

## Why is this bad
Weights begin somewhere else in each run, and batches come in another order: nobody can train the same network again.

## Example
```python
model = nn.Sequential(nn.Linear(8, 16), nn.ReLU(), nn.Linear(16, 1))
```

## Use instead
```python
SEED = 0  # in a cell tagged `parameters`
torch.manual_seed(SEED)
model = nn.Sequential(nn.Linear(8, 16), nn.ReLU(), nn.Linear(16, 1))
```

## Fix safety
Safe: what is drawn was different in each run, and is now one of the results that it could have been, every time.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from nb2prod.analysis.model import Dataflow
from nb2prod.analysis.nodes import Call
from nb2prod.notebook.model import Cell
from nb2prod.rules.chance import GENERATORS, SEEDED_BY, Chance
from nb2prod.rules.model import Finding, Fix, Fixing, Rule, Severity
from nb2prod.rules.seeding import seeded_above

RULE = Rule("NB202", "unseeded-framework", Severity.WARNING, Fixing.SAFE)
TRAINS = frozenset(("backward", "fit", "fit_generator", "train", "train_on_batch", "fit_one_cycle", "fine_tune"))
"""Methods without which weights stay what they were read as."""
LAYERS = ("torch.nn", "torchvision.models", "keras.")


def check(chance: Chance, calls: Sequence[Call]) -> Iterator[Finding]:
    """Yield one finding for each library, where it first draws."""
    trains = any(call.last in TRAINS for call in calls)
    for generator in ("<torch.random>", "<tensorflow.random>"):
        draws = [draw for draw in chance.unseeded(generator) if trains or not draw.path.startswith(LAYERS)]
        for draw in draws:
            seed = SEEDED_BY[generator]
            what = f"`{draw.last}` draws from {GENERATORS[generator]}'s generator, which nothing seeds"
            remedy = f"call `{seed}(SEED)` above it, with `SEED` a parameter"
            yield Finding(what, draw.statement.cell, draw.line, remedy, generator, once=generator)


def fix(
    finding: Finding,
    chance: Chance,
    flow: Dataflow,
    cells: Sequence[Cell],
    import_names: Mapping[str, str],
) -> Fix | None:
    """Seed above the first draw."""
    at = (finding.cell, finding.line)
    for draw in chance.unseeded(finding.subject):
        if (draw.statement.cell, draw.line) == at:
            return seeded_above(draw.statement, finding.subject, flow, cells, import_names)
    return None
