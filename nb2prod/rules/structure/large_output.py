"""
## What it does
Finds cells whose saved outputs are larger than ``max_output_mb``, one megabyte unless somebody sets another number.

## Why is this bad
Every commit keeps them for good, a review cannot show them, and the notebook gets slow to open. What is printed by the
megabyte often is the data itself.

## Example
```python
for row in table.itertuples():
    print(row)
```

## Use instead
```python
table.head()
```

## Fix safety
Safe: the outputs of the cell are taken off; its code stays, and running it brings them back.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from nb2prod.notebook.model import Cell
from nb2prod.rules.model import Finding, Fix, Fixing, Outputs, Rule, Severity
from nb2prod.rules.settings import Settings
from nb2prod.rules.stored_texts import characters_left_out

RULE = Rule("NB707", "large-output", Severity.ADVICE, Fixing.SAFE)
MEGABYTE = 1_000_000


def check(cells: Sequence[Cell], document: Mapping[str, Any], settings: Settings) -> Iterator[Finding]:
    """Yield a finding for each cell whose outputs are larger."""
    for cell in cells:
        outputs = document["cells"][cell.position].get("outputs")
        size = (_size(outputs) + characters_left_out(outputs)) / MEGABYTE
        if size > settings.max_output_mb:
            what = f"its outputs have {size:.1f} MB in the file, more than {settings.max_output_mb:g}"
            yield Finding(what, cell.index, remedy="show less, as `head()` does, or clear the output before saving")


def fix(finding: Finding) -> Fix | None:
    """Take the outputs off."""
    return Fix("Clear these outputs", (Outputs(finding.cell, ()),)) if finding.cell is not None else None


def _size(value: object) -> int:
    """Return how many characters of text a JSON value holds."""
    found, pending = 0, [value]
    while pending:
        each = pending.pop()
        if isinstance(each, str):
            found += len(each)
        elif isinstance(each, dict):
            pending.extend(each.values())
        elif isinstance(each, list):
            pending.extend(each)
    return found
