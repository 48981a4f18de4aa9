"""
## What it does
Finds saved outputs that belong to no numbered run: the cell has outputs and no number, or the number of its result is
another than its own.

## Why is this bad
Jupyter writes the number and the outputs together. Where they do not fit, the cell was edited, copied or changed by a
tool since, and nobody can tell whether the code that is there gave what is shown.

## Example
```text
[ ] model.score(X_test, y_test)
    0.93
```

## Use instead
*Restart Kernel and Run All Cells* before the notebook is saved, or clear the outputs together with the numbers.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from nb2prod.notebook.model import Cell
from nb2prod.rules.model import Finding, Rule, Severity

RULE = Rule("NB110", "outputs-of-no-run", Severity.ADVICE)
REMEDY = "restart the kernel and run all cells, or clear the outputs"


def check(cells: Sequence[Cell], document: Mapping[str, Any]) -> Iterator[Finding]:
    """Yield a finding for each such cell; one for the notebook where no number was kept at all."""
    shown = [(cell, outputs) for cell in cells if (outputs := _outputs(document, cell))]
    unnumbered = [cell for cell, _ in shown if cell.execution_count is None]
    if len(unnumbered) > 1 and len(unnumbered) == len(shown):
        yield Finding("outputs are saved without the numbers of the run that gave them", remedy=REMEDY)
        return
    for cell, outputs in shown:
        other = next((number for number in map(_number, outputs) if number not in {None, cell.execution_count}), None)
        if cell.execution_count is None:
            yield Finding("has outputs and no number: they are of no run that was saved", cell.index, remedy=REMEDY)
        elif other is not None:
            what = f"shows the result of run {other}, and its code was last run as {cell.execution_count}"
            yield Finding(what, cell.index, remedy=REMEDY)


def _outputs(document: Mapping[str, Any], cell: Cell) -> Sequence[Mapping[str, Any]]:
    found = document["cells"][cell.position].get("outputs")
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def _number(output: Mapping[str, Any]) -> int | None:
    number = output.get("execution_count") if output.get("output_type") == "execute_result" else None
    return number if isinstance(number, int) else None
