"""Functions that only print what they make of an answer, as functions that return it."""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator

from nb2prod.analysis.inference.expressions import returns_value
from nb2prod.analysis.model import Dataflow
from nb2prod.analysis.suggest.answers.copying import bound_in_loops
from nb2prod.analysis.suggest.answers.finals import parts_of, said_by_branches, without_looks
from nb2prod.analysis.suggest.answers.following import OF_ALL_ROWS, TOTALS, Following, loaded
from nb2prod.analysis.suggest.candidates import Candidate
from nb2prod.analysis.suggest.model import InferenceCell
from nb2prod.notebook.called import called_name

PROBABLE = frozenset({"predict_proba", "predict_log_proba", "decision_function", "max"})


def answering_function(flow: Dataflow, following: Following, served: Candidate) -> Iterator[InferenceCell]:
    """Yield a cell with a function that returns what one of the notebook's own prints, and the notebook's last call of
    it."""
    for use in reversed(served.uses):
        value = following.story.variables.get(use.within)
        function = value.node if value is not None else None
        call = _call(flow.statements[use.statement].node, use.within)
        if not isinstance(function, ast.FunctionDef) or returns_value(function) or call is None:
            continue
        name = next(n for n in (f"answer_{use.within}", f"answer_{use.within}_") if n not in following.story.variables)
        body = returning(function, following)
        if body is None:
            continue
        made = copy.deepcopy(function)
        made.name, made.body, made.decorator_list, made.returns = name, body, [], None
        cell = f"cell [{use.cell + 1}]"
        text = ast.unparse(ast.fix_missing_locations(made))
        last = flow.statements[-1].cell
        held = all(
            flow.sources_after(flow.statements[-1].index).get(n.id) == flow.sources[use.statement].get(n.id)
            for n in loaded(call)
        )
        if not held and last != use.cell:
            continue
        yield InferenceCell(
            f"# `{use.within}` prints its answer, see {cell}; this returns it.\n"
            f"{text}\n\n\n{ast.unparse(_renamed(call, name))}",
            name,
            f"`{use.within}`, which {cell} calls, only prints its answer, and `{name}` returns it",
        )


def _call(node: ast.stmt, name: str) -> ast.Call | None:
    """Return the call of a function in a statement, where what it is handed stands at the top level."""
    turned = bound_in_loops(node)
    for call in (n for n in ast.walk(node) if isinstance(n, ast.Call)):
        if isinstance(call.func, ast.Name) and call.func.id == name:
            handed = {n.id for n in loaded(call)}
            if not handed & turned:
                return call if call.args or call.keywords else None
            return _with_first(call, node)
    return None


def _with_first(call: ast.Call, node: ast.stmt) -> ast.Call | None:
    """Return the call with the first thing that the loop around it goes over: ``f(t)`` in ``for t in texts``."""
    if not isinstance(node, ast.For) or not isinstance(node.target, ast.Name):
        return None
    first = ast.parse(f"next(iter({ast.unparse(node.iter)}))", mode="eval").body
    if isinstance(node.iter, ast.List | ast.Tuple) and node.iter.elts:
        first = node.iter.elts[0]
    arguments = [first if isinstance(a, ast.Name) and a.id == node.target.id else a for a in call.args]
    left = {n.id for argument in arguments for n in loaded(argument)}
    return None if node.target.id in left or call.keywords else ast.Call(call.func, arguments, [])


def _renamed(call: ast.Call, name: str) -> ast.Call:
    return ast.Call(ast.Name(name, ast.Load()), call.args, call.keywords)


def returning(function: ast.FunctionDef, following: Following) -> list[ast.stmt] | None:
    """Return the body of a function, with a ``return`` where it prints what it makes of an answer; ``None`` where it
    prints none, or not in the end."""
    body = [copy.deepcopy(each) for each in function.body]
    found: list[tuple[bool, int, ast.expr]] = []
    held: dict[str, bool] = {}
    for place, each in enumerate(body):
        _note(each, held, following)
        for value in _printed(each):
            certain = _is_made_of_answers(value, held, following)
            if certain is not None:
                found.append((certain, place, value))
    if not found:
        return None
    _, last, value = max(found, key=lambda each: each[:2])
    kept = [each for each in body[:last] if not _only_shows(each, following)]
    return [*kept, ast.Return(value)]


def _note(node: ast.stmt, held: dict[str, bool], following: Following) -> None:
    """Note which names a statement gives something made of an answer, and whether it is more than a probability."""
    for inner in ast.walk(node):
        if isinstance(inner, ast.Assign | ast.AugAssign | ast.AnnAssign) and inner.value is not None:
            certain = _is_made_of_answers(inner.value, held, following)
            targets = inner.targets if isinstance(inner, ast.Assign) else [inner.target]
            if isinstance(node, ast.If) and certain is None:
                certain = _is_made_of_answers(node.test, held, following)  # Each branch says what the test found.
                certain = True if certain is not None else None
            if certain is not None:
                names = (n for t in targets for n in ast.walk(t) if isinstance(n, ast.Name))
                held.update({n.id: certain for n in names})


def _is_made_of_answers(node: ast.expr, held: dict[str, bool], following: Following) -> bool | None:
    """Return whether an expression is made of an answer and more than a probability; ``None`` where of none."""
    read = [held[name.id] for name in loaded(node) if name.id in held]
    made = [c for c in ast.walk(node) if isinstance(c, ast.Call)]
    calls = {called_name(c) for c in made}
    if any(following.roles.is_metric(following.path_of(c.func)) for c in made):
        return None
    if calls & (TOTALS | OF_ALL_ROWS) - PROBABLE:
        return None
    if not read and not calls & following.roles.methods["answer"]:
        return None
    if calls & {"argmax", "where", "inverse_transform"} or any(isinstance(n, ast.Compare) for n in ast.walk(node)):
        return True
    return not calls & PROBABLE and (all(read) or isinstance(node, ast.Subscript | ast.IfExp))


def _printed(node: ast.stmt) -> Iterator[ast.expr]:
    if isinstance(node, ast.If):
        chosen = said_by_branches(node)
        if chosen is not None:
            yield chosen
    elif (
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Call)
        and called_name(node.value) in {"print", "display"}
    ):
        yield from (without_looks(part) for argument in node.value.args for part in parts_of(argument))


def _only_shows(node: ast.stmt, following: Following) -> bool:
    if isinstance(node, ast.If):
        return said_by_branches(node) is not None
    if not isinstance(node, ast.Expr):
        return False
    shows = isinstance(node.value, ast.Call) and called_name(node.value) in {"print", "display"}
    return shows or following.draws(node) or isinstance(node.value, ast.Constant)
