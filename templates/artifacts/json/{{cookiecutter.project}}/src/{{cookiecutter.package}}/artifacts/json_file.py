"""Plain Python values as JSON; tuples, sets, dates, NumPy numbers, pandas columns and other keys keep their type."""

from __future__ import annotations

import importlib
import json
import math
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

TAG = "type"
SEQUENCES: dict[str, Callable[[Any], Any]] = {"tuple": tuple, "set": set, "frozenset": frozenset}
MOMENTS = ("Timestamp", "Timedelta")
TEXTS: dict[str, tuple[type, Callable[[str], Any], Callable[[Any], str]]] = {
    "datetime": (datetime, datetime.fromisoformat, datetime.isoformat),
    "date": (date, date.fromisoformat, date.isoformat),
    "time": (time, time.fromisoformat, time.isoformat),
    "timedelta": (timedelta, lambda text: timedelta(microseconds=int(text)), lambda value: str(value // timedelta(microseconds=1))),
    "Decimal": (Decimal, Decimal, str),
    "bytes": (bytes, bytes.fromhex, bytes.hex),
    "complex": (complex, complex, str),
}


def save(value: Any, path: Path) -> dict[str, Any]:
    """Write the value.

    Raises:
        TypeError: if something in it has no JSON form here.
    """
    text = json.dumps(pack(value), indent=1, ensure_ascii=False, allow_nan=False)
    path.write_text(text + "\n", encoding="utf-8", newline="\n")
    return {}


def load(path: Path, details: Mapping[str, Any], build: Any = None) -> Any:
    """Return the value, every part of it of the type it had."""
    return unpack(json.loads(path.read_text(encoding="utf-8")))


def pack(value: Any) -> Any:
    """Return a JSON value; whatever JSON does not have becomes ``{"type": ..., "value": ...}``."""
    name = type(value).__name__
    if value is None or type(value) in (bool, int, str):
        return value
    if type(value) is float:
        return value if math.isfinite(value) else {TAG: "float", "value": repr(value)}
    if type(value) is list:
        return [pack(item) for item in value]
    if type(value) is dict:
        return _pack_dict(value)
    if name in SEQUENCES and type(value).__module__ == "builtins":
        items = sorted(value, key=repr) if name != "tuple" else value
        return {TAG: name, "value": [pack(item) for item in items]}
    if name in TEXTS and type(value) is TEXTS[name][0]:
        return {TAG: name, "value": TEXTS[name][2](value)}
    if type(value).__module__ == "numpy" and getattr(value, "dtype", None) is not None:
        return _pack_numpy(value)
    if type(value).__module__.split(".")[0] == "pandas" and name in ("Series", "Index", "RangeIndex"):
        return _pack_column(value)
    if type(value).__module__.split(".")[0] == "pandas" and name in MOMENTS and getattr(value, "tz", None) is None:
        return {TAG: name, "value": value.isoformat(), "unit": getattr(value, "unit", "ns")}
    raise TypeError(f"A value of type {type(value).__qualname__} cannot be kept as JSON.")


def _pack_numpy(value: Any) -> Any:
    """Keep dtype and, for arrays, shape; dates as whole numbers of their unit."""
    if value.dtype.kind not in "biufcmMU":
        raise TypeError(f"A NumPy value of dtype {value.dtype} cannot be kept as JSON.")
    flat = value.reshape(-1)
    numbers = flat.astype("int64") if value.dtype.kind in "mM" else flat
    shape = list(value.shape) if type(value).__name__ == "ndarray" else None
    return {TAG: "numpy", "dtype": value.dtype.str, "shape": shape, "value": pack(numbers.tolist())}


def _pack_column(value: Any) -> Any:
    """Keep a Series or an Index with its labels, name and dtype."""
    if str(value.dtype) == "category":
        raise TypeError("A pandas column of categories cannot be kept as JSON.")
    kept = {"dtype": str(value.dtype), "name": pack(value.name), "value": pack(value.tolist())}
    if type(value).__name__ == "Series":
        return {TAG: "Series", **kept, "index": pack(value.index)}
    return {TAG: "Index", **kept}


def _pack_dict(value: dict[Any, Any]) -> Any:
    if all(type(key) is str for key in value) and TAG not in value:
        return {key: pack(item) for key, item in value.items()}
    return {TAG: "dict", "value": [[pack(key), pack(item)] for key, item in value.items()]}


def unpack(value: Any) -> Any:
    """Return the value that ``pack`` was given."""
    if isinstance(value, list):
        return [unpack(item) for item in value]
    if not isinstance(value, dict):
        return value
    if TAG not in value:
        return {key: unpack(item) for key, item in value.items()}
    return _unpack_tagged(value[TAG], value)


def _unpack_tagged(name: str, tagged: dict[str, Any]) -> Any:
    content = tagged["value"]
    if name == "float":
        return float(content)
    if name == "dict":
        return {unpack(key): unpack(item) for key, item in content}
    if name in SEQUENCES:
        return SEQUENCES[name](unpack(item) for item in content)
    if name == "numpy":
        numpy = importlib.import_module("numpy")
        array = numpy.array(unpack(content)).astype(tagged["dtype"])
        return array[0] if tagged["shape"] is None else array.reshape(tagged["shape"])
    if name in MOMENTS:
        moment = getattr(importlib.import_module("pandas"), name)(content)
        return moment.as_unit(tagged["unit"]) if hasattr(moment, "as_unit") else moment
    if name in ("Series", "Index"):
        pandas = importlib.import_module("pandas")
        labels = {"index": unpack(tagged["index"])} if name == "Series" else {}
        return getattr(pandas, name)(unpack(content), dtype=tagged["dtype"], name=unpack(tagged["name"]), **labels)
    return TEXTS[name][1](content)

