"""From what a model is asked to what a client has: the steps outside the section that prepare a request."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from nb2prod.analysis.inference.expressions import WRAPPING, loaded_names, root_name
from nb2prod.analysis.inference.section import Section
from nb2prod.notebook.called import called_name


@dataclass(frozen=True)
class Step:
    """An outside statement that prepares the request: ``name = call``."""

    statement: int
    name: str
    call: ast.Call


def upstream(section: Section, name: str, index: int) -> tuple[str | ast.expr, list[Step]]:
    """Return what ``name`` is made from outside, by steps that a client cannot be asked to do, and these steps.

    Such a step is a container that only one library knows (``DMatrix(X, label=y)``, whose labels are left out) or a
    fitted tool's ``transform``, where tool and data are still at the call what they were at the step.
    """
    steps: list[Step] = []
    data: str | ast.expr = name
    while isinstance(data, str):
        sources = section.outer_sources(steps[-1].statement if steps else index, data)
        step = _step(section, sources[0], data) if len(sources) == 1 else None
        if step is None or not _still_holds(section, step, index):
            return data, steps
        steps.append(step)
        inner = step.call.args[0]
        data = inner.id if isinstance(inner, ast.Name) else inner
    return data, steps


def _step(section: Section, source: int, name: str) -> Step | None:
    node = section.flow.statements[source].node
    call = node.value if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) else None
    if not isinstance(call, ast.Call) or len(node.targets) > 1:  # type: ignore[attr-defined]
        return None
    called = called_name(call)
    data = call.args[0] if call.args else next((kw.value for kw in call.keywords if kw.arg == "data"), None)
    if data is None or not section.is_data(source, root_name(data)):
        return None
    if called == "transform" and len(call.args) == 1 and not section.is_data(source, root_name(call.func)):
        return Step(source, name, call)
    if called in WRAPPING:
        kept = [kw for kw in call.keywords if kw.arg not in {"data", "label", "weight", "group_id"}]
        return Step(source, name, ast.Call(call.func, [data], kept))
    return None


def _still_holds(section: Section, step: Step, index: int) -> bool:
    """Return whether all that the step reads is the same right before statement ``index``."""
    now = section.flow.sources_after(index - 1)
    before = section.flow.sources[step.statement]
    return all(before.get(n, frozenset()) == now.get(n, frozenset()) for n in loaded_names(step.call) if n in before)
