"""Which value of the inference section is the response."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from nb2prod.analysis.inference.expressions import (
    NAMING_KEYWORDS,
    PREDICTING,
    calls,
    is_drawing,
    loaded_names,
    returns_value,
    root_name,
    without_choice,
)
from nb2prod.analysis.inference.pairing import columns, paired_names
from nb2prod.analysis.inference.request import Request
from nb2prod.analysis.inference.section import Section
from nb2prod.analysis.model import Kind, Statement
from nb2prod.analysis.unparse import unparsed
from nb2prod.errors import Problem, UnusableInput

CONVERTING = frozenset({"astype", "round", "tolist", "item", "to_numpy", "numpy"})
"""Methods that only change the form of a value."""

BY_ROW = frozenset({"predict", "predict_proba", "predict_log_proba", "decision_function", "score_samples", "transform"})
"""Methods that answer one thing for each row."""

METRICS = ("_score", "_error", "_loss", "_matrix", "_report", "_curve", "_metric", "auc")
"""How the functions end that compare answers with the truth."""

GIVING_DATA = frozenset({"load_dataset", "data"})
"""Parts of the names of functions that give data, though a plotting library has them."""

PLOTTING = ("matplotlib", "seaborn", "plotly", "bokeh", "altair")


@dataclass(frozen=True)
class Response:
    """Where the response is: a name, or an expression of the statement that has to be given one."""

    statement: int
    name: str = ""
    expression: ast.expr | None = None
    alone: bool = False
    """Whether nothing else of the statement is wanted."""


def find_response(section: Section, request: Request) -> Response:
    """Return the last value that depends on the request; raise ``UnusableInput`` where nothing does."""
    roots = request.defined_by or ((request.used_by,) if request.used_by >= 0 else ())
    outside = () if request.defined_by or request.expression is not None else request.entries
    dependents = section.dependents(roots, outside)
    found = [s for i in sorted(dependents, reverse=True) if (s := section.flow.statements[i]).index in section.inside]
    parallel = _parallel_names(section, request)
    paired = paired_names(section, request)
    for statement in found:
        if statement.index in request.defined_by or paired & _touched(statement):
            continue
        response = _value_of(section, statement, request, parallel)
        if response is not None:
            return response
    for statement in found:
        column = next((c for c in columns(statement.node) if any(_asks(section, statement, x) for x in calls(c))), None)
        if column is not None and paired & _touched(statement):
            return Response(statement.index, expression=column, alone=True)
    for statement in found:  # what else the model is told may stand beside it: `sample.fillna(X_train.mean())`
        asks = isinstance(statement.node, ast.Assign) and any(
            _asks(section, statement, x) for x in calls(statement.node)
        )
        named = _named(section, statement, statement.facts.definitions - set(request.entries)) if asks else None
        if named is not None and not _measures(section, statement):
            return named
    for statement in found:
        printed = _printed(statement)
        if printed is not None:
            return Response(statement.index, expression=printed)
    where = section.cells[-1].label
    remedy = "give the answer a name there, for example `prediction = model.predict(sample)`"
    raise UnusableInput(Problem("nothing in the inference section depends on the request", where, remedy))


def _parallel_names(section: Section, request: Request) -> set[str]:
    """Return names that were defined together with the data the request comes from, such as its true labels."""
    readers = [*request.defined_by, *([request.used_by] if request.used_by >= 0 else [])]
    used = {n for i in readers for n in section.reads(section.flow.statements[i].node, i)}
    if not readers:
        readers, used = list(section.inside), set(request.entries)
    together = set(section.labels.names)
    for index in readers:
        for name in used:
            for source in section.outer_sources(index, name):
                together |= _assigned_with(section.flow.statements[source].node, name)
    return together - used - set(request.entries) - _asked(section)


def _touched(statement: Statement) -> set[str]:
    return set(statement.facts.definitions | statement.facts.mutations | statement.facts.references)


def _asked(section: Section) -> set[str]:
    """Return the names whose methods answer inside: models, also where a function returned them with their data."""
    asked = (c for s in section.inside.values() for c in calls(s.node) if getattr(c.func, "attr", "") in PREDICTING)
    return {root_name(call.func) for call in asked}


def _assigned_with(node: ast.stmt, name: str) -> set[str]:
    """Return the names that get their values in one assignment with ``name``."""
    found: set[str] = set()
    for child in ast.walk(node):
        if isinstance(child, ast.Tuple) and isinstance(child.ctx, ast.Store):
            names = {n.id for n in ast.walk(child) if isinstance(n, ast.Name)}
            found |= names if name in names else set()
    return found


def _value_of(section: Section, statement: Statement, request: Request, parallel: set[str]) -> Response | None:
    if statement.kind in {Kind.FUNCTION, Kind.CLASS, Kind.IMPORT}:
        return None
    if parallel & set(statement.facts.references) - _only_naming(statement.node) or is_drawing(
        statement.node, _plotting_names(section, statement)
    ):
        return None
    if _measures(section, statement):
        return None
    node = statement.node
    if isinstance(node, ast.Expr):
        answers = any(_asks(section, statement, call) for call in calls(node))
        named = statement.facts.mutations - set(request.entries)
        if named:
            return _named(section, statement, named)
        if _is_shown(node):
            printed = _printed(statement)
            asks = printed is not None and any(_asks(section, statement, call) for call in calls(printed))
            return Response(statement.index, expression=_for_all(printed)) if asks and printed else None
        answers = answers or _computes(node.value) or _selects_answers(section, node.value, request)
        return Response(statement.index, expression=_for_all(node.value)) if answers else None
    if isinstance(node, ast.For) and not statement.facts.effects and not _adds_up(section, statement):
        return None
    if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Subscript | ast.Attribute):
        changed = statement.facts.mutations
        if changed & set(request.entries):
            return Response(statement.index, expression=node.targets[0])
    filled = statement.facts.mutations & _inside_names(section)
    names = (statement.facts.definitions - _loop_names(node)) | filled
    if isinstance(node, ast.For) and filled - set(request.entries):
        names = filled  # what a loop fills is what it is there for
    return _named(section, statement, names - set(request.entries)) if names - set(request.entries) else None


def _for_all(node: ast.expr) -> ast.expr:
    """Return a model's answer for all rows where a notebook looks at those for the first few."""
    whole = without_choice(node)
    return whole if isinstance(whole, ast.Call) and getattr(whole.func, "attr", "") in BY_ROW else node


def _only_naming(node: ast.stmt) -> set[str]:
    """Return the names that only say how columns or rows are called, as in ``DataFrame(p, columns=y.columns)``."""
    naming = [kw.value for call in calls(node) for kw in call.keywords if kw.arg in NAMING_KEYWORDS]
    inside = {id(child) for value in naming for child in ast.walk(value)}
    elsewhere = {n.id for n in ast.walk(node) if isinstance(n, ast.Name) and id(n) not in inside}
    return set().union(*(loaded_names(value) for value in naming), set()) - elsewhere


def _adds_up(section: Section, statement: Statement) -> bool:
    """Return whether a loop changes what was made inside before it, as in ``total += m.predict(rows)``."""
    sources = section.flow.sources[statement.index]
    return any(s in section.inside for name in statement.facts.mutations for s in sources.get(name, ()))


def _is_shown(node: ast.Expr) -> bool:
    return isinstance(node.value, ast.Call) and getattr(node.value.func, "id", "") in {"print", "display"}


def _computes(node: ast.expr) -> bool:
    """Return whether an expression that is displayed makes something new, as ``(p > 0.5).astype(int)`` does."""
    while isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in CONVERTING:
        node = node.func.value
    return isinstance(node, ast.Compare | ast.BinOp | ast.BoolOp | ast.IfExp | ast.Dict)


def _selects_answers(section: Section, node: ast.expr, request: Request) -> bool:
    """Return whether ``rows[["label", "score"]]`` chooses columns of the request that the section has added."""
    if not (isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name) and isinstance(node.slice, ast.List)):
        return False
    name = node.value.id
    if name not in request.entries:
        return False
    added = {
        ast.dump(target.slice)
        for s in section.inside.values()
        if isinstance(s.node, ast.Assign)
        for target in s.node.targets
        if isinstance(target, ast.Subscript) and isinstance(target.value, ast.Name) and target.value.id == name
    }
    return all(ast.dump(element) in added for element in node.slice.elts)


def _measures(section: Section, statement: Statement) -> bool:
    """Return whether the statement calls a metric or reads true answers, so that its value is about the model and not
    an answer."""
    if section.labels.read_in(statement.node):
        return True
    for call in calls(statement.node):
        if not isinstance(call.func, ast.Name):
            continue
        for source in section.flow.sources[statement.index].get(call.func.id, ()):
            node = section.flow.statements[source].node
            if isinstance(node, ast.ImportFrom) and call.func.id.endswith(METRICS):
                return True
    return False


def _named(section: Section, statement: Statement, names: frozenset[str] | set[str]) -> Response | None:
    names = {n for n in names if not n.startswith("<")} & (_inside_names(section))
    if len(names) == 1:
        return Response(statement.index, name=next(iter(names)))
    if not names:
        return None
    ordered = [n for n in _assigned_in_order(statement.node) if n in names]
    if len(ordered) == 1:
        return Response(statement.index, name=ordered[0])
    if isinstance(statement.node, ast.Assign):
        together = ast.Dict([ast.Constant(n) for n in ordered], [ast.Name(n, ast.Load()) for n in ordered])
        return Response(statement.index, expression=together)
    return Response(statement.index, name=ordered[-1] if ordered else sorted(names)[-1])


def _assigned_in_order(node: ast.AST) -> list[str]:
    stores = [n for n in ast.walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)]
    return list(dict.fromkeys(n.id for n in sorted(stores, key=lambda n: (n.lineno, n.col_offset))))


def _inside_names(section: Section) -> set[str]:
    return {name for s in section.inside.values() for name in s.facts.definitions}


def _loop_names(node: ast.stmt) -> set[str]:
    loops = [n for n in ast.walk(node) if isinstance(n, ast.For)]
    return {n.id for loop in loops for n in ast.walk(loop.target) if isinstance(n, ast.Name)}


def _asks(section: Section, statement: Statement, call: ast.Call) -> bool:
    if isinstance(call.func, ast.Attribute):
        return call.func.attr in PREDICTING
    if not isinstance(call.func, ast.Name):
        return False
    sources = section.flow.sources[statement.index].get(call.func.id, frozenset())
    found = [section.flow.statements[s] for s in sources]
    return any(s.kind is not Kind.IMPORT and (s.kind is not Kind.FUNCTION or returns_value(s.node)) for s in found)


def _plotting_names(section: Section, statement: Statement) -> set[str]:
    """Return the names a statement reads that hold a plotting library or what one of its functions gave."""
    return {name for name in section.flow.sources[statement.index] if _is_for_plotting(section, statement.index, name)}


def _is_for_plotting(section: Section, index: int, name: str) -> bool:
    """Return whether ``name`` is a plotting library, or a figure or its axes: ``fig, ax = plt.subplots()``."""
    waiting = [(index, name)]
    seen = set(waiting)
    while waiting:
        at, known = waiting.pop()
        for source in section.flow.sources[at].get(known, ()):
            statement = section.flow.statements[source]
            if _imports_plotting(statement.node):
                return True
            value = getattr(statement.node, "value", None)
            if isinstance(value, ast.Call) and GIVING_DATA & set(unparsed(value.func).split(".")):
                continue
            made = root_name(value) if known in statement.facts.definitions and isinstance(value, ast.Call) else known
            if made and source != at and (source, made) not in seen:
                seen.add((source, made))
                waiting.append((source, made))
    return False


def _imports_plotting(node: ast.stmt) -> bool:
    if isinstance(node, ast.Import):
        return any(alias.name.split(".")[0] in PLOTTING for alias in node.names)
    return isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] in PLOTTING


def _printed(statement: Statement) -> ast.expr | None:
    for call in calls(statement.node):
        if isinstance(call.func, ast.Name) and call.func.id in {"print", "display"}:
            inner = [a for a in call.args if not isinstance(a, ast.Constant | ast.JoinedStr | ast.Starred)]
            if len(inner) == 1:
                return inner[0]
    return None
