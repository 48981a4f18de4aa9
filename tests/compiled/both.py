"""One table of one row, as pandas has it and as the light code has it, and whether two results are the same."""

from __future__ import annotations

import importlib
import math
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd

TEXT = "str" if int(pd.__version__.partition(".")[0]) >= 3 else "object"
MOMENT = "datetime64[us]" if TEXT == "str" else "datetime64[ns]"
CATEGORIES = ["low", "mid", "high"]

DTYPES: dict[str, Any] = {
    **dict.fromkeys(("f", "g"), "float64"),
    **dict.fromkeys(("i", "j"), "int64"),
    **dict.fromkeys(("b", "c"), "bool"),
    **dict.fromkeys(("s", "t"), TEXT),
    **dict.fromkeys(("o", "p"), "object"),
    **dict.fromkeys(("d", "e"), MOMENT),
    "k": "category",
}
TYPES = {"float64": "number", "int64": "integer", "bool": "boolean", MOMENT: "datetime"}


def light(name: str) -> Any:
    return importlib.import_module(f"lit.compiled.{name}")


def fields(record: dict[str, Any], nulls: str) -> list[dict[str, Any]]:
    """Return the schema's fields of a record."""
    return [
        {
            "name": name,
            "type": TYPES.get(DTYPES[name], "string"),
            "dtype": DTYPES[name],
            "categories": CATEGORIES,
            "null": nulls,
        }
        for name in record
    ]


def table(record: dict[str, Any], nulls: str) -> pd.DataFrame:
    """Return the table that ``to_input`` makes of a record."""
    missing = None if nulls == "none" else math.nan
    columns: dict[str, pd.Series] = {}
    for name, value in record.items():
        dtype = DTYPES[name]
        if dtype == "category":
            columns[name] = pd.Series(pd.Categorical([value], categories=CATEGORIES))
        elif dtype == MOMENT:
            columns[name] = pd.Series(pd.to_datetime([pd.NaT if value is None else pd.Timestamp(value)])).astype(dtype)
        elif dtype == "object":
            columns[name] = pd.Series([missing if value is None else value], dtype=object)
        else:
            columns[name] = pd.Series([value], dtype=dtype)
    return pd.DataFrame(columns)


@dataclass(frozen=True)
class Passed:
    """The original has to answer, and why."""

    why: str


def outcome(run: Callable[[], Any]) -> Any:
    """Return what something gives, or the exception."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return run()
        except Exception as error:
            return error


def of_light(operation: Callable[..., Any], record: dict[str, Any], nulls: str) -> Any:
    """Return what an operation makes of the light row; Passed if it is left to the original."""
    found = outcome(lambda: operation(light("records").row_of(record, fields(record, nulls)), light("pandas_stand_in")))
    return Passed(f"{type(found).__name__}: {found}") if isinstance(found, Exception) else found


def plain(value: Any) -> Any:
    """Return pandas' result, or the light one, as plain data that can be compared."""
    if isinstance(value, pd.DataFrame):
        return ["table", {name: plain(value[name])[1:3] for name in value.columns}, list(value.columns)]
    if isinstance(value, pd.Series):
        if list(value.index) == [0]:
            return ["series", dtype_name(value.dtype), plain(value.tolist()), plain(value.name)]
        return ["labelled", dtype_name(value.dtype), plain(value.tolist()), list(value.index)]
    if type(value) is light("row").Row:
        return ["table", {name: plain(cell)[1:3] for name, cell in value.items()}, list(value)]
    if type(value) is light("cell").Cell:
        return ["series", dtype_name(value.kind), plain([value.value]), plain(value.name)]
    if type(value) is light("labelled").Labelled:
        table, kind = value.table()
        return ["labelled", dtype_name(kind), plain(list(table.values())), list(table)]
    if isinstance(value, np.ndarray):
        return ["array", str(value.dtype), value.shape, plain(value.tolist())]
    if isinstance(value, list | tuple):
        return [type(value).__name__, *map(plain, value)]
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, pd.Index) or type(value).__name__ == "Columns":
        return ["labels", *value]
    return scalar(value)


def scalar(value: Any) -> Any:
    if value is pd.NaT:
        return ["missing moment"]
    if isinstance(value, datetime):
        return ["moment", value.isoformat()]
    if isinstance(value, pd.Timedelta) or type(value).__name__ == "timedelta":
        return ["time", value.total_seconds()]
    if isinstance(value, float):
        return [type(value).__name__, "nan" if math.isnan(value) else float(value).hex()]
    return [type(value).__name__, str(value)]


def dtype_name(dtype: Any) -> Any:
    if isinstance(dtype, pd.CategoricalDtype):
        return ["category", list(dtype.categories), dtype.ordered]
    if type(dtype) is light("kinds").Category:
        return ["category", list(dtype.categories), dtype.ordered]
    return str(dtype)


def moments_as_missing(data: Any) -> Any:
    """Return plain data in which None in a column of moments, as the light code has it, is pandas' NaT."""
    if isinstance(data, dict):
        return {key: moments_as_missing(item) for key, item in data.items()}
    if not isinstance(data, list):
        return data
    for place, item in enumerate(data[:-1]):
        if isinstance(item, str) and item[:9] in ("datetime6", "timedelta") and data[place + 1] == NOTHING:
            return [*data[: place + 1], ["list", ["missing moment"]], *map(moments_as_missing, data[place + 2 :])]
    return [moments_as_missing(item) for item in data]


NOTHING = ["list", ["NoneType", "None"]]


def difference(operation: Callable[..., Any], record: dict[str, Any], nulls: str = "none") -> tuple[Any, str]:
    """Return the light result, and in what it is other than pandas' (an empty text if it is not)."""
    quick = of_light(operation, record, nulls)
    if isinstance(quick, Passed):
        return quick, ""
    real = outcome(lambda: operation(table(record, nulls), pd))
    if isinstance(real, Exception):
        return quick, f"{plain(quick)} where pandas raises {type(real).__name__}: {real}"
    if moments_as_missing(plain(quick)) != moments_as_missing(plain(real)):
        return quick, f"{moments_as_missing(plain(quick))} where pandas has {moments_as_missing(plain(real))}"
    return quick, ""
