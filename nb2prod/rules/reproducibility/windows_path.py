"""
## What it does
Finds names of files that only Windows understands: with a drive (``C:\\Users\\...``), or with backslashes between
folders (``data\\train.csv``).

## Why is this bad
Services and colleagues' machines run Linux or macOS, where that is the name of one odd file which is not there.

## Example
```python
df = pd.read_csv("data\\\\train.csv")
```

## Use instead
Windows knows the slash too:
```python
df = pd.read_csv("data/train.csv")
```

## Fix safety
Safe: slashes are written, and a drive is left out, only where a file of that name lies below the notebook's folder. It
stays where the notebook changes its folder, and where the name is more than a file's to the code: where it is compared,
looked up, or a part of another one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from nb2prod.analysis.nodes import Placed
from nb2prod.rules.file_names import made_relative
from nb2prod.rules.model import Finding, Fixing, Rule, Severity

RULE = Rule("NB212", "windows-path", Severity.WARNING, Fixing.SAFE)
WINDOWS = re.compile(
    r"^[A-Za-z]:[\\/]+\w"
    r"|^\\\\[\w.-]+\\\w"
    r"|^(?:\.{1,2}\\+)?(?:[\w.-]+(?: [\w.-]+)*\\+)+[\w .()-]*\.[A-Za-z]\w{1,5}$"
)


def check(paths: Sequence[tuple[Placed, str]]) -> Iterator[Finding]:
    """Yield a finding for each name."""
    for placed, text in paths:
        if ("\\" not in text and ":" not in text) or not WINDOWS.search(text):
            continue
        what = f"`{text}` is a place that only Windows understands"
        remedy = "name the file from the notebook's folder, with slashes"
        yield Finding(what, placed.statement.cell, getattr(placed.node, "lineno", 0), remedy, text)


fix = made_relative
