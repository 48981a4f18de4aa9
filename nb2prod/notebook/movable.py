"""A notebook as read to one whose code can stand elsewhere; what the kernel runs stays as it was written."""

from __future__ import annotations

from dataclasses import replace

from nb2prod.errors import UnusableInput
from nb2prod.notebook.lambdas import with_named_lambdas
from nb2prod.notebook.model import Notebook
from nb2prod.notebook.platforms import elsewhere
from nb2prod.notebook.saved_objects import with_kept_objects
from nb2prod.notebook.sizes import with_named_sizes
from nb2prod.notebook.snapshots import with_snapshots
from nb2prod.notebook.unreported import without_reports


def movable(notebook: Notebook) -> Notebook:
    """Return the notebook without what only works in the notebook's own process and folder.

    Raises ``UnusableInput`` with all that only works on the platform that it was written on, and for reports that
    cannot be taken out.
    """
    problems = elsewhere(notebook)
    if problems:
        raise UnusableInput(problems)
    made = with_named_sizes(with_kept_objects(with_snapshots(with_named_lambdas(without_reports(notebook)))))
    cells = (
        replace(cell, run=before.code if before.code != cell.code else "")
        for before, cell in zip(notebook.cells, made.cells, strict=True)
    )
    return replace(made, cells=tuple(cells))
