"""
## What it does
Finds magics and shell commands that have no counterpart in plain Python: ``%%R``, ``%%sql``, ``%store``, ``!make``.

## Why is this bad
They only work in IPython, or in this notebook's own process. A service cannot run them, so the export refuses the
notebook.

## Example
```text
%%sql
select * from customers
```

## Use instead
```python
customers = pd.read_sql("select * from customers", connection)
```
"""

from __future__ import annotations

from collections.abc import Iterator

from nb2prod.notebook.model import Notebook
from nb2prod.rules.model import Finding, Rule, Severity

RULE = Rule("NB706", "untranslatable-magic", Severity.ERROR)


def check(notebook: Notebook) -> Iterator[Finding]:
    """Yield a finding for each magic that keeps the notebook from being exported."""
    for each in notebook.refused:
        if each.kind == "magics":
            yield Finding(each.problem.what, each.cell, each.line, each.problem.remedy)
