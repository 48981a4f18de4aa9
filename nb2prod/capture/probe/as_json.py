"""A value of the notebook's goes in, a JSON value comes out, as docs/schema.md says; and two of them compared."""

# ruff: noqa: B905
# zip(strict=True) came with Python 3.10; the probe runs from 3.8 on.
from __future__ import annotations

import dataclasses
import datetime
import decimal
import enum
import math
import sys
from typing import Any

MAX_DEPTH = 30
SINGLE = ("float32", "float16", "bfloat16", "complex64")


class NotJsonError(TypeError):
    """The value has no JSON form in docs/schema.md."""


def loaded(name: str) -> Any:
    """Return the module if the notebook has imported it; the probe itself never imports it."""
    return sys.modules.get(name)


def is_a(value: Any, module: str, *names: str) -> bool:
    """Say whether ``value`` is an instance of one of the classes ``names`` of ``module``, if that is loaded."""
    found = loaded(module)
    classes = tuple(getattr(found, name) for name in names if isinstance(getattr(found, name, None), type))
    return bool(classes) and isinstance(value, classes)


def is_missing(value: Any) -> bool:
    """Say whether ``value`` is None, NaN, NaT or NA."""
    if value is None:
        return True
    if isinstance(value, float):
        return math.isnan(value)
    pandas = loaded("pandas")
    return pandas is not None and (value is getattr(pandas, "NA", pandas) or value is pandas.NaT)


def to_json(value: Any, depth: int = 0) -> Any:
    """Return ``value`` as JSON; raise ``NotJsonError`` for what has no such form."""
    if depth > MAX_DEPTH:
        raise NotJsonError("nested too deeply")
    if is_missing(value):
        return None
    if isinstance(value, enum.Enum):
        return to_json(value.value, depth + 1)
    if isinstance(value, (bool, str)):
        return value if isinstance(value, bool) else str.__str__(value)
    if isinstance(value, int):
        return int(value)
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else None
    if isinstance(value, (datetime.datetime, datetime.date, datetime.time)):
        return value.isoformat()
    if isinstance(value, decimal.Decimal):
        return to_json(float(value))
    found, result = _from_library(value, depth + 1)
    return result if found else _from_container(value, depth + 1)


def _from_library(value: Any, depth: int) -> Any:
    """Return whether a library's own way applies, and the result."""
    if is_a(value, "pandas", "DataFrame"):
        names = [str(column) for column in value.columns]
        columns = [to_json(value.iloc[:, place], depth) for place in range(len(names))]
        return True, [dict(zip(names, row)) for row in zip(*columns)] if names else [{} for _ in range(len(value))]
    if is_a(value, "pandas", "Series", "Index", "Categorical") or is_a(
        value, "pandas.api.extensions", "ExtensionArray"
    ):
        return True, [to_json(item, depth) for item in value.tolist()]
    if is_a(value, "pandas", "Timedelta", "Period", "Interval"):
        return True, str(value)
    if is_a(value, "numpy", "datetime64", "timedelta64"):
        return True, None if str(value) == "NaT" else str(value)
    if is_a(value, "numpy", "complexfloating"):
        raise NotJsonError("complex numbers have no JSON form")
    if is_a(value, "numpy", "generic"):
        return True, to_json(value.item(), depth)
    if is_a(value, "numpy", "ndarray"):
        if value.dtype.kind == "M":
            return True, to_json(value.astype(str).tolist(), depth)
        return True, to_json(value.tolist(), depth)
    if is_a(value, "torch", "Tensor"):
        return True, to_json(value.detach().cpu().tolist(), depth)
    if hasattr(value, "toarray") and type(value).__module__.startswith("scipy.sparse"):
        return True, to_json(value.toarray(), depth)
    return False, None


def _from_container(value: Any, depth: int) -> Any:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: to_json(getattr(value, field.name), depth) for field in dataclasses.fields(value)}
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return {name: to_json(item, depth) for name, item in zip(value._fields, value)}
    if isinstance(value, dict):
        return {_key(key): to_json(item, depth) for key, item in value.items()}
    if isinstance(value, (set, frozenset)):
        items = [to_json(item, depth) for item in value]
        try:
            return sorted(items)
        except TypeError:
            return sorted(items, key=repr)
    if isinstance(value, (list, tuple, range)) or type(value).__name__ in ("dict_keys", "dict_values", "deque"):
        return [to_json(item, depth) for item in value]
    kind = type(value)
    raise NotJsonError(f"a value of type {kind.__module__}.{kind.__qualname__} has no JSON form")


def _key(key: Any) -> str:
    return key if isinstance(key, str) else str(to_json(key))


def alike(left: Any, right: Any, dtype: str = "") -> bool:
    """Say whether two JSON values are the same answer: numbers up to rounding for ``dtype``, all else exactly."""
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    if isinstance(left, (int, float)) and isinstance(right, (int, float)):
        if isinstance(left, int) and isinstance(right, int):
            return left == right
        relative, absolute = (1e-4, 1e-6) if dtype in SINGLE else (1e-6, 1e-12)
        return math.isclose(left, right, rel_tol=relative, abs_tol=absolute)
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(alike(a, b, dtype) for a, b in zip(left, right))
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(alike(left[key], right[key], dtype) for key in left)
    return bool(left == right)
