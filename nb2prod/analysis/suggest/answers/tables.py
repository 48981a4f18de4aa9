"""Tables that answers were put into, such as a competition's submission: which of their columns are answers."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from nb2prod.analysis.suggest.answers.following import Following, loaded
from nb2prod.notebook.called import called_name

SAME_ROWS = frozenset(
    {"rename", "set_index", "reset_index", "copy", "drop", "sort_values", "sort_index", "head", "tail", "sample"}
)
"""Methods after which each row has the values that it had."""
MOST_STEPS = 60


@dataclass(frozen=True)
class Column:
    """A column, or several, of a table: what was put into it, and where."""

    key: ast.expr | None
    value: ast.expr
    statement: int


def columns_of(following: Following, name: str, at: int) -> list[Column] | None:
    """Return the columns of the table ``name`` that hold answers, for a reader at statement ``at``, in the order in
    which they were made; ``None`` where that cannot be told."""
    found: list[Column] = []
    for column in _history(following, name, at):
        if column is None:
            return None
        if column.key is None or all(_text(column.key) != _text(each.key) for each in found):
            found.append(column)
    true = {ast.unparse(c.key) for c in found if c.key is not None and following.reads_truth(c.value)}
    answers = [c for c in reversed(found) if following.reads_answers(c.value, c.statement)]
    answers = [c for c in answers if not following.reads_truth(c.value) and not _reads(c.value, name, true)]
    if any(not _is_place(c) and name in {n.id for n in loaded(c.value)} for c in answers):
        return [c for c in answers if not _is_place(c)]  # One by its name goes on with the one by its place.
    return answers


def _reads(node: ast.expr, table: str, keys: set[str]) -> bool:
    """Return whether an expression reads one of the columns of a table."""
    for inner in ast.walk(node):
        whole = inner.value if isinstance(inner, ast.Subscript | ast.Attribute) else None
        if isinstance(whole, ast.Name) and whole.id == table:
            key = ast.unparse(inner.slice) if isinstance(inner, ast.Subscript) else repr(getattr(inner, "attr", ""))
            if key in keys:
                return True
    return False


def column_of(following: Following, name: str, key: str, at: int) -> Column | None:
    """Return what the column ``key`` of the table ``name`` was last given, ``None`` where that cannot be told."""
    for column in _history(following, name, at):
        if column is None:
            return None
        if column.key is not None and _text(column.key) == repr(key):
            return column
        if _is_place(column) and not key.lower().endswith("id"):
            return column
    return None


def _is_place(column: Column) -> bool:
    """Return whether a column is known by its place alone: ``table.iloc[:, 1] = value``, where the rows' own names
    stand first."""
    return isinstance(column.key, ast.Constant) and isinstance(column.key.value, int)


def is_among(column: Column, keys: ast.expr) -> bool:
    """Return whether ``table[["a", "b"]]`` chooses a column."""
    return isinstance(keys, ast.List) and _text(column.key) in {_text(each) for each in keys.elts}


def _text(key: ast.expr | None) -> str:
    return ast.unparse(key) if key is not None else ""


def _history(following: Following, name: str, at: int) -> Iterator[Column | None]:
    """Yield what was put into a table, the last first; ``None`` where something else happened to it."""
    flow = following.flow
    for _ in range(MOST_STEPS):
        sources = flow.sources[at].get(name, frozenset())
        if not sources & following.answering:
            return  # What it was before answers were put into it.
        if len(sources) != 1:
            yield None
            return
        at = next(iter(sources))
        node = flow.statements[at].node
        stored = stored_in(node)
        if stored is not None and stored[0] == name:
            yield Column(stored[1], stored[2], at)
            continue
        value = node.value if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) else None
        while isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute) and value.func.attr in SAME_ROWS:
            value = value.func.value
        if isinstance(value, ast.Name):
            name = value.id
            continue
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call) and called_name(node.value) in SAME_ROWS:
            continue
        if value is None:
            yield None
            return
        yield from (Column(key, part, at) for key, part in reversed(list(made_of(value))))
        if following.reads_answers(value, at) and not list(made_of(value)):
            yield None
        return
    yield None


def stored_in(node: ast.stmt) -> tuple[str, ast.expr, ast.expr] | None:
    """Return the table, the key and the value of ``table[key] = value``, of ``table.key = value``, of
    ``table.loc[:, key] = value`` and of ``table.iloc[:, place] = value``."""
    match node:
        case ast.Assign(targets=[ast.Subscript(value=ast.Name(id=name), slice=key)], value=value):
            return name, key, value
        case ast.Assign(
            targets=[
                ast.Subscript(
                    value=ast.Attribute(value=ast.Name(id=name), attr="loc" | "iloc"),
                    slice=ast.Tuple(elts=[ast.Slice(lower=None, upper=None), key]),
                )
            ],
            value=value,
        ):
            return name, key, value
        case ast.Assign(targets=[ast.Attribute(value=ast.Name(id=name), attr=attribute)], value=value):
            return name, ast.Constant(attribute), value
    return None


def made_of(value: ast.expr) -> Iterator[tuple[ast.expr | None, ast.expr]]:
    """Yield the columns that a table is made of: ``DataFrame({key: value})``, ``concat([ids, answers], axis=1)``,
    ``table.assign(key=value)``; of ``table[["a", "b"]]`` those that are chosen."""
    if isinstance(value, ast.Subscript) and isinstance(value.slice, ast.List):
        chosen = {_text(each) for each in value.slice.elts}
        yield from ((key, part) for key, part in made_of(value.value) if _text(key) in chosen)
    if not isinstance(value, ast.Call):
        return
    name = called_name(value)
    data = value.args[0] if value.args else next((k.value for k in value.keywords if k.arg == "data"), None)
    if name == "DataFrame" and isinstance(data, ast.Dict):
        yield from ((key, each) for key, each in zip(data.keys, data.values, strict=True) if key is not None)
    elif name == "DataFrame" and isinstance(data, ast.Call) and called_name(data) == "dict":
        yield from ((ast.Constant(k.arg), k.value) for k in data.keywords if k.arg is not None)
    elif name == "DataFrame" and isinstance(data, ast.Call) and called_name(data) == "zip":
        names = next((k.value for k in value.keywords if k.arg == "columns"), None)
        if isinstance(names, ast.List | ast.Tuple) and len(names.elts) == len(data.args):
            yield from zip(names.elts, data.args, strict=True)
    elif name == "DataFrame" and data is not None:
        yield None, _without_index(value, data)
    elif name == "assign" and isinstance(value.func, ast.Attribute):
        yield from made_of(value.func.value)
        yield from ((ast.Constant(k.arg), k.value) for k in value.keywords if k.arg is not None)
    elif name == "Series" and data is not None:
        yield None, data
    elif name in {"concat", "column_stack", "hstack"} and isinstance(data, ast.List | ast.Tuple):
        for part in data.elts:
            inner = list(made_of(part))
            yield from inner or [(None, part)]


def _without_index(call: ast.Call, data: ast.expr) -> ast.expr:
    """Return the table with its columns' names, without its rows'; one column alone is what it was."""
    named = next((k.value for k in call.keywords if k.arg == "columns"), None)
    if named is None or (isinstance(named, ast.List) and len(named.elts) == 1):
        return data
    return ast.Call(call.func, [data], [k for k in call.keywords if k.arg == "columns"])
