"""A notebook as it is in an editor and a kernel go in; whether the kernel can be asked instead of a run comes out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from nb2prod.capture.running import obstacles, standing_of
from nb2prod.errors import Nb2ProdError, Problem
from nb2prod.notebook.read import notebook_of
from nb2prod.runs.running import running_kernel
from nb2prod.workflows.at_the_end import at_the_end
from nb2prod.workflows.model import ExportOptions
from nb2prod.workflows.raw_rows import look_for_raw_rows, with_raw_rows
from nb2prod.workflows.shown import shown
from nb2prod.workflows.understanding import understand


def running(content: dict[str, Any], path: str, kernel: str) -> dict[str, Any]:
    """Return ``problems`` with why the kernel cannot be asked, empty where it can, and ``notes`` with what it cannot be
    asked for that a run would show.

    Args:
        content: The notebook as nbformat has it, saved or not.
        path: Where it is saved, or will be; nothing is read there.
        kernel: The kernel's id or connection file.
    """
    if not kernel:
        what = Problem("no kernel runs", "the notebook", "start one and run all cells")
        return {"problems": [what.as_dict()], "notes": []}
    try:
        notebook = notebook_of(content, Path(path))
        with running_kernel(kernel) as asked:
            problems = obstacles(notebook, standing_of(asked))
        if problems:
            return {"problems": [shown(problem.as_dict()) for problem in problems], "notes": []}
        request = understand(notebook, ExportOptions(Path(path)), "service")
        found = at_the_end(request, with_raw_rows(request, look_for_raw_rows(request, "auto")))
        notes = [f"clients will send prepared rows: {found.no_raw_rows}"] if found.no_raw_rows else []
        return {"problems": [], "notes": [*notes, *found.notes]}
    except Nb2ProdError as error:
        return {"problems": [shown(problem.as_dict()) for problem in error.problems], "notes": []}
    except RecursionError:
        return {"problems": [Problem("is nested too deeply to be understood", path).as_dict()], "notes": []}
