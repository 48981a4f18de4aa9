"""
## What it does
Finds code cells with more lines than ``max_cell_lines``, 100 unless somebody sets another number.

## Why is this bad
A cell is run as a whole: whoever changes a line of it runs all of it again. And it is read as a whole: what belongs to
the data and what to the training can neither be tagged nor tested by itself.

## Example
```text
[4] one cell that reads, cleans, trains, plots and saves, in 260 lines
```

## Use instead
Split it where it begins to do something else, or put what is called several times into functions.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from nb2prod.analysis.model import Statement
from nb2prod.notebook.model import Cell
from nb2prod.rules.model import Finding, Rule, Severity
from nb2prod.rules.settings import Settings

RULE = Rule("NB703", "long-cell", Severity.ADVICE)


def check(cells: Sequence[Cell], by_cell: Mapping[int, Sequence[Statement]], settings: Settings) -> Iterator[Finding]:
    """Yield a finding for each cell that is longer."""
    for cell in cells:
        lines = cell.source.strip("\n").count("\n") + 1
        if lines > settings.max_cell_lines:
            single = len(by_cell[cell.index]) == 1
            remedy = "put it into a module or a file" if single else "split it where it begins to do something else"
            yield Finding(f"has {lines} lines, more than {settings.max_cell_lines}", cell.index, remedy=remedy)
