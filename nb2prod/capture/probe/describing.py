"""JSON values, or a column of a table, go in; the part of a schema that describes them comes out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .as_json import is_a, is_missing, loaded, to_json

MAX_CATEGORIES = 50
MAX_SCANNED = 20_000


def type_of(values: Sequence[Any]) -> str:
    """Return the schema type that all JSON values but null have in common, ``any`` if there is none."""
    kinds = {_type(value) for value in values if value is not None}
    if kinds == {"integer", "number"}:
        return "number"
    return kinds.pop() if len(kinds) == 1 else "any"


def _type(value: Any) -> str:
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, int):
        return "integer"
    if isinstance(value, float):
        return "number"
    if isinstance(value, str):
        return "string"
    return "array" if isinstance(value, list) else "object" if isinstance(value, dict) else "any"


def seen(values: Sequence[Any], kind: str) -> dict[str, Any]:
    """Return ``nullable`` and, by ``kind``, ``minimum`` and ``maximum`` or ``categories`` of JSON values."""
    present = [value for value in values if value is not None]
    found: dict[str, Any] = {"nullable": len(present) < len(values)}
    if kind in ("integer", "number") and present:
        found.update(minimum=min(present), maximum=max(present))
    if kind == "string" and present:
        distinct = set(present)
        if len(distinct) <= MAX_CATEGORIES:
            found["categories"] = sorted(distinct)
    return found


def column_field(label: Any, series: Any, dtype: Any) -> dict[str, Any]:
    """Return the schema of one column; ``series`` holds all that was seen of it, ``dtype`` is what it is rebuilt as."""
    field: dict[str, Any] = {"name": str(label), "type": _column_type(series, dtype), "dtype": str(dtype)}
    if not isinstance(label, str):
        field["label"] = to_json(label)
    values = series.dropna()
    field["nullable"] = len(values) < len(series)
    if is_a(dtype, "pandas", "CategoricalDtype"):
        field.update(categories=to_json(dtype.categories), fixed=True, ordered=bool(dtype.ordered))
        return field
    if field["type"] in ("integer", "number") and len(values):
        field.update(_range(values))
    if field["type"] == "string":
        distinct = set(values.unique().tolist())
        if 0 < len(distinct) <= MAX_CATEGORIES:
            field["categories"] = sorted(distinct)
    if field["nullable"] and field["dtype"] == "object":
        field["null"] = "none" if any(value is None for value in series.tolist()) else "nan"
    return field


def _range(values: Any) -> dict[str, Any]:
    smallest, largest = to_json(values.min()), to_json(values.max())
    if smallest is None or largest is None:  # infinities
        finite = [item for item in to_json(values) if item is not None]
        return {"minimum": min(finite), "maximum": max(finite)} if finite else {}
    return {"minimum": smallest, "maximum": largest}


def _column_type(series: Any, dtype: Any) -> str:
    if is_a(dtype, "pandas", "CategoricalDtype"):
        kind = type_of(to_json(dtype.categories))
        return "string" if kind == "any" else kind
    pandas_types = loaded("pandas").api.types
    if pandas_types.is_bool_dtype(dtype):
        return "boolean"
    if pandas_types.is_integer_dtype(dtype):
        return "integer"
    if pandas_types.is_float_dtype(dtype):
        return "number"
    if pandas_types.is_datetime64_any_dtype(dtype):
        return "datetime"
    values = [to_json(value) for value in series.iloc[:MAX_SCANNED].tolist() if not _missing(value)]
    if getattr(dtype, "kind", "O") == "O" or pandas_types.is_string_dtype(dtype):
        return type_of(values) if values else "string"
    return "any"


def _missing(value: Any) -> bool:
    return is_missing(value)


def dtype_of(value: Any, depth: int = 0) -> str:
    """Return the dtype of an answer; of several, the least precise floating one, since comparisons follow it."""
    if is_a(value, "pandas", "DataFrame"):
        return _coarsest([str(dtype) for dtype in value.dtypes])
    if is_a(value, "torch", "Tensor"):
        return str(value.dtype).replace("torch.", "")
    if hasattr(value, "dtype"):
        text = str(value.dtype)
        if text == "object":
            return _coarsest([dtype_of(item, depth + 1) for item in list(value)[:100]]) if depth < 3 else "object"
        return text
    if isinstance(value, dict) and depth < 3:
        return _coarsest([dtype_of(item, depth + 1) for item in value.values()])
    if isinstance(value, (list, tuple)) and depth < 3:
        return _coarsest([dtype_of(item, depth + 1) for item in list(value)[:100]])
    return type(value).__name__ if isinstance(value, (bool, int, float, str)) else ""


def _coarsest(dtypes: list[str]) -> str:
    for name in ("float16", "bfloat16", "float32", "complex64", "float64", "float"):
        if name in dtypes:
            return name
    kept = [dtype for dtype in dtypes if dtype]
    return kept[0] if kept else ""
