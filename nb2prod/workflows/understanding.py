"""A notebook and what somebody asked for go in; what planning needs to know of its text comes out."""

from __future__ import annotations

from nb2prod.analysis.dataflow import analyse
from nb2prod.analysis.inference import find_inference
from nb2prod.analysis.model import Dataflow
from nb2prod.analysis.suggest.suggest import suggest
from nb2prod.analysis.suggest.unanswered import unanswered
from nb2prod.errors import Problem, UnusableInput
from nb2prod.notebook.model import Notebook
from nb2prod.notebook.movable import movable
from nb2prod.plan.concerns import chosen_concerns
from nb2prod.plan.naming import package_name
from nb2prod.plan.request import Request
from nb2prod.render.templates import PLACES
from nb2prod.workflows.model import ExportOptions


def understand(notebook: Notebook, options: ExportOptions, project: str) -> Request:
    """Return what is asked for, with what the notebook's text shows; nothing is run.

    Raises ``UnusableInput`` where it shows nothing that could be served, and ``UsageError`` where a concern that is to
    be left out is none.
    """
    templates = next(place for place in PLACES if place.is_dir())
    concerns = chosen_concerns(templates, options.without)
    notebook = movable(notebook)
    flow = analyse(notebook)
    _refuse_without_inference(notebook, flow)
    inference = find_inference(notebook, flow)
    return Request(
        notebook=notebook,
        flow=flow,
        inference=inference,
        templates=templates,
        project=project,
        package=package_name(project),
        parameters=options.parameters,
        allow_pickle=options.allow_pickle,
        verify=options.verify,
        concerns=concerns,
        warnings=unanswered(notebook, flow, inference),
    )


def _refuse_without_inference(notebook: Notebook, flow: Dataflow) -> None:
    """Raise where no cell is tagged ``inference`` and none could be suggested, with the reason for that."""
    if any(cell.section == "inference" for cell in notebook.cells):
        return
    found = suggest(notebook, flow)
    reason = found.nothing or found.missing
    if reason:
        what = f"no cell is tagged `inference`, so there is nothing to serve, and none can be suggested: {reason}"
        remedy = "then tag the cell that asks the model, in JupyterLab or by the first line `# nb2prod: inference`"
        raise UnusableInput(
            Problem(what.rstrip("."), notebook.path.name, remedy + "".join(f"; {h}" for h in notebook.hints))
        )
