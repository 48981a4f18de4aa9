"""
## What it does
Finds generators that are seeded with different numbers in one notebook.

## Why is this bad
Which number counts depends on which cells were run last. Somebody who wants other draws changes one of them and does
not see that another one takes it back.

## Example
```python
np.random.seed(0)
X, y = make_classification()
np.random.seed(42)
model.fit(X, y)
```

## Use instead
```python
SEED = 0  # in a cell tagged `parameters`
np.random.seed(SEED)
```
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from nb2prod.rules.chance import GENERATORS, Chance, literal
from nb2prod.rules.model import Finding, Rule, Severity

RULE = Rule("NB204", "several-seeds", Severity.ADVICE)


def check(chance: Chance) -> Iterator[Finding]:
    """Yield a finding for each seed that is another number than the first one of its generator."""
    told: set[tuple[int, int]] = set()
    for generator, seeds in chance.seeds.items():
        first: object = None
        for seed in seeds:
            given: list[ast.expr] = [*seed.node.args[:1], *(each.value for each in seed.node.keywords[:1])]
            value = literal(given[0]) if given and not seed.deferred else None
            if not isinstance(value, int):
                continue
            first = value if first is None else first
            place = (seed.statement.cell, seed.line)
            if value != first and place not in told:
                told.add(place)
                what = f"`{GENERATORS[generator]}` is seeded with {value} here and with {first} above"
                yield Finding(what, *place, "seed once, at the top, with a parameter")
