"""A notebook goes in, with parameters and a kernel's name; it comes out executed, or the error says what happened."""

from __future__ import annotations

import json
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Any

from nb2prod.notebook.load_nbformat import load_nbformat
from nb2prod.notebook.model import SKIP, Cell, Notebook
from nb2prod.runs.failures import Place
from nb2prod.runs.kernels import choose_kernel
from nb2prod.runs.model import Attendant, Limits, OnCell, OnUsage, Run, Usage
from nb2prod.runs.parameters.checking import checked_parameters
from nb2prod.runs.parameters.injecting import inject

INJECTED = "injected-parameters"
PARAMETERS = "parameters"
NBCLIENTS_SKIP = "skip-execution"
NO_LIMITS = Limits()


@dataclass(frozen=True)
class Prepared:
    """A notebook as it is to be run."""

    document: Any
    """An ``nbformat.NotebookNode``, with the parameters injected."""
    steps: list[Any]
    """Of type ``nb2prod.runs.client.Step``."""
    kernel: str
    note: str
    values: Mapping[str, Any]
    """The parameters, checked, by their names."""


def prepared(notebook: Notebook, parameters: Mapping[str, Any] | None, kernel: str | None) -> Prepared:
    """Return what is to be run. Raises ``UsageError`` and ``UnusableInput`` as :func:`execute` does."""
    values = checked_parameters(notebook, parameters or {})
    name, note = choose_kernel(kernel, notebook.kernel)
    load_nbformat()
    document = _document(notebook)
    before = len(document.cells)
    inject(document, values)
    return Prepared(document, _steps(document, notebook, before), name, note, values)


def execute(
    notebook: Notebook,
    *,
    parameters: Mapping[str, Any] | None = None,
    kernel: str | None = None,
    limits: Limits = NO_LIMITS,
    on_cell: OnCell | None = None,
    attendant: Attendant | None = None,
    keep_outputs: bool = True,
    output: Path | None = None,
    on_usage: OnUsage | None = None,
) -> Run:
    """Run the notebook's cells from top to bottom in a fresh kernel, in the notebook's folder; ``skip`` cells are not.

    With ``output`` the notebook is written there as it is run: before the first cell, after each, from time to time
    within one, and at the end, however that comes about. The file is whole at every moment, and says of each cell and
    of the run (in ``metadata.papermill``) how it stands; only after the end may it say ``succeeded``.

    Raises ``UsageError`` for parameters that cannot be injected, ``UnusableInput`` for a kernel that is not there or
    does not start and for an output that cannot be written, ``NotebookRaised``, ``KernelDied``, ``OutOfMemory`` and
    ``TimedOut``, each naming the cell. ``KeyboardInterrupt`` passes through, with the kernel ended.
    """
    began = monotonic()
    made = prepared(notebook, parameters, kernel)
    from papermill.engines import papermill_engines

    from nb2prod.runs.bookkeeping import Options
    from nb2prod.runs.engine import NAME, Order
    from nb2prod.runs.output import OutputNotebook

    used: list[Usage] = [Usage()]

    def keep_usage(usage: Usage) -> None:
        used.append(usage)
        if on_usage is not None:
            on_usage(usage)

    file = OutputNotebook(output, not_this=notebook.path) if output is not None else None
    order = Order(
        steps=made.steps,
        total=len(notebook.cells),
        folder=notebook.path.resolve().parent,
        limits=limits,
        on_cell=on_cell,
        on_usage=keep_usage,
        attendant=attendant,
        keep_outputs=keep_outputs,
        output=file,
        options=Options(),
        notebook=notebook.path,
    )
    executed = papermill_engines.execute_notebook_with_engine(NAME, made.document, kernel_name=made.kernel, order=order)
    notes = (made.note,) if made.note else ()
    return Run(executed, made.kernel, monotonic() - began, notes, used[-1], file.path if file is not None else None)


def _document(notebook: Notebook) -> Any:
    """Return the notebook as papermill wants it, its last parameters cell tagged so that injection goes behind it."""
    from papermill.iorw import load_notebook_node

    with warnings.catch_warnings():
        # nbformat repairs cells without an id or with one twice, and says so; that is no news to anybody here
        warnings.simplefilter("ignore")
        document = load_notebook_node(_read(notebook))
    positions = [cell.position for cell in notebook.cells if cell.section == PARAMETERS]
    for position, cell in enumerate(document.cells):
        tags = [tag for tag in cell.metadata.tags if tag != PARAMETERS]
        cell.metadata["tags"] = [*tags, PARAMETERS] if positions and position == positions[-1] else tags
    return document


def _read(notebook: Notebook) -> Any:
    """Return the file as nbformat reads it, or, where nbformat gives up on it, the cells that we could read."""
    nbformat = load_nbformat()
    v4: Any = nbformat.v4
    try:
        if notebook.document is not None:
            document = nbformat.reads(json.dumps(notebook.document), as_version=4)
        else:
            document = nbformat.read(notebook.path, as_version=4)
        if all(document.cells[cell.position].source == cell.source for cell in notebook.cells):
            return nbformat.from_dict(document)  # one of nbformat 3 is of another type
    except Exception:  # nbformat raises anything on notebooks that are a little off
        pass
    cells: list[Any] = [v4.new_markdown_cell() for _ in range(_length(notebook.cells))]
    for cell in notebook.cells:
        cells[cell.position] = v4.new_code_cell(cell.source)
    return v4.new_notebook(cells=cells)


def _length(cells: tuple[Cell, ...]) -> int:
    return max((cell.position for cell in cells), default=-1) + 1


def _steps(document: Any, notebook: Notebook, before: int) -> list[Any]:
    """Return the cells to run; ``before`` is how many cells there were until papermill may have injected one.

    Where the notebook has an injected cell already, papermill replaces it and every cell keeps its place.
    """
    from nb2prod.runs.client import Step

    tagged = [position for position, cell in enumerate(document.cells) if INJECTED in cell.metadata.tags]
    injected = tagged[0] if len(document.cells) > before else len(document.cells)
    by_position = {cell.position: cell for cell in notebook.cells}
    steps: list[Step] = []
    for position in range(len(document.cells)):
        if position == injected:
            steps.append(Step(position, Place("the injected parameters")))
            continue
        cell = by_position.get(position - (position > injected))
        skipped = NBCLIENTS_SKIP in document.cells[position].metadata.get("tags", ())
        if cell is not None and cell.section != SKIP and cell.source.strip() and not skipped:
            steps.append(Step(position, Place(cell.label, cell.index)))
    return steps
