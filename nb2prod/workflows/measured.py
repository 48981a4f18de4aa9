"""A notebook goes in; where it measures how good its model is comes out, for a plain run to bring the numbers along."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from nb2prod.analysis.dataflow import analyse
from nb2prod.analysis.model import Dataflow, Kind
from nb2prod.analysis.shown_metrics import find_shown_metrics
from nb2prod.analysis.suggest.reading import read_story
from nb2prod.capture.model import ShownValue
from nb2prod.capture.run_metrics import MetricsRequest
from nb2prod.notebook.model import SKIP, Notebook
from nb2prod.plan.loop_values import left_by_loops


def metrics_request(notebook: Notebook) -> MetricsRequest:
    """Return where the notebook measures: in its cells tagged ``evaluation``, and wherever else it judges a model.

    Cells that import are among those to look behind, for the versions of what they import.
    Nothing is run. What cannot be understood is asked for nothing.
    """
    try:
        flow = analyse(notebook)
        evaluating = _evaluating(notebook, flow)
        shown = find_shown_metrics(flow, evaluating)
    except RecursionError:
        return MetricsRequest()
    statements = [flow.statements[index] for index in evaluating]
    passing = left_by_loops(statements)
    names: dict[int, list[str]] = {each.cell: [] for each in flow.statements if each.kind is Kind.IMPORT}
    for each in statements:
        if each.kind is Kind.IMPORT:
            continue
        found = (each.facts.definitions | each.facts.mutations) - passing
        names.setdefault(each.cell, []).extend(sorted(name for name in found if not name.startswith("<")))
    values = [
        ShownValue(each.name, of.cell, of.line, of.source, each.expression, each.report)
        for each in shown
        for of in [flow.statements[each.statement]]
    ]
    by_cell = {cell: tuple(dict.fromkeys(of)) for cell, of in names.items()}
    return MetricsRequest(by_cell, tuple(values), tuple(sorted(set(_imports(notebook)))))


def _evaluating(notebook: Notebook, flow: Dataflow) -> list[int]:
    """Return the statements that measure, in notebook order."""
    story = read_story(notebook, flow)
    judging = {use.statement for use in story.uses if use.kind == "judge"} | set(story.scores)
    judging |= {index for index, _ in story.crossed} | {i for fit in story.fits for i, _ in fit.model.crossed}
    sections = [cell.section for cell in notebook.cells]
    return [
        each.index
        for each in flow.statements
        if sections[each.cell] == "evaluation" or (each.index in judging and sections[each.cell] != SKIP)
    ]


def _imports(notebook: Notebook) -> Iterator[str]:
    for cell in notebook.cells:
        try:
            tree = ast.parse(cell.code)
        except SyntaxError:
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                yield from (alias.name.partition(".")[0] for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                yield node.module.partition(".")[0]
