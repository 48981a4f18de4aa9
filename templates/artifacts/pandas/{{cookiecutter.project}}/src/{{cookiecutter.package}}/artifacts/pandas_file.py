"""pandas tables, Series and indexes as Parquet."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd


def save(value: Any, path: Path) -> dict[str, Any]:
    """Write a DataFrame, a Series (as a table of one column) or an Index (as a Series)."""
    if isinstance(value, pd.DataFrame):
        value.to_parquet(path, engine="pyarrow")
        return {"type": "DataFrame"}
    series = value.to_series(index=range(len(value))) if isinstance(value, pd.Index) else value
    series.to_frame(name="value").to_parquet(path, engine="pyarrow")
    return {"type": "Index" if series is not value else "Series", "name": value.name}


def load(path: Path, details: Mapping[str, Any], build: Any = None) -> Any:
    """Return what was saved, of the same type."""
    table = pd.read_parquet(path, engine="pyarrow")
    if details["type"] == "DataFrame":
        return table
    series = table["value"].rename(details["name"])
    return pd.Index(series) if details["type"] == "Index" else series
