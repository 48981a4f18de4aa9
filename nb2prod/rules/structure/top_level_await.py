"""
## What it does
Finds ``await``, ``async for`` and ``async with`` outside functions.

## Why is this bad
Jupyter runs them, and a Python module does not: an export cannot carry them, and refuses the notebook.

## Example
```python
rows = await client.fetch(query)
```

## Use instead
The library's synchronous function, or a thread with a loop of its own, which works in Jupyter and in a service:
```python
import asyncio
from concurrent.futures import ThreadPoolExecutor

rows = ThreadPoolExecutor().submit(asyncio.run, client.fetch(query)).result()
```
"""

from __future__ import annotations

from collections.abc import Iterator

from nb2prod.notebook.model import Notebook
from nb2prod.rules.model import Finding, Rule, Severity

RULE = Rule("NB718", "top-level-await", Severity.WARNING)


def check(notebook: Notebook) -> Iterator[Finding]:
    """Yield a finding for the first of each cell."""
    for each in notebook.refused:
        if each.kind == "await":
            what = "`await` outside a function runs in Jupyter only: an export cannot carry it"
            yield Finding(what, each.cell, each.line, each.problem.remedy)
