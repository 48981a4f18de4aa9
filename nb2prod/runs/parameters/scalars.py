"""Values as libraries have them go in; where Python itself has exactly the same, that comes out."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

CLOCKS = "mM"
"""NumPy's kinds of durations and moments: Python has fewer digits, so that a number might come out instead."""


def as_python(value: Any) -> Any:
    """Return numbers and texts of NumPy, and moments of pandas, as Python's own where nothing is lost by it.

    Lists, tuples and dictionaries are gone into. Everything else stays what it is, to be refused where that has to be.
    """
    if type(value) in (list, tuple):
        return type(value)(map(as_python, value))
    if type(value) is dict:
        return {as_python(key): as_python(each) for key, each in value.items()}
    kind = getattr(getattr(value, "dtype", None), "kind", None)
    if kind is not None and type(value).__module__ == "numpy" and getattr(value, "ndim", None) == 0:
        own = value if kind in CLOCKS else value.item()
        return own if type(own).__module__ == "builtins" else value
    if isinstance(value, datetime) and getattr(value, "nanosecond", None) == 0 and hasattr(value, "to_pydatetime"):
        return value.to_pydatetime()
    if isinstance(value, timedelta) and getattr(value, "nanoseconds", None) == 0 and hasattr(value, "to_pytimedelta"):
        return value.to_pytimedelta()
    return value
