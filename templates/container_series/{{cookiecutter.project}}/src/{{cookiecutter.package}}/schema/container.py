"""Requests reach ``predict`` as pandas Series."""

from __future__ import annotations

from typing import Any

import pandas as pd


def hold(value: Any, dtype: Any) -> Any:
    """Return a Series; records lie along its index where there are many."""
    return pd.Series(value, dtype=dtype)
