"""
## What it does
Finds draws from Python's ``random`` and from NumPy that no seed stands above: ``np.random.rand(...)``,
``random.shuffle(...)``, ``default_rng()`` and ``RandomState()`` without a number, ``scipy.stats``' ``rvs``.

## Why is this bad
Each run gives other numbers. A model that was trained on them cannot be trained again, and whether a change made it
better cannot be told from luck.

## Example
```python
noise = np.random.normal(size=100)
```

## Use instead
```python
SEED = 0  # in a cell tagged `parameters`
rng = np.random.default_rng(SEED)
noise = rng.normal(size=100)
```

## Fix safety
Safe: what is drawn was different in each run, and is now one of the results that it could have been, every time. The
fix adds ``SEED`` to the parameters and seeds above the first draw; the outputs that are stored are of another draw. A
second generator that is made alike gets ``SEED + 1``, so that the two do not draw the same.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence

from nb2prod.analysis.model import Dataflow
from nb2prod.analysis.nodes import Call
from nb2prod.notebook.model import Cell, Notebook
from nb2prod.rules.chance import GENERATORS, SEEDED_BY, Chance, is_none
from nb2prod.rules.editing import replaced
from nb2prod.rules.ignoring import is_ignored_at
from nb2prod.rules.model import Finding, Fix, Fixing, Rule, Severity, Source
from nb2prod.rules.seeding import seeded_above, unlike, with_seed

RULE = Rule("NB201", "unseeded-random", Severity.WARNING, Fixing.SAFE)
GENERATOR_CLASSES = frozenset(
    (
        "numpy.random.default_rng",
        "numpy.random.RandomState",
        "numpy.random.PCG64",
        "numpy.random.MT19937",
        "numpy.random.SeedSequence",
        "random.Random",
    )
)


def check(chance: Chance, calls: Sequence[Call], notebook: Notebook) -> Iterator[Finding]:
    """Yield one finding for each global generator, where it is first drawn from, and one for each unseeded own one."""
    for generator in ("<random>", "<numpy.random>"):
        drawn = chance.unseeded(generator)
        draws = [each for each in drawn if not is_ignored_at(notebook, RULE, each.statement.cell, each.line)]
        remedy = f"call `{SEEDED_BY[generator]}(SEED)` above it, with `SEED` a parameter"
        drawing = sorted({draw.statement.index for draw in draws})
        for draw in draws:
            more = len(drawing) - 1 - drawing.index(draw.statement.index)
            rest = f", and {more} more statement{'s' * (more > 1)} below" if more else ""
            what = f"`{draw.path}` draws from `{GENERATORS[generator]}`, which nothing seeds{rest}"
            yield Finding(what, draw.statement.cell, draw.line, remedy, generator, once=generator)
    for call in calls:
        if call.path in GENERATOR_CLASSES and _is_unseeded_generator(call):
            what = f"`{call.last}()` gets no seed, so it draws other numbers in each run"
            yield Finding(what, call.statement.cell, call.line, "give it a seed that is a parameter", call.path)


def _is_unseeded_generator(call: Call) -> bool:
    if call.path not in GENERATOR_CLASSES or call.unpacks:
        return False
    given = [*call.node.args, *(each.value for each in call.node.keywords)]
    return not given or is_none(given[0])


def fix(
    finding: Finding,
    chance: Chance,
    calls: Sequence[Call],
    flow: Dataflow,
    cells: Sequence[Cell],
    import_names: Mapping[str, str],
) -> Fix | None:
    """Seed above the first draw, or hand a seed to a generator."""
    at = (finding.cell, finding.line)
    if finding.subject in SEEDED_BY:
        draw = next(each for each in chance.unseeded(finding.subject) if (each.statement.cell, each.line) == at)
        return seeded_above(draw.statement, finding.subject, flow, cells, import_names)
    call = next(each for each in calls if (each.statement.cell, each.line) == at and _is_unseeded_generator(each))
    name, changes = with_seed(flow.statements, cells, call.statement)
    cell = next(each for each in cells if each.index == call.statement.cell)
    function = ast.unparse(call.node.func)
    same = [each for each in calls if each.last == call.last]
    alike = [each for each in same if _is_unseeded_generator(each) and ast.unparse(each.node.func) == function]
    seed = unlike((each.node for each in same), lambda each: f"{function}({each})", name, alike.index(call))
    new = replaced(cell, call.node, f"{function}({seed})")
    if new is None or call.deferred or call.repeated:
        return None
    return Fix(f"Seed {call.last} with {seed}", (*changes, Source(cell.index, new)))
