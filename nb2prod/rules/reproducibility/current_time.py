"""
## What it does
Finds the current time and date where they become part of data or answers: in a column, in a comparison, in an age that
is computed from today. Times that are only printed, put into a file's name or subtracted from one another to see how
long something took are passed over.

## Why is this bad
The same rows give another table tomorrow, and another answer. The model was trained on ages of the day of its training,
and is asked about those of today.

## Example
```python
df["age"] = datetime.now().year - df["birth_year"]
```

## Use instead
```python
REFERENCE_YEAR = 2024  # in a cell tagged `parameters`
df["age"] = REFERENCE_YEAR - df["birth_year"]
```
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence, Set

from nb2prod.analysis.children import walked
from nb2prod.analysis.nodes import Call, Placed, ancestors_of, last_names, parents_of
from nb2prod.notebook.called import called_name
from nb2prod.rules.chance import literal
from nb2prod.rules.model import Finding, Rule, Severity

NOW = frozenset(
    f"{each}.{name}"
    for each in ("datetime.datetime", "datetime.date", "pandas.Timestamp", "pandas.datetime")
    for name in ("now", "today", "utcnow")
)
CLOCKS = frozenset(("time.time", "time.time_ns"))
RULE = Rule("NB208", "current-time", Severity.WARNING, words=last_names(NOW | CLOCKS))
MADE_OF_TEXT = frozenset(("pandas.to_datetime", "numpy.datetime64", "pandas.Timestamp"))
TEXT = frozenset(("strftime", "isoformat", "ctime", "timestamp", "total_seconds", "date", "time"))
OUTSIDE = frozenset(("print", "display", "format", "str", "info", "debug", "warning", "write", "log", "repr", "sleep"))
ROUNDS = frozenset(("ceil", "date", "floor", "normalize", "replace", "round", "tz_convert", "tz_localize"))
APPLIES = frozenset(("apply", "applymap", "map", "transform"))
_Seen = Mapping[ast.AST, ast.AST]


def check(calls: Sequence[Call], nodes: Mapping[type[ast.AST], Sequence[Placed]]) -> Iterator[Finding]:
    """Yield a finding for each line in which the time becomes data, told once for each statement."""
    readings = [call for call in calls if _is_now(call)]
    if not readings:
        return
    names = {name for call in readings for name in _names(call)}
    uses: list[tuple[Placed | Call, ast.expr]] = [(call, call.node) for call in readings]
    for placed in nodes.get(ast.Name, ()):
        node = placed.node
        if isinstance(node, ast.Name) and node.id in names and isinstance(node.ctx, ast.Load):
            uses.append((placed, node))
    applied = {
        each.id
        for call in calls
        if call.last in APPLIES
        for each in [*call.node.args, *(given.value for given in call.node.keywords)]
        if isinstance(each, ast.Name)
    }
    for place, node in sorted(uses, key=lambda each: (each[0].statement.index, each[1].lineno)):
        if _becomes_data(node, parents_of(place.statement.node), names, applied):
            what = "the current time becomes part of the data, so another day gives another result"
            remedy = "make the date a parameter, or take it from the data"
            yield Finding(what, place.statement.cell, node.lineno, remedy, once=str(place.statement.index))


def _is_now(call: Call) -> bool:
    if call.path in NOW or call.path in CLOCKS:
        return True
    return call.path in MADE_OF_TEXT and literal(call.argument(0)) in {"now", "today"}


def _names(call: Call) -> Iterator[str]:
    """Yield the variables that hold a time, or a part of one such as its year."""
    node = call.statement.node
    if isinstance(node, ast.Assign) and not call.deferred:
        value: ast.expr = node.value
        while isinstance(value, ast.Attribute) or (value is not call.node and _is_rounded(value)):
            value = value.value if isinstance(value, ast.Attribute) else value.func  # type: ignore[attr-defined]
        if value is call.node:
            yield from (each.id for each in node.targets if isinstance(each, ast.Name))


def _is_rounded(node: ast.expr) -> bool:
    """Say whether an expression calls a method that makes another time of one."""
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in ROUNDS


def _becomes_data(node: ast.expr, parents: _Seen, names: set[str], applied: Set[str]) -> bool:
    """Say whether a time goes into a table, a comparison or a computation with something that is no time.

    ``applied`` are functions that tables apply to their rows.
    """
    inside: ast.AST = node
    computed = compared = False
    of_argument: str | bool = False
    for outer in ancestors_of(node, parents):
        if isinstance(outer, ast.Call) and inside is not outer.func and called_name(outer) in OUTSIDE:
            return False
        if isinstance(outer, ast.JoinedStr) or (isinstance(outer, ast.Attribute) and outer.attr in TEXT):
            return False
        if isinstance(outer, ast.BinOp) and isinstance(outer.op, ast.Sub):
            other = outer.right if inside is outer.left else outer.left
            if _is_duration(other):
                inside = outer
                continue
            if _is_time(other, names) or _is_started(other):
                return False
            computed = computed or _is_data(other)
            of_argument = isinstance(other, ast.Name) and other.id
        if isinstance(outer, ast.Compare):
            compared = any(_is_data(each) for each in (outer.left, *outer.comparators) if each is not inside)
        if isinstance(outer, ast.Subscript) and inside is outer.slice and compared:
            return True
        if isinstance(outer, ast.FunctionDef) and outer.name in applied:
            return computed or of_argument in {each.arg for each in outer.args.args}
        if isinstance(outer, ast.Assign):
            return computed or any(isinstance(each, ast.Subscript) for each in outer.targets)
        if isinstance(outer, ast.Call) and called_name(outer) in {"assign", "insert"} and inside is not outer.func:
            return True
        inside = outer
    return computed


def _is_time(node: ast.expr, names: set[str]) -> bool:
    while isinstance(node, ast.Attribute):
        node = node.value
    if isinstance(node, ast.Call):
        return called_name(node) in {"now", "today", "utcnow", "time"}
    return isinstance(node, ast.Name) and node.id in names


def _is_duration(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and called_name(node) in {"timedelta", "Timedelta", "DateOffset", "relativedelta"}


def _is_started(node: ast.expr) -> bool:
    """Say whether a name is one that people give to when something began."""
    while isinstance(node, ast.Attribute | ast.Subscript):
        node = node.value
    name = node.id.lower() if isinstance(node, ast.Name) else ""
    return any(word in name for word in ("start", "begin", "t0", "tic", "time", "since", "now", "last"))


def _is_data(node: ast.expr) -> bool:
    """Say whether an expression is a column, or something that has one or was computed from one."""
    return any(isinstance(each, ast.Subscript) for each in walked(node)) or isinstance(node, ast.Attribute)
