"""
## What it does
Finds files that are named from outside the notebook's folder: ``../data/train.csv``, ``~/data/train.csv``.

## Why is this bad
Whoever gets the notebook's folder does not get that file, and a repository that is made of it cannot carry it along
under the same name.

## Example
```python
df = pd.read_csv("../data/train.csv")
```

## Use instead
Keep the file in the notebook's folder, or below it:
```python
df = pd.read_csv("data/train.csv")
```
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from nb2prod.analysis.nodes import Placed
from nb2prod.rules.model import Finding, Rule, Severity

RULE = Rule("NB210", "file-outside", Severity.WARNING)
OUTSIDE = re.compile(r"^(?:\.\.[/\\]|~[/\\]|\./\.\./)\s*[\w.]")


def check(paths: Sequence[tuple[Placed, str]]) -> Iterator[Finding]:
    """Yield a finding for each name."""
    for placed, text in paths:
        if not OUTSIDE.search(text):
            continue
        what = f"`{text}` lies outside the notebook's folder"
        remedy = "keep it in the notebook's folder or below it"
        yield Finding(what, placed.statement.cell, getattr(placed.node, "lineno", 0), remedy, text)
