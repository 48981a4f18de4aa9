"""
## What it does
Finds code cells that say the same as another one above them, from ``min_repeated_lines`` lines of code on: six, unless
somebody sets another number. Comments and blank lines do not count.

## Why is this bad
Sooner or later one of the two is changed and the other is not. In a service repository both would be moved, tested and
maintained.

## Example
```text
[8]  the eight lines that plot a confusion matrix
[14] the same eight lines
```

## Use instead
Put them into a function, with what differs as its parameters, and call it twice.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from nb2prod.notebook.model import Cell
from nb2prod.rules.model import Finding, Rule, Severity
from nb2prod.rules.settings import Settings

RULE = Rule("NB711", "repeated-cell", Severity.ADVICE)


def check(cells: Sequence[Cell], settings: Settings) -> Iterator[Finding]:
    """Yield a finding for each cell whose code stands above already."""
    first: dict[tuple[str, ...], Cell] = {}
    for cell in cells:
        written = cell.source.splitlines()
        if len(written) < settings.min_repeated_lines:
            continue
        lines = tuple([line.rstrip() for line in written if (text := line.lstrip()) and text[0] != "#"])
        if len(lines) < settings.min_repeated_lines:
            continue
        other = first.setdefault(lines, cell)
        if other is not cell:
            remedy = "put the code into a function and call it twice, or delete one of the two"
            yield Finding(f"says the same as {other.label}, {len(lines)} lines of code", cell.index, remedy=remedy)
