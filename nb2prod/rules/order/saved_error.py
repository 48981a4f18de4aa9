"""
## What it does
Finds cells whose saved output is an error. Cells that are tagged ``raises-exception`` are meant to raise and are passed
over.

## Why is this bad
The run that was saved did not get through here. What stands below shows the results of another run, or of none.

## Example
```text
[12] model.predict(X_new)
     ValueError: X has 12 features, but LogisticRegression is expecting 13
```

## Use instead
Mend the cell, *Restart Kernel and Run All Cells*, and save. A cell that shows an error on purpose gets the tag
``raises-exception``, with which Jupyter goes on below it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from nb2prod.notebook.model import Cell
from nb2prod.rules.model import Finding, Rule, Severity

RULE = Rule("NB111", "saved-error", Severity.WARNING)


def check(cells: Sequence[Cell], document: Mapping[str, Any]) -> Iterator[Finding]:
    """Yield a finding for each cell that raised when the notebook was saved."""
    for cell in cells:
        if not cell.raised:
            continue
        name = _error(document["cells"][cell.position])
        if name == "KeyboardInterrupt":
            yield Finding(
                "the saved run was interrupted here", cell.index, remedy="run all cells to the end, then save"
            )
        else:
            what = f"the saved run raised {f'`{name}`' if name else 'an error'} here"
            yield Finding(
                what, cell.index, remedy="mend it and run all cells, or tag it `raises-exception` if it is meant"
            )


def _error(raw: Mapping[str, Any]) -> str:
    """Return the name of the error's class, empty where it has none."""
    names = (each.get("ename") for each in raw["outputs"] if isinstance(each, dict) and "ename" in each)
    return next((name for name in names if isinstance(name, str) and name.isidentifier()), "")
