"""Which value of the inference section is the request."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from nb2prod.analysis.inference.expressions import (
    NAMING_KEYWORDS,
    PREDICTING,
    SELECTING,
    calls,
    data_names,
    is_container,
    is_spelled_out,
    returns_value,
    root_name,
)
from nb2prod.analysis.inference.model import RECORDS
from nb2prod.analysis.inference.section import Section, choose
from nb2prod.analysis.inference.upstream import Step, upstream
from nb2prod.analysis.model import Kind, Statement
from nb2prod.errors import Problem, UnusableInput

ASKED_AS = frozenset({"X", "data", "x", "inputs", "df", "steps"})
"""Names of the arguments by which models are handed what they are asked about."""
AHEAD = frozenset({"forecast", "get_forecast"})
"""Methods that are asked how many steps to look ahead."""


@dataclass(frozen=True)
class Request:
    """Where the request is: named by a statement inside, named outside, or spelled out in a call."""

    names: tuple[str, ...]
    defined_by: tuple[int, ...] = ()
    """Statements inside that define it; empty where it comes from outside."""
    expression: ast.expr | None = None
    """The expression to be replaced by a name, in statement ``used_by``."""
    used_by: int = -1
    steps: tuple[Step, ...] = ()
    """What has to be made of it for each request, outside statements, the last first."""
    made_from: ast.expr | None = None
    """The expression that the innermost of ``steps`` is given, where that is no name."""
    hoisted: ast.Assign | None = None
    """The first statement of the block ``used_by`` that makes it; the block goes on without it."""

    @property
    def entries(self) -> tuple[str, ...]:
        """The names under which the section reads it."""
        return (self.steps[0].name,) if self.steps else self.names


@dataclass(frozen=True)
class ModelCall:
    """A call that answers, and the data it is given."""

    statement: Statement
    call: ast.Call
    data: ast.expr


def find_request(section: Section) -> Request:
    """Return the request; raise ``UnusableInput`` where there is none or where several are equally good."""
    model_calls = list(_model_calls(section))
    spelled = _spelled_out(section)
    containers = {i: s for i, s in spelled.items() if is_container(s.node.value) and _is_passed(section, i)}  # type: ignore[attr-defined]
    names = _asked_names(section, model_calls)
    containers = {i: s for i, s in containers.items() if not _is_empty_list(s) or _target(s) in names}
    if containers:
        return _choose_container(section, containers, model_calls)
    if model_calls:
        _refuse_learning_on_request(section, model_calls)
        request = _from_call(section, model_calls[-1], set(spelled))
        if request is not None:
            refuse_other_requests(section, request, [_from_call(section, c, set(spelled)) for c in model_calls[:-1]])
            return _whole_where_shared(section, request, model_calls)
    hoisted = _inside_with(section)
    if hoisted is not None:
        return hoisted
    scalars = tuple(i for i in spelled if _is_passed(section, i))
    if scalars:
        return Request(tuple(_target(section.flow.statements[i]) for i in scalars), scalars)
    computed = None if model_calls else _from_last_value(section, set(spelled))
    if computed is not None:
        return computed
    if model_calls:
        asked = model_calls[-1]
        raise UnusableInput(
            Problem(
                f"`{ast.unparse(asked.call)[:80]}` is asked about rows that the same statement makes, as in a loop, so "
                "there is no request to take from outside",
                section.at(asked.statement),
                "ask about one row, or all of them, in lines of their own: `sample = rows.head()`, then "
                "`prediction = model.predict(sample)`",
            )
        )
    raise UnusableInput(
        Problem(
            "no request was found in the inference section: nothing in it is asked of a model",
            section.cells[0].label,
            "try the model on a row there, for example `prediction = model.predict(sample)`, or name the request in "
            'the cell\'s metadata: "nb2prod": {"input": "sample", "output": "prediction"}',
        )
    )


def _from_last_value(section: Section, config: set[int]) -> Request | None:
    """Return the request where no model is asked and the answer is worked out, as from slopes and means: the one value
    inside that the last one starts with."""
    for index, statement in reversed(section.inside.items()):
        if statement.kind is not Kind.OTHER:
            continue
        starts = _starts(section, statement.node, index, config, {})
        if len(starts) > 1:
            names = sorted({name for name, _ in starts})
            raise UnusableInput(choose("the request", section.at(statement), names, "input"))
        if starts:
            name, defined = starts.pop()
            return Request((name,), (defined,))
    return None


def refuse_other_requests(section: Section, chosen: Request, others: Sequence[Request | None]) -> None:
    """Raise where the section asks about different data elsewhere, none of which is made from the other's answer."""
    names = [root for r in (*others, chosen) if r is not None and (root := _asked_about(section, r))]
    if len(set(names)) > 1:
        raise UnusableInput(choose("the request", section.cells[0].label, sorted(set(names)), "input"))


def _asked_about(section: Section, request: Request) -> str:
    """Return the variable that a request is or is chosen from; nothing where it is spelled out or made inside."""
    if request.expression is not None:
        return holder(section, request)
    return "" if request.defined_by or len(request.names) != 1 else request.names[0]


def _inside_with(section: Section) -> Request | None:
    """Return the request where a ``with`` block, such as ``with torch.no_grad():``, begins by making it."""
    for index, statement in section.inside.items():
        if not isinstance(statement.node, ast.With) or len(statement.node.body) < 2:
            continue
        first = statement.node.body[0]
        if not (isinstance(first, ast.Assign) and isinstance(first.targets[0], ast.Name)):
            continue

        def imported(name: str, at: int = index) -> bool:
            return section.is_import(at, name)

        outside = any(section.is_data(index, n) for n in section.reads(first.value, index))
        if outside or (is_spelled_out(first.value, imported) and is_container(first.value)):
            return Request((first.targets[0].id,), used_by=index, hoisted=first)
    return None


def _refuse_learning_on_request(section: Section, model_calls: list[ModelCall]) -> None:
    """Raise where the rows asked about are what the model is fitted on, so that there is none to ask afterwards."""
    found = [c for c in model_calls if getattr(c.call.func, "attr", "") == "fit_predict"]
    if found and len(found) == len(model_calls):
        raise UnusableInput(
            Problem(
                f"`{ast.unparse(found[0].call.func)}` fits a model on the very rows that it answers for, so there is "
                "nothing fitted that could answer for a new row",
                section.at(found[0].statement),
                "serve a model that has `predict`, such as KMeans fitted in a training cell, or train a classifier on "
                "the labels that were found",
            )
        )


def _whole_where_shared(section: Section, request: Request, model_calls: list[ModelCall]) -> Request:
    """Return the whole table as the request where models are asked about different columns or rows of it."""
    if request.expression is None or not isinstance(request.expression, ast.Subscript | ast.Attribute | ast.Call):
        return request
    root = holder(section, request)
    wanted = ast.dump(request.expression)
    for found in model_calls:
        for name in data_names(found.data) & {root}:
            other = section.is_data(found.statement.index, name) and wanted not in ast.dump(found.data)
            if other:
                return Request((root,))
    return request


def holder(section: Section, request: Request) -> str:
    """Return the variable that the request's expression takes its rows from, empty where there is not just one."""
    assert request.expression is not None
    root = root_name(request.expression)
    if not section.is_import(request.used_by, root):
        return root
    held = [name for name in sorted(data_names(request.expression)) if section.is_data(request.used_by, name)]
    return held[0] if len(held) == 1 else ""


def _target(statement: Statement) -> str:
    node = statement.node
    if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
        return node.targets[0].id
    if isinstance(node, ast.AnnAssign) and node.value is not None and isinstance(node.target, ast.Name):
        return node.target.id
    return ""


def _spelled_out(section: Section) -> dict[int, Statement]:
    """Return the statements inside whose value is written down there, those only that no other of them builds on."""
    found: dict[int, Statement] = {}
    for index, statement in section.inside.items():
        if not _target(statement):
            continue

        def known(name: str, at: int = index) -> bool:
            if section.is_import(at, name):
                return all(section.flow.statements[s].kind is Kind.IMPORT for s in section.flow.sources[at][name])
            sources = section.flow.sources[at].get(name, frozenset())
            return bool(sources) and all(s in found for s in sources)

        if is_spelled_out(statement.node.value, known):  # type: ignore[attr-defined]
            found[index] = statement
    used = {s for i in found for sources in section.flow.sources[i].values() for s in sources if s in found and s != i}
    return {index: statement for index, statement in found.items() if index not in used}


def _is_passed(section: Section, index: int) -> bool:
    """Return whether the value is an argument of some call inside, or changed into one, and not just looked up."""
    name = _target(section.flow.statements[index])
    held = {index}
    for other, statement in section.inside.items():
        if not held & section.flow.sources[other].get(name, frozenset()):
            continue
        if name in statement.facts.mutations:
            held.add(other)
        for call in calls(statement.node):
            data = [*call.args, *(kw.value for kw in call.keywords if kw.arg not in NAMING_KEYWORDS)]
            if any(name in data_names(argument) for argument in data) and root_name(call.func) != "print":
                return True
        if other != index and _target(statement):
            value = statement.node.value  # type: ignore[attr-defined]
            if not isinstance(value, ast.Subscript) and name in data_names(value):
                return True
    return False


def _is_empty_list(statement: Statement) -> bool:
    value = getattr(statement.node, "value", None)
    return isinstance(value, ast.List) and not value.elts


def _asked_names(section: Section, model_calls: Sequence[ModelCall]) -> set[str]:
    """Return the names that models are asked about inside, and those that these are made of."""
    found: set[str] = set()
    waiting = {name for call in model_calls for name in data_names(call.data)}
    while waiting:
        found |= waiting
        made = (s.node.value for s in section.inside.values() if _target(s) in waiting)  # type: ignore[attr-defined]
        waiting = {name for value in made for name in data_names(value)} - found
    return found


def _choose_container(section: Section, containers: dict[int, Statement], model_calls: list[ModelCall]) -> Request:
    if len(containers) > 1:
        direct = {i for c in model_calls for n in data_names(c.data) for i in _origin(section, c.statement.index, n)}
        containers = {i: s for i, s in containers.items() if i in direct} or containers
    if len(containers) > 1:
        names = [_target(s) for s in containers.values()]
        raise UnusableInput(choose("the request", section.at(next(iter(containers.values()))), names, "input"))
    index, statement = next(iter(containers.items()))
    return Request((_target(statement),), (index, *_filled_in(section, index)))


def _filled_in(section: Section, index: int) -> Iterator[int]:
    """Yield the statements that write more of a request down, one value after the other: ``new['size'] = 'small'``."""
    name = _target(section.flow.statements[index])
    held = {index}
    for other, statement in section.inside.items():
        if not held & section.flow.sources[other].get(name, frozenset()):
            continue
        match statement.node:
            case ast.Assign(targets=[ast.Subscript(value=ast.Name(id=root), slice=key)], value=value) if root == name:
                written = (is_spelled_out(part, partial(section.is_import, other)) for part in (key, value))
                if all(written):
                    held.add(other)
                    yield other
                    continue
        return


def _origin(section: Section, index: int, name: str) -> set[int]:
    start = section.inner_sources(index, name)
    return {i for i in section.flow.ancestors(start) if i in section.inside}


def _model_calls(section: Section) -> Iterator[ModelCall]:
    """Yield the calls in tagged cells that ask a model, methods with a telling name first, else any outside tool."""
    methods, others = [], []
    for statement in section.tagged:
        if statement.kind in {Kind.FUNCTION, Kind.CLASS, Kind.IMPORT}:
            continue
        for call in calls(statement.node):
            keyword = next((kw.value for kw in call.keywords if kw.arg in ASKED_AS), None)
            data = call.args[0] if call.args else keyword
            if data is None or isinstance(data, ast.Starred):
                continue
            found = ModelCall(statement, call, data)
            if isinstance(call.func, ast.Attribute) and call.func.attr in PREDICTING:
                methods.append(found)
            elif isinstance(call.func, ast.Name) and _is_called_tool(section, statement.index, call.func.id):
                if section.labels.read_in(data):
                    continue
                others.append(found)
    predicting = [c for c in methods if getattr(c.call.func, "attr", "") not in {"transform", "apply"}]
    yield from predicting or others or methods


def _is_called_tool(section: Section, index: int, name: str) -> bool:
    """Return whether ``name`` is a notebook's function or an object of its own that is called, as torch modules are."""
    sources = section.flow.sources[index].get(name, frozenset())
    kinds = {section.flow.statements[s].kind for s in sources}
    functions = [section.flow.statements[s].node for s in sources if section.flow.statements[s].kind is Kind.FUNCTION]
    if functions and not any(returns_value(node) for node in functions):
        return False
    return bool(sources) and Kind.IMPORT not in kinds and Kind.CLASS not in kinds


def _from_call(section: Section, found: ModelCall, config: set[int]) -> Request | None:
    """Return the request behind a model's call: the value inside that the data's way starts with, else the data."""
    index = found.statement.index
    found = _over_all(section, found)
    if isinstance(found.data, ast.Call) and getattr(found.call.func, "attr", "") in AHEAD:
        return Request((), expression=found.data, used_by=index)  # a number of steps, such as `len(test)`
    if isinstance(found.data, ast.Name | ast.Call | ast.Subscript | ast.Attribute | ast.BinOp | ast.List):
        data = _with_block(found)
        starts = _starts(section, data, index, config, {}) or _starts_from_filled(section, found.data, index)
        if len(starts) > 1:
            names = sorted({name for name, _ in starts})
            raise UnusableInput(choose("the request", section.at(found.statement), names, "input"))
        if starts:
            name, defined = starts.pop()
            return Request((name,), (defined,))
    made = _made_by_tool(section, found.data, index)
    return made if made is not None else _direct(section, found.data, index)


def _with_block(found: ModelCall) -> ast.expr:
    """Return the data that a call is given, with all that the block around it makes it of: in ``with no_grad():``
    tensors are often made where the model is asked about them."""
    if not isinstance(found.statement.node, ast.With):
        return found.data
    made: dict[str, list[ast.expr]] = {}
    for each in (n for n in ast.walk(found.statement.node) if isinstance(n, ast.Assign)):
        for name in (n.id for target in each.targets for n in ast.walk(target) if isinstance(n, ast.Name)):
            made.setdefault(name, []).append(each.value)
    parts, waiting = [found.data], data_names(found.data)
    while waiting:
        values = [value for name in sorted(waiting) for value in made.pop(name, ())]
        parts += values
        waiting = {name for value in values for name in data_names(value)} & made.keys()
    return ast.Tuple(parts, ast.Load()) if len(parts) > 1 else found.data


def _over_all(section: Section, found: ModelCall) -> ModelCall:
    """Return the call with all rows in the place of the one that a comprehension takes in turn, where it goes over a
    value of the section: ``[model.predict([row])[0] for row in sample]``."""
    loops = (node for node in ast.walk(found.statement.node) if isinstance(node, ast.comprehension))
    turned = {
        loop.target.id: loop.iter
        for loop in loops
        if isinstance(loop.target, ast.Name) and isinstance(loop.iter, ast.Name)
        if section.inner_sources(found.statement.index, loop.iter.id)
    }
    names = data_names(found.data) & turned.keys()
    return ModelCall(found.statement, found.call, turned[names.pop()]) if len(names) == 1 else found


def _made_by_tool(section: Section, data: ast.expr, index: int) -> Request | None:
    """Return the request where a fitted object makes the rows that it is asked about, as forecasters do:
    ``future = m.make_future_dataframe(periods=30)``."""
    if not isinstance(data, ast.Name):
        return None
    sources = section.inner_sources(index, data.id)
    if len(sources) != 1 or data.id not in section.inside[sources[0]].facts.definitions:
        return None
    value = getattr(section.inside[sources[0]].node, "value", None)
    if not (isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute)):
        return None
    root = root_name(value.func)
    asks = value.func.attr in PREDICTING or not section.outer_sources(sources[0], root)
    return None if asks else Request((data.id,), (sources[0],))


Starts = set[tuple[str, int]]


def _starts(
    section: Section, node: ast.AST, index: int, config: set[int], seen: dict[tuple[str, int], Starts]
) -> Starts:
    """Return (name, statement) of the values inside that depend on outside data and on nothing else inside; ``seen``
    holds what is known already."""
    starts: Starts = set()
    for name in section.reads(node, index):
        for source in section.inner_sources(index, name):
            statement = section.flow.statements[source]
            if source in config or statement.kind is Kind.CONSTANT:
                continue
            if (name, source) not in seen:
                seen[name, source] = set()  # while it is being found out: loops lead back to themselves
                seen[name, source] = _starts_of(section, name, source, config, seen)
            starts |= seen[name, source]
    return starts


def _starts_from_filled(section: Section, node: ast.expr, index: int) -> Starts:
    """Return (name, statement) of the values inside that are parts of lists which a loop outside has filled with data,
    as with documents that are cleaned one by one."""
    return {
        (name, source)
        for name in section.reads(node, index)
        for source in section.inner_sources(index, name)
        for read in section.reads(section.flow.statements[source].node, source)
        if name in section.flow.statements[source].facts.definitions and section.is_filled_list(source, read)
    }


def _starts_of(
    section: Section, name: str, source: int, config: set[int], seen: dict[tuple[str, int], Starts]
) -> Starts:
    statement = section.flow.statements[source]
    deeper = _starts(section, statement.node, source, config, seen)
    if deeper:
        return deeper
    if name not in statement.facts.definitions:
        return _starts(section, ast.Name(name, ast.Load()), source, config, seen)
    return {(name, source)} if _reads_outside_data(section, statement) else set()


def _reads_outside_data(section: Section, statement: Statement) -> bool:
    return any(section.is_data(statement.index, n) for n in section.reads(statement.node, statement.index))


def _direct(section: Section, data: ast.expr, index: int) -> Request | None:
    """Return the request where a call is given outside data, a choice of it, or something spelled out."""

    def imported(name: str) -> bool:
        return section.is_import(index, name)

    if isinstance(data, ast.Name):
        sources = section.outer_sources(index, data.id)
        raw, steps = upstream(section, data.id, index)
        if isinstance(raw, str):
            return Request((raw,), steps=tuple(steps)) if sources else None
        return Request((RECORDS,), made_from=raw, steps=tuple(steps))
    if is_spelled_out(data, imported):
        return Request((), expression=data, used_by=index)
    if isinstance(data, ast.Call) and _is_processing(section, data, index):
        inner = data.args[0] if data.args else None
        return None if inner is None else _direct(section, inner, index)
    root = root_name(data)
    if root and section.is_data(index, root):
        return Request((root,), expression=data, used_by=index)
    return None


def _is_processing(section: Section, call: ast.Call, index: int) -> bool:
    """Return whether a call turns its argument into something else, as ``scaler.transform(rows)`` does."""
    if isinstance(call.func, ast.Attribute) and call.func.attr in SELECTING:
        return False
    root = root_name(call.func)
    return bool(root) and not section.is_data(index, root)
