"""
## What it does
Finds notebooks without any code.

## Why is this bad
There is nothing to export, to run or to check. It may be a page of text, which is as it should be; or the wrong file,
or one that was saved before its cells were written.

## Example
```text
a notebook with a heading and an empty cell
```

## Use instead
Name the notebook that has the code, or restore this one from a checkpoint.
"""

from __future__ import annotations

from collections.abc import Iterator

from nb2prod.notebook.model import Notebook
from nb2prod.rules.model import Finding, Rule, Severity

RULE = Rule("NB714", "empty-notebook", Severity.ADVICE)


def check(notebook: Notebook) -> Iterator[Finding]:
    """Yield one finding where there is no code."""
    if any(each.kind == "empty" for each in notebook.refused):
        yield Finding("the notebook has no code", remedy="name one that has, or restore it from a checkpoint")
