"""Make of a JSON value what the notebook's code was given in its place."""

from __future__ import annotations

import datetime
import math
from collections.abc import Callable
from importlib import import_module
from typing import Any

from .scalars import Field, number_type

PYTHON_TYPES = ("", "int", "float", "bool", "str")


def build(value: Any, field: Field) -> Any:
    """Return the value of a field; a missing number becomes NaN."""
    if value is None:
        return math.nan if field["type"] in ("integer", "number") else None
    return BUILDERS.get(field["type"], as_it_is)(value, field)


def build_object(value: dict[str, Any], field: Field) -> dict[str, Any]:
    """Return a dict with every value built."""
    return {inner["name"]: build(value[inner["name"]], inner) for inner in field["fields"]}


def number(value: Any, field: Field) -> Any:
    """Return a number of Python's or, where the notebook had one, of NumPy's."""
    dtype = field.get("dtype", "")
    if field["type"] == "integer":
        value = int(value)
    if dtype in PYTHON_TYPES:
        return float(value) if dtype == "float" else value
    return getattr(import_module("numpy"), dtype)(value)


def moment(value: str, field: Field) -> Any:
    """Return a date or time of Python's, NumPy's or pandas' type."""
    dtype = field.get("dtype", "datetime")
    if dtype == "datetime64":
        return import_module("numpy").datetime64(value)
    if dtype == "Timestamp":
        return import_module("pandas").Timestamp(value)
    return getattr(datetime, dtype).fromisoformat(value)


def array(value: list[Any], field: Field) -> Any:
    """Return nested lists as what held them in the notebook."""
    dtype = field.get("dtype")
    container = field.get("container", "list")
    if number_type(field) == "integer":
        value = integers(value)
    if container == "numpy.ndarray":
        return import_module("numpy").array(value, dtype=dtype)
    if container == "pandas.Series":
        return import_module("pandas").Series(value, dtype=dtype)
    if container == "torch.Tensor":
        torch = import_module("torch")
        return torch.tensor(value, dtype=getattr(torch, str(dtype)))
    return tuples(value) if container == "tuple" else value


def integers(value: Any) -> Any:
    """Return nested lists with 3 for 3.0."""
    if isinstance(value, list):
        return [integers(item) for item in value]
    return value if value is None else int(value)


def as_it_is(value: Any, field: Field) -> Any:
    """Return the value itself, but tuples for lists where the notebook had tuples."""
    return tuples(value) if field.get("container") == "tuple" else value


def tuples(value: Any) -> Any:
    """Return tuples for lists, all the way down."""
    return tuple(tuples(item) for item in value) if isinstance(value, list) else value


BUILDERS: dict[str, Callable[[Any, Field], Any]] = {
    "integer": number,
    "number": number,
    "datetime": moment,
    "array": array,
    "object": build_object,
}
