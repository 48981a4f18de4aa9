"""Turn what ``predict`` returned into JSON values."""

from __future__ import annotations

import dataclasses
import math
from collections import deque
from collections.abc import KeysView, Mapping, Sequence, ValuesView
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from pathlib import PurePath
from typing import Any

from .contract import RESPONSE

MISSING = ("NoneType", "NAType", "NaTType")
AS_IT_IS = (str, int, bool)
TEXTS = ("Timedelta", "Period", "Interval")


def to_predictions(output: Any, count: int) -> list[Any]:
    """Return one JSON value for each of ``count`` records.

    Raises:
        RuntimeError: if the output does not hold as many predictions as there are records.
    """
    if RESPONSE["answer"] == "whole":
        return [to_json(output)]
    predictions = [to_json(prediction) for prediction in split(output)]
    if len(predictions) != count:
        raise RuntimeError(f"{len(predictions)} predictions for {count} records")
    return predictions


def split(output: Any) -> list[Any]:
    """Cut an output along its first axis; tuples and dicts of columns become lists and dicts."""
    if isinstance(output, Mapping):
        rows = zip(*map(split, output.values()), strict=True)
        return [dict(zip(output, row, strict=True)) for row in rows]
    if isinstance(output, tuple):
        return [list(row) for row in zip(*map(split, output), strict=True)]
    rows = plain(output)
    return list(rows) if isinstance(rows, Sequence) else [rows]  # squeeze() leaves one row without its axis


def to_json(value: Any) -> Any:
    """Return a JSON value: what is missing or not finite becomes null, containers become lists."""
    if type(value) in AS_IT_IS:
        return value
    if type(value).__name__ in MISSING:
        return None
    if isinstance(value, Enum):
        return to_json(value.value)
    if isinstance(value, bool | int | str):
        return value
    if isinstance(value, float | Decimal):
        return float(value) if math.isfinite(value) else None
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, timedelta | PurePath) or type(value).__name__ in TEXTS:
        return str(value)
    return container_to_json(value)


def container_to_json(value: Any) -> Any:
    """Return a list or an object for what holds values, and a JSON value for all else."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        names = [field.name for field in dataclasses.fields(value)]
        return {name: to_json(getattr(value, name)) for name in names}
    if isinstance(value, tuple) and hasattr(value, "_asdict"):
        value = value._asdict()
    if isinstance(value, Mapping):
        return {str(to_json(key)): to_json(item) for key, item in value.items()}
    if isinstance(value, set | frozenset):
        return in_order([to_json(item) for item in value])
    if isinstance(value, list | tuple | range | deque | KeysView | ValuesView):
        return [to_json(item) for item in value]
    return to_json(plain(value))


def in_order(items: list[Any]) -> list[Any]:
    """Return the items of a set in an order that is always the same."""
    try:
        return sorted(items)
    except TypeError:
        return sorted(items, key=repr)


def plain(value: Any) -> Any:
    """Return Python's own lists and numbers for arrays, tensors, Series and tables."""
    if isinstance(value, list):
        return value
    if type(value).__module__ == "numpy":  # the most frequent, which would be asked for much that it has not
        return value.tolist() if value.dtype.kind not in "mM" else moments(value)
    if hasattr(value, "toarray"):
        value = value.toarray()
    if hasattr(value, "columns") and hasattr(value, "to_dict"):
        return value.to_dict(orient="records")
    if hasattr(value, "detach"):
        value = value.detach().cpu()
    for method in ("tolist", "item"):
        if hasattr(value, method):
            return getattr(value, method)()
    raise TypeError(f"A prediction of type {type(value).__name__} cannot be written as JSON.")


def moments(value: Any) -> Any:
    """Return NumPy's dates as ISO 8601, and its durations as texts."""
    return value.astype(str).tolist() if value.dtype.kind == "M" else str(value)
