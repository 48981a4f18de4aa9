"""
## What it does
Finds names that a cell reads and that no cell defines: their cell was deleted, or they are misspelt. Unlike ruff's
F821, it knows what magics define: ``%store -r x``, ``%%capture x``.

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

from collections.abc import Iterator, Sequence

from nb2prod.rules.model import Finding, Rule, Severity
from nb2prod.rules.unknown_names import Unknown

RULE = Rule("NB102", "undefined-name", Severity.ERROR)


def check(unknown_names: Sequence[Unknown]) -> Iterator[Finding]:
    """Yield a finding for each statement that reads such a name, told once for each name."""
    for each in unknown_names:
        if each.deleted is not None:
            what = f"`{each.name}` is read after `del` in cell [{each.deleted.cell + 1}] has taken it away"
            remedy = "delete it only when nothing reads it any more"
        elif each.below is None:
            by = "" if each.direct else " by a function that is called here,"
            what = f"`{each.name}` is read{by} and never defined"
            if each.name in each.statement.facts.definitions:
                what = f"`{each.name}` is changed here and has no value before"
            remedy = "define it above; its cell may have been deleted"
            if each.alike:
                remedy = f"did you mean `{each.alike}`? Else define it above; its cell may have been deleted"
        else:
            continue
        yield Finding(what, each.statement.cell, each.line, remedy, subject=each.name, once=each.name)
