"""``table.apply(function)`` goes in; the loop over its columns that does the same comes out."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from nb2prod.analysis.preparation.syntax import every_name, renamed

Function = ast.Lambda | ast.FunctionDef


def as_loop(function: Function, table: str, columns: ast.expr, key: str, node: ast.stmt) -> ast.For | None:
    """Return ``for key in columns: table[key] = ...`` with the function's body written out, ``None`` where it does more
    than give a column for its one argument."""
    parameter = sole_parameter(function)
    if parameter is None:
        return None
    place = ast.Subscript(ast.Name(table, ast.Load()), ast.Name(key, ast.Load()), ast.Store())
    if isinstance(function, ast.Lambda):
        body: list[ast.stmt] | None = [ast.Assign([place], function.body)]
    else:
        body = _given_back(function.body, place, parameter)
    if not body:
        return None
    column = ast.Subscript(ast.Name(table, ast.Load()), ast.Name(key, ast.Load()), ast.Load())
    loop = ast.For(ast.Name(key, ast.Store()), columns, [renamed(each, {parameter: column}) for each in body], [])
    made = ast.parse(ast.unparse(ast.fix_missing_locations(ast.copy_location(loop, node)))).body[0]
    for inner in ast.walk(made):
        if hasattr(inner, "lineno"):
            ast.copy_location(inner, node)
    return made if isinstance(made, ast.For) else None


def sole_parameter(function: Function) -> str | None:
    """Return the one parameter of a function, ``None`` where it has more or another kind."""
    given = function.args
    if len(given.args) != 1 or given.posonlyargs or given.kwonlyargs or given.vararg or given.kwarg:
        return None
    return given.args[0].arg


def passes_on(function: ast.Lambda) -> ast.Name | None:
    """Return the function that a lambda only hands its argument to: ``lambda x: clean(x)``."""
    match function.body:
        case ast.Call(func=ast.Name() as inner, args=[ast.Name(id=handed)], keywords=[]):
            return inner if handed == sole_parameter(function) else None
    return None


def _given_back(body: Sequence[ast.stmt], place: ast.expr, parameter: str) -> list[ast.stmt] | None:
    """Return the statements with what is returned stored at ``place``, the parameter's own place."""
    made: list[ast.stmt] = []
    for number, statement in enumerate(body):
        rest = body[number + 1 :]
        match statement:
            case ast.Expr(value=ast.Constant()):
                continue
            case ast.Return(value=ast.Name(id=same)) if same == parameter:
                return made or [ast.Pass()]
            case ast.Return(value=ast.expr() as value):
                return [*made, ast.Assign([place], value)]
            case ast.Assign(targets=[ast.Name(id=bound)], value=value) if bound == parameter:
                made.append(ast.Assign([place], value))
            case ast.If(test=test, body=then, orelse=otherwise) if _returns(then):
                first, second = (_given_back(part, place, parameter) for part in (then, [*otherwise, *rest]))
                if first is None or second is None:
                    return None
                return [*made, ast.If(test, first, second)]
            case ast.If(test=test, body=then, orelse=otherwise) if not _returns(otherwise):
                blocks = [_changed(part, place, parameter) for part in (then, otherwise)]
                if blocks[0] is None or blocks[1] is None:
                    return None
                made.append(ast.If(test, blocks[0], blocks[1]))
            case _:
                return None
    return None


def _changed(body: Sequence[ast.stmt], place: ast.expr, parameter: str) -> list[ast.stmt] | None:
    """Return statements that only give the parameter another value."""
    end = ast.Return(ast.Name(parameter, ast.Load()))
    return _given_back([*body, end], place, parameter) if body else []


def _returns(body: Sequence[ast.stmt]) -> bool:
    return any(isinstance(node, ast.Return) for statement in body for node in ast.walk(statement))


def free_key(node: ast.stmt, taken: set[str]) -> str:
    """Return a name for the column of a turn that the notebook does not use."""
    used = taken | set(every_name(node))
    return next(name for name in ("column", "each_column", "column_of_table", "column_") if name not in used)
