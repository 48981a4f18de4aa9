"""
## What it does
Finds files that are named by their place on one machine: ``/home/...``, ``/Users/...``, ``/kaggle/input/...``,
``/content/drive/...``, ``/mnt/...``.

## Why is this bad
There is no such folder anywhere else: the notebook stops there for everybody but its author.

## Example
```python
df = pd.read_csv("/home/ada/churn/data/train.csv")
```

## Use instead
```python
df = pd.read_csv("data/train.csv")
```

## Fix safety
Safe: the name is made relative only where a file of that name lies below the notebook's folder, and where the file at
the absolute place is gone or has the same content. It stays where the notebook changes its folder, and where the name
is more than a file's to the code: where it is compared, looked up, or a part of another one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from nb2prod.analysis.nodes import Placed
from nb2prod.rules.file_names import made_relative
from nb2prod.rules.model import Finding, Fixing, Rule, Severity

RULE = Rule("NB211", "absolute-path", Severity.WARNING, Fixing.SAFE)
ROOTS = (
    "home|Users|kaggle|content|mnt|media|root|data|Volumes|workspace|dbfs|gdrive|scratch|nfs|storage|datasets|projects"
)
ABSOLUTE = re.compile(rf"^(?:file://)?/(?:{ROOTS})/[^\s:?*<>|]*[\w/](?: ?[^\s:?*<>|]+)*$")


def check(paths: Sequence[tuple[Placed, str]]) -> Iterator[Finding]:
    """Yield a finding for each name."""
    for placed, text in paths:
        if not ABSOLUTE.search(text):
            continue
        if "mount(" in placed.statement.source and "/" not in text.strip("/").partition("/")[2]:
            continue
        what = f"`{text}` is a place on one machine"
        remedy = "name the file from the notebook's folder, or make the folder a parameter"
        yield Finding(what, placed.statement.cell, getattr(placed.node, "lineno", 0), remedy, text)


fix = made_relative
