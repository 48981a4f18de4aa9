"""Python source goes in; the value comes out that it gives, without running any of it, or that it has to be run."""

from __future__ import annotations

import ast
import operator
import pathlib
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

CANNOT = (SyntaxError, ValueError, TypeError, ArithmeticError, RecursionError, MemoryError, LookupError, OSError)
"""What reading, and making values of what was read, raises for what is no literal."""
LARGEST = 10**400
"""Results beyond are not worked out: arithmetic on literals must not take a machine's memory."""


class HasToBeRun(ValueError):
    """The source is no literal."""


def value_of(source: str | ast.expr) -> Any:
    """Return the value of an expression of literals, arithmetic on numbers, and calls such as ``date(2024, 1, 31)``.

    What :func:`~nb2prod.runs.parameters.writing.source_of` writes is among these. Raises ``HasToBeRun`` for others.
    """
    try:
        node = ast.parse(source, mode="eval").body if isinstance(source, str) else source
        return _value(node)
    except CANNOT as error:
        raise HasToBeRun(str(error)) from None


def _value(node: ast.expr) -> Any:
    read = READERS.get(type(node))
    if read is None:
        raise HasToBeRun(type(node).__name__)
    return read(node)


def _binary(node: Any) -> Any:
    work = OPERATORS.get(type(node.op))
    left, right = _value(node.left), _value(node.right)
    if work is None or not (_number(left) and _number(right)):
        raise HasToBeRun("an operator")
    if isinstance(node.op, ast.Pow) and (abs(left) > 10**6 or abs(right) > 60):
        raise HasToBeRun("a large power")
    return _small(work(left, right))


def _number(value: Any) -> bool:
    return type(value) in (int, float)


def _small(value: Any) -> Any:
    if not _number(value) or (isinstance(value, int) and abs(value) > LARGEST):
        raise HasToBeRun("a large number")
    return value


def _unary(node: Any) -> Any:
    value = _value(node.operand)
    if isinstance(node.op, ast.USub) and type(value) in (int, float, complex):
        return -value
    if isinstance(node.op, ast.UAdd) and type(value) in (int, float, complex):
        return value
    raise HasToBeRun("an operator")


def _dict(node: Any) -> Any:
    if None in node.keys:
        raise HasToBeRun("an unpacked mapping")
    return {_value(key): _value(value) for key, value in zip(node.keys, node.values, strict=True)}


def _attribute(node: Any) -> Any:
    if (node.attr == "utc" and _called(node.value) == "timezone") or (node.attr == "UTC" and _module(node.value)):
        return UTC
    raise HasToBeRun("an attribute")


def _call(node: Any) -> Any:
    made = CALLS.get(_called(node.func))
    if made is None or any(keyword.arg is None for keyword in node.keywords):
        raise HasToBeRun("a call")
    return made(*map(_value, node.args), **{keyword.arg: _value(keyword.value) for keyword in node.keywords})


def _called(node: ast.expr) -> str:
    """Return ``date`` of ``date``, ``datetime.date`` and ``__import__("datetime").date``; empty for anything else."""
    if isinstance(node, ast.Name):
        return node.id
    return node.attr if isinstance(node, ast.Attribute) and _module(node.value) else ""


def _module(node: ast.expr) -> bool:
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "__import__":
        node = node.args[0]
    name = node.id if isinstance(node, ast.Name) else node.value if isinstance(node, ast.Constant) else ""
    return name in MODULES


def _number_of(text: Any = 0) -> float:
    return float(text)


OPERATORS: Mapping[type, Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.Pow: operator.pow,
}
MODULES = frozenset({"datetime", "dt", "decimal", "pathlib", "zoneinfo"})
CALLS: Mapping[str, Callable[..., Any]] = {
    "Decimal": Decimal,
    "Path": pathlib.Path,
    "PurePath": pathlib.PurePath,
    "PurePosixPath": pathlib.PurePosixPath,
    "PureWindowsPath": pathlib.PureWindowsPath,
    "ZoneInfo": ZoneInfo,
    "complex": complex,
    "date": date,
    "datetime": datetime,
    "float": _number_of,
    "frozenset": frozenset,
    "set": set,
    "time": time,
    "timedelta": timedelta,
    "timezone": timezone,
}
"""What may be called: these only make a value of what they are given."""
READERS: Mapping[type, Callable[[Any], Any]] = {
    ast.Constant: lambda node: node.value,
    ast.List: lambda node: [_value(each) for each in node.elts],
    ast.Tuple: lambda node: tuple(_value(each) for each in node.elts),
    ast.Set: lambda node: {_value(each) for each in node.elts},
    ast.Dict: _dict,
    ast.UnaryOp: _unary,
    ast.BinOp: _binary,
    ast.Attribute: _attribute,
    ast.Call: _call,
}
