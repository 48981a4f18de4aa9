"""A document and values go in; the document has a cell then that sets the values, where papermill would put it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nb2prod.runs.parameters.recording import in_json
from nb2prod.runs.parameters.writing import injected_source

INJECTED, PARAMETERS = "injected-parameters", "parameters"
"""papermill's tags."""


def inject(document: Any, values: Mapping[str, Any]) -> None:
    """Put the cell in: for the one that an earlier run has put in, else behind the parameters cell, else at the top.

    What was set is in the document's metadata, too. Nothing is done where there are no values.
    """
    if not values:
        return
    import nbformat.v4

    v4: Any = nbformat.v4  # it has no types
    cell = v4.new_code_cell(injected_source(values), metadata={"tags": [INJECTED]})
    earlier, declaring = _first(document, INJECTED), _first(document, PARAMETERS)
    if earlier is not None:
        document.cells[earlier] = cell
    else:
        document.cells.insert(0 if declaring is None else declaring + 1, cell)
    document.metadata.papermill["parameters"] = {name: in_json(value) for name, value in values.items()}


def _first(document: Any, tag: str) -> int | None:
    found = (position for position, cell in enumerate(document.cells) if tag in cell.metadata.get("tags", ()))
    return next(found, None)
