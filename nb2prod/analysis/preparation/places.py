"""What the subscript of a store says: whose columns it changes, and which."""

from __future__ import annotations

import ast

from nb2prod.analysis.preparation.syntax import pattern
from nb2prod.analysis.preparation.values import Rows


def owner_of(target: ast.Subscript) -> tuple[ast.expr, str]:
    """Return what a store changes, and ``loc`` or the like where it goes through that."""
    owner = target.value
    if isinstance(owner, ast.Attribute) and owner.attr in {"loc", "iloc", "at"}:
        return owner.value, owner.attr
    return owner, ""


def loaded(target: ast.expr) -> ast.expr:
    """Return what is assigned to as it is read."""
    again = ast.parse(ast.unparse(target), mode="eval").body
    return ast.copy_location(again, target)


def with_width(node: ast.expr, place: ast.expr) -> ast.expr:
    """Return ``.str.split(..., expand=True)`` with as many columns as are stored, whatever the rows have."""
    match node:
        case ast.Call(func=ast.Attribute(attr="split" | "rsplit"), keywords=keywords) if isinstance(place, ast.List):
            if any(kw.arg == "expand" for kw in keywords):
                return pattern(f"NODE.reindex(columns=range({len(place.elts)}))", NODE=node)
    return node


def with_column(rows: Rows, target: ast.Subscript) -> tuple[str, ...] | None:
    """Return a table's columns once one is stored."""
    column = column_of(target)
    if rows.columns is None or not (isinstance(column, ast.Constant) and isinstance(column.value, str)):
        return None
    return rows.columns if column.value in rows.columns else (*rows.columns, column.value)


def column_of(target: ast.Subscript) -> ast.expr:
    """Return the column that a store changes."""
    key = target.slice
    if isinstance(target.value, ast.Attribute) and isinstance(key, ast.Tuple) and len(key.elts) == 2:
        key = key.elts[1]
    return key


def in_place_call(node: ast.expr) -> ast.Call:
    """Return a call that changes its rows where they are."""
    assert isinstance(node, ast.Call)
    return ast.Call(node.func, node.args, [*node.keywords, ast.keyword("inplace", ast.Constant(True))])
