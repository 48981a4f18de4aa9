"""One value of a request: its schema, and how its JSON becomes again what the notebook's code was given."""

# ruff: noqa: B905
# zip(strict=True) came with Python 3.10; the probe runs from 3.8 on.
from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any

from .as_json import NotJsonError, is_a, is_missing, loaded, to_json
from .describing import seen, type_of


class UnfitError(Exception):
    """The notebook's request has a form that a service cannot take; the message says which and what would do."""


def container_of(value: Any) -> str:
    """Return the name that docs/schema.md has for what holds the values."""
    if is_a(value, "pandas", "Series"):
        return "pandas.Series"
    if is_a(value, "pandas", "DataFrame"):
        return "pandas.DataFrame"
    if is_a(value, "torch", "Tensor"):
        return "torch.Tensor"
    if is_a(value, "numpy", "ndarray"):
        return "numpy.ndarray"
    return type(value).__name__


def array_parts(value: Any) -> tuple[str, tuple[int, ...], str] | None:
    """Return container, shape and dtype of an array-like of numbers; ``None`` for anything else."""
    container = container_of(value)
    if container in ("numpy.ndarray", "torch.Tensor", "pandas.Series"):
        value = as_numbers(value)
        dtype = str(value.dtype).replace("torch.", "")
        numeric = dtype.lower().startswith(("int", "uint", "float", "bool", "bfloat"))
        return (container, tuple(value.shape), dtype) if numeric else None
    if container not in ("list", "tuple"):
        return None
    shape = rectangle(value)
    if shape is None or 0 in shape:
        return None
    try:
        kind = type_of(_flat(to_json(value)))
    except NotJsonError:  # a list of models, of paths
        return None
    return (container, shape, {"integer": "int", "number": "float"}[kind]) if kind in ("integer", "number") else None


def as_numbers(value: Any) -> Any:
    """Return an array of objects that are all numbers as one of numbers: what ``table.values`` gives where some columns
    are true or false and others are numbers. Anything else is returned as it is."""
    if not is_a(value, "numpy", "ndarray") or str(value.dtype) != "object" or value.size == 0:
        return value
    numbers = all(isinstance(i, (bool, int, float)) or is_a(i, "numpy", "number", "bool_") for i in value.flat)
    return value.astype("float64") if numbers else value


def rectangle(value: Any) -> tuple[int, ...] | None:
    """Return the shape of nested lists if they are rectangular."""
    if not isinstance(value, (list, tuple)):
        return ()
    shapes = {rectangle(item) for item in value}
    if not shapes:
        return (0,)
    first = shapes.pop()
    return None if shapes or first is None else (len(value), *first)


def _flat(value: Any) -> list[Any]:
    return [leaf for item in value for leaf in _flat(item)] if isinstance(value, list) else [value]


def rebuild_array(nested: Any, container: str, dtype: str) -> Any:
    """Return the JSON lists ``nested`` as ``container`` of ``dtype``, null as NaN."""
    filled = _with_nan(nested)
    if container == "torch.Tensor":
        torch = loaded("torch")
        return torch.tensor(filled, dtype=getattr(torch, dtype))
    if container == "numpy.ndarray":
        return loaded("numpy").array(filled, dtype=dtype)
    if container == "pandas.Series":
        return loaded("pandas").Series(filled, dtype=dtype)
    return _as_tuples(filled) if container == "tuple" else filled


def _with_nan(value: Any) -> Any:
    if isinstance(value, list):
        return [_with_nan(item) for item in value]
    return float("nan") if value is None else value


def _as_tuples(value: Any) -> Any:
    return tuple(_as_tuples(item) for item in value) if isinstance(value, list) else value


class Value:
    """One value of a record or an argument: a scalar, an array, an object, or anything else that is JSON."""

    def __init__(self, value: Any) -> None:
        self.sample = value
        self.dtype = ""
        self.container = ""
        self.shape: tuple[int, ...] = ()
        self.fields: dict[str, Value] = {}
        self.type = self._classify(value)

    def _classify(self, value: Any) -> str:
        if is_missing(value):
            return "any"
        for kinds, name in (((bool,), "boolean"), ((int,), "integer"), ((float,), "number"), ((str,), "string")):
            if type(value) in kinds:
                self.dtype = type(value).__name__
                return name
        if is_a(value, "numpy", "bool_", "integer", "floating", "str_"):
            self.dtype = str(value.dtype) if not is_a(value, "numpy", "str_") else "str"
            return {"b": "boolean", "i": "integer", "u": "integer", "f": "number"}.get(value.dtype.kind, "string")
        if isinstance(value, (datetime.date, datetime.datetime)) or is_a(value, "numpy", "datetime64"):
            self.dtype = "datetime64" if is_a(value, "numpy", "datetime64") else type(value).__name__
            return "datetime"
        return self._classify_container(value)

    def _classify_container(self, value: Any) -> str:
        parts = array_parts(value)
        if parts is not None:
            self.container, self.shape, self.dtype = parts
            return "array"
        if type(value) is dict and all(type(key) is str for key in value):
            self.fields = {key: Value(item) for key, item in value.items()}
            return "object"
        self.container = container_of(value)
        to_json(value)  # raises where there is no JSON form
        if self.container not in ("list", "tuple", "pandas.DataFrame"):
            raise UnfitError(
                f"a {self.container} cannot be sent as JSON; make the input a table, an array, a list, a dict, a text "
                "or a number"
            )
        return "any"

    def build(self, item: Any) -> Any:
        """Return the JSON value ``item`` as the notebook's code gets it."""
        if item is None:
            return float("nan") if self.type in ("number", "integer") else None
        if self.type == "array":
            return rebuild_array(item, self.container, self.dtype)
        if self.type == "object":
            return {key: self.fields[key].build(part) for key, part in item.items()}
        if self.type == "datetime":
            return self._build_datetime(item)
        if self.type == "any":
            if self.container == "pandas.DataFrame":
                return loaded("pandas").DataFrame(item, columns=list(self.sample.columns)).astype(self.sample.dtypes)
            return _as_tuples(item) if self.container == "tuple" else item
        numpy_type = getattr(loaded("numpy"), self.dtype, None) if is_a(self.sample, "numpy", "generic") else None
        return item if numpy_type is None or self.type == "string" else numpy_type(item)

    def _build_datetime(self, item: str) -> Any:
        if self.dtype == "datetime64":
            return loaded("numpy").datetime64(item)
        if self.dtype == "Timestamp":
            return loaded("pandas").Timestamp(item)
        return getattr(datetime, self.dtype).fromisoformat(item)

    def like(self, value: Any) -> Any:
        """Return ``value``, drawn from a table, as JSON of this value's type; raise ``ValueError`` if it is not."""
        item = to_json(value)
        if self.shape == (1,) and not isinstance(item, list):
            return [_as_type(item, "integer" if self.dtype.startswith(("int", "uint")) else "number")]
        if self.type == "any" and self.container in ("list", "tuple") and not isinstance(item, list):
            return [item]
        return _as_type(item, self.type)

    def schema(self, name: str | None, items: Sequence[Any]) -> dict[str, Any]:
        """Return the schema; ``items`` are all JSON values seen."""
        found: dict[str, Any] = {} if name is None else {"name": name}
        kind = self.type
        if kind == "integer" and self.dtype == "int" and type_of(items) == "number":
            kind = "number"
        found["type"] = kind
        if self.dtype:
            found["dtype"] = self.dtype
        if self.container:
            found["container"] = self.container
        if kind == "array":
            found["shape"] = _common_shape([self.shape, *(rectangle(item) or () for item in items if item is not None)])
            flat = [leaf for item in items for leaf in _flat(item)]
            found.update(seen(flat, "number"), nullable=any(item is None for item in items))
        elif kind == "object":
            whole = [item for item in items if isinstance(item, dict)]
            found["nullable"] = len(whole) < len(items)
            found["fields"] = [part.schema(key, [item.get(key) for item in whole]) for key, part in self.fields.items()]
        else:
            found.update(seen(items, kind))
        return found


def _common_shape(shapes: Sequence[tuple[int, ...]]) -> list[int]:
    same = [shape for shape in shapes if len(shape) == len(shapes[0])]
    return [sizes[0] if len(set(sizes)) == 1 else -1 for sizes in zip(*same)]


def _as_type(item: Any, kind: str) -> Any:
    if item is None:
        return None
    if kind == "integer":
        if isinstance(item, (int, float)) and not isinstance(item, bool):
            return int(item) if float(item).is_integer() else item
    elif kind == "number":
        if isinstance(item, (int, float)) and not isinstance(item, bool):
            return float(item)
    elif kind == "boolean":
        if isinstance(item, bool) or item in (0, 1):
            return bool(item)
    elif kind in ("string", "datetime"):
        if isinstance(item, str):
            return item
    elif kind == "any" or (kind == "array" and isinstance(item, list)) or (kind == "object" and isinstance(item, dict)):
        return item
    raise ValueError(f"{item!r} is no {kind}")
