"""Which columns of which tables an expression reads, and whether these are what was changed."""

from __future__ import annotations

import ast
from collections.abc import Container, Iterator
from fnmatch import fnmatchcase
from glob import escape

CHANGES = {"pop", "popitem", "insert", "update", "setdefault", "append", "extend", "remove", "clear", "__setitem__"}
"""Methods that change what they are called on."""


def changes(node: ast.AST) -> bool:
    """Return whether an expression, apart from its parts, changes something where it is computed."""
    match node:
        case ast.Call(func=ast.Attribute(attr=called)) if called in CHANGES:
            return True
        case ast.Call(func=ast.Name(id="next" | "setattr")):
            return True
        case ast.Call(keywords=keywords):
            inplace = (kw.value for kw in keywords if kw.arg == "inplace")
            return any(not (isinstance(each, ast.Constant) and not each.value) for each in inplace)
    return isinstance(node, ast.NamedExpr | ast.Await | ast.Yield | ast.YieldFrom)


def reads(expression: ast.expr, keys: Container[str] = ()) -> Iterator[tuple[str, str]]:
    """Yield tables and columns that an expression reads, ``""`` for a whole table, ``*`` for a column of a loop."""
    match expression:
        case ast.Subscript(value=ast.Name(id=table), slice=ast.Constant(value=str(column))):
            yield table, column
        case ast.Subscript(value=ast.Name(id=table), slice=ast.Name(id=key)) if key in keys:
            yield table, "*"
        case ast.Subscript(
            value=ast.Call(func=ast.Attribute(value=ast.Name(id=table), attr="groupby"), args=[by], keywords=_),
            slice=column,
        ) if (by_columns := _columns(by, keys)) and (of_columns := _columns(column, keys)):
            yield from ((table, each) for each in (*by_columns, *of_columns))
        case ast.Subscript(value=ast.Name(id=table), slice=ast.List(elts=elts)) if elts and all(
            isinstance(each, ast.Constant) or (isinstance(each, ast.Name) and each.id in keys) for each in elts
        ):
            yield from ((table, str(each.value) if isinstance(each, ast.Constant) else "*") for each in elts)
        case ast.Compare(
            left=ast.Name(id=key),
            ops=[ast.In() | ast.NotIn()],
            comparators=[ast.Attribute(value=ast.Name(id=table), attr="columns")],
        ) if key in keys:
            yield table, "*"
        case (
            ast.Subscript(
                value=ast.Subscript(value=ast.Name(id=table), slice=rows), slice=ast.Constant(value=str(column))
            )
            | ast.Subscript(
                value=ast.Attribute(value=ast.Name(id=table), attr="loc"),
                slice=ast.Tuple(elts=[rows, ast.Constant(value=str(column))]),
            )
        ):
            yield table, column
            yield from reads(rows, keys)
            if isinstance(rows, ast.Constant):  # no rows, but a column and an entry of it
                yield table, str(rows.value)
        case ast.Attribute(value=ast.Name(id=table), attr=column):
            yield table, column
            if column in {"columns", "mean", "loc", "iloc", "values", "shape"}:
                yield table, ""
        case ast.Call(func=ast.Attribute(value=ast.Name(id=table))):
            yield table, ""
            for argument in (*expression.args, *(kw.value for kw in expression.keywords)):
                yield from reads(argument, keys)
        case ast.Name(id=table):
            yield table, ""
        case _:
            for child in ast.iter_child_nodes(expression):
                if isinstance(child, ast.expr):
                    yield from reads(child, keys)
                elif not isinstance(child, ast.expr_context | ast.operator):
                    for inner in ast.iter_child_nodes(child):
                        if isinstance(inner, ast.expr):
                            yield from reads(inner, keys)


def clash(read: tuple[str, str], changed: tuple[str, str]) -> bool:
    """Return whether what is read is, or may be, what was changed: a column that is called ``*_log`` for each of a loop
    is not ``fare``."""
    if read[0] != changed[0]:
        return False
    return read[1] == changed[1] or bool({read[1], changed[1]} & {"", "*"}) or fnmatchcase(read[1], changed[1])


def column_changed(key: ast.expr | None, keys: Container[str]) -> str:
    """Return the column that a subscript stores: ``*`` for that of a loop, ``*_log`` where something is added to its
    name, an empty string where it is not known."""
    match key:
        case ast.Constant(value=str(column)):
            return escape(column)
        case ast.Name(id=each) if each in keys:
            return "*"
        case ast.BinOp(op=ast.Add(), left=left, right=right):
            parts: list[ast.expr] = [left, right]
        case ast.JoinedStr(values=values):
            parts = [v.value if isinstance(v, ast.FormattedValue) and v.format_spec is None else v for v in values]
        case _:
            return ""
    found = [column_changed(part, keys) for part in parts]
    return "".join(found) if all(found) else ""


def _columns(key: ast.expr, keys: Container[str]) -> tuple[str, ...]:
    """Return the columns that a subscript names, none where that is not known."""
    if isinstance(key, ast.Name) and key.id in keys:
        return ("*",)
    return tuple(sorted(named_columns(key) or ()))


def named_columns(key: ast.expr) -> frozenset[str] | None:
    """Return the columns that a literal names, ``None`` where it names none."""
    if isinstance(key, ast.Constant) and isinstance(key.value, str):
        return frozenset({key.value})
    if isinstance(key, ast.List) and key.elts and all(isinstance(e, ast.Constant) for e in key.elts):
        return frozenset(str(e.value) for e in key.elts if isinstance(e, ast.Constant))
    return None
