"""
## What it does
Finds cells that are not Python: unfinished lines, pasted text, Python 2's ``print``.

## Why is this bad
Run from the top, the notebook stops there. An export refuses it, and no other rule can say anything of the cell.

## Example
```python
model.fit(X_train, y_train
```

## Use instead
```python
model.fit(X_train, y_train)
```
"""

from __future__ import annotations

from collections.abc import Iterator

from nb2prod.notebook.model import Notebook
from nb2prod.rules.model import Finding, Rule, Severity

RULE = Rule("NB708", "syntax-error", Severity.ERROR)


def check(notebook: Notebook) -> Iterator[Finding]:
    """Yield a finding for each cell that cannot be parsed."""
    for each in notebook.refused:
        if each.kind == "syntax":
            yield Finding(each.problem.what, each.cell, each.line, each.problem.remedy)
