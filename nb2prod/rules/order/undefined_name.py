"""
## What it does
Finds names that a cell reads and that nothing above it defines: deleted cells, cells further down, misspellings.

## Why is this bad
It works in a kernel that remembers the name, and nowhere else. Run from the top, the cell raises ``NameError``.

## Example
```python
model.fit(X_train, y_train)  # the cell that split the data was deleted
```

## Use instead
Write the cell again that defines the name, above the first one that reads it.
"""

from __future__ import annotations

from collections.abc import Iterator

from nb2prod.analysis.model import Dataflow
from nb2prod.rules.model import Finding, Rule, Severity

RULE = Rule("NB102", "undefined-name", Severity.ERROR)


def check(flow: Dataflow) -> Iterator[Finding]:
    """Yield a finding for each name, where it is first read."""
    below: dict[str, int] = {}
    for statement in reversed(flow.statements):
        below.update(dict.fromkeys(statement.facts.definitions, statement.cell))
    told: set[str] = set()
    for index in sorted(flow.undefined):
        statement = flow.statements[index]
        for name in sorted(flow.undefined[index] - told):
            told.add(name)
            later = below.get(name)
            if later is None:
                what, remedy = f"`{name}` is read and never defined", "define it above; its cell may have been deleted"
            else:
                what = f"`{name}` is read here and defined only in cell [{later + 1}]"
                remedy = "move that cell above this one"
            yield Finding(what, statement.cell, statement.line, remedy)
