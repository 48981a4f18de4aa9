"""A notebook as it is in an editor goes in; everything that is shown beside it comes out, as plain data."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from nb2prod.analysis.cells import describe_cells
from nb2prod.analysis.dataflow import analyse
from nb2prod.analysis.model import Dataflow
from nb2prod.analysis.suggest.literals import literal_of
from nb2prod.errors import Nb2ProdError, Problem
from nb2prod.notebook.model import Notebook
from nb2prod.notebook.read import notebook_of
from nb2prod.plan.naming import project_name
from nb2prod.plan.write.settings import comment_of, type_text
from nb2prod.rules.secret_texts import find_secrets
from nb2prod.runs.parameters.typed import as_typed
from nb2prod.workflows.as_data import sections_as_dict, suggested_as_dict
from nb2prod.workflows.shown import secrets_of, shown
from nb2prod.workflows.suggesting import suggested_for


def outline(content: dict[str, Any], path: str, suggesting: bool = False, model: str = "") -> dict[str, Any]:
    """Return what ``nb2prod sections --json`` says of a notebook, with ``project`` and ``settings`` for an export; or
    ``problems`` with everything that stands in the way.

    Args:
        content: The notebook as nbformat has it, saved or not.
        path: Where it is saved, or will be; nothing is read there.
        suggesting: Whether to say what is suggested.
        model: The model to serve, as ``NAME`` or ``NAME@CELL``; empty for the best.
    """
    try:
        return _outline(notebook_of(content, Path(path)), suggesting, model or None)
    except Nb2ProdError as error:
        return {"problems": [shown(problem.as_dict()) for problem in error.problems]}
    except RecursionError:
        return {"problems": [Problem("is nested too deeply to be understood", path).as_dict()]}


def _outline(notebook: Notebook, suggesting: bool, model: str | None) -> dict[str, Any]:
    if suggesting:
        found = suggested_for(notebook, model)
        flow = found.dataflow
        described = suggested_as_dict(sections_as_dict(found.cells, flow.edges), found)
    else:
        flow = analyse(notebook)
        described = sections_as_dict(describe_cells(notebook, flow), flow.edges)
    settings = list(_settings(notebook, flow))
    described = shown(described, secrets_of(notebook))
    return {**described, "project": project_name(notebook.path, None), "settings": settings}


def _settings(notebook: Notebook, flow: Dataflow) -> Iterator[dict[str, str]]:
    """Yield what the parameters cells set, with the values as somebody would type them."""
    for statement in flow.statements:
        found = literal_of(statement.node)
        if found is None or notebook.cells[statement.cell].section != "parameters":
            continue
        if find_secrets(statement.source, code=True):  # it stays as it is, and nobody sees it
            continue
        name, node = found
        with suppress(ValueError, TypeError, SyntaxError, MemoryError):  # no literal, or none that can be typed
            value = ast.literal_eval(node)
            yield {
                "name": name,
                "value": as_typed(value),
                "type": type_text(value),
                "help": comment_of(statement.source),
            }
