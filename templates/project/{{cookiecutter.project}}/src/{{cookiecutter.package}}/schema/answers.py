"""Turn what ``predict`` returned into JSON values."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from pathlib import PurePath
from typing import Any

from .contract import RESPONSE


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
        names = getattr(output, "_fields", None)
        rows = zip(*map(split, output), strict=True)
        return [dict(zip(names, row, strict=True)) if names else list(row) for row in rows]
    return list(plain(output))


def to_json(value: Any) -> Any:
    """Return a JSON value: what is missing or not finite becomes null, containers become lists."""
    if value is None or isinstance(value, bool | int | str):
        return value if not isinstance(value, Enum) else value.value
    if type(value).__name__ in ("NAType", "NaTType"):
        return None
    if isinstance(value, float | Decimal):
        return float(value) if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {str(key): to_json(item) for key, item in value.items()}
    if isinstance(value, tuple) and hasattr(value, "_asdict"):
        return to_json(value._asdict())
    if isinstance(value, list | tuple):
        return [to_json(item) for item in value]
    if isinstance(value, set | frozenset):
        return [to_json(item) for item in sorted(value, key=repr)]
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {
            field.name: to_json(getattr(value, field.name)) for field in dataclasses.fields(value)
        }
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, timedelta | PurePath):
        return str(value)
    return to_json(plain(value))


def plain(value: Any) -> Any:
    """Return Python's own lists and numbers for arrays, tensors, Series and tables."""
    if isinstance(value, list | str | int | float):
        return value
    if hasattr(value, "toarray"):
        value = value.toarray()
    if hasattr(value, "columns") and hasattr(value, "to_dict"):
        return value.to_dict(orient="records")
    if hasattr(value, "detach"):
        value = value.detach().cpu()
    if getattr(getattr(value, "dtype", None), "kind", "") == "M" and hasattr(value, "astype"):
        value = value.astype("datetime64[us]")
    for method in ("tolist", "item"):
        if hasattr(value, method):
            return getattr(value, method)()
    raise TypeError(f"A prediction of type {type(value).__name__} cannot be written as JSON.")
