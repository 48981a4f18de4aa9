"""What notebooks do to the rows that they prepare: each operation takes a table and pandas, or what stands for it."""

from __future__ import annotations

import builtins
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np

HERE = Path(__file__).parent
SOURCES = (HERE / "operations.txt").read_text()
"""What notebooks do often: it must be answered as pandas does."""
EDGES = (HERE / "edge_operations.txt").read_text()
"""What is done seldom, or is wrong: it may be left to pandas, and never be other."""


def set_column(df: Any, key: Any, value: Any) -> Any:
    df[key] = value
    return df


def set_columns(df: Any, labels: Any) -> Any:
    df.columns = labels
    return df


def change(df: Any, key: Any, value: Any) -> Any:
    df[key] += value
    return df


def held(df: Any, value: Any) -> Any:
    """Change a column that was taken of the table, and that somebody else holds."""
    column = df["f"]
    other, copied = column, column.copy()
    column *= value
    return [other, copied, df]


def set_loc(df: Any, rows: Any, key: Any, value: Any) -> Any:
    df.loc[rows, key] = value
    return df


def operation_of(source: str, code: Any = None, **more: Any) -> Callable[..., Any]:
    """Return an operation; each takes a table of its own, free to be changed."""
    names = {
        "np": np,
        "datetime": datetime,
        "set_column": set_column,
        "set_columns": set_columns,
        "set_loc": set_loc,
        "change": change,
        "held": held,
    }
    names |= {"__builtins__": builtins, **more}
    code = code or compile(source, source, "eval")

    def run(df: Any, pd: Any) -> Any:
        return eval(code, {**names, "df": df, "pd": pd})

    return run


IN_PLACE = ("change(", "held(", "set_loc(df, df")
"""What changes a table in place: left to pandas 2, where columns that were taken of the table change with it."""

OPERATIONS = {source: operation_of(source) for source in SOURCES.strip().splitlines()}
EDGE_OPERATIONS = {source: operation_of(source) for source in EDGES.strip().splitlines()}
