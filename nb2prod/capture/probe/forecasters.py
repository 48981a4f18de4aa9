"""Results of statsmodels' forecasters: whether they are of a model that can be saved, and what stands in the way."""

from __future__ import annotations

from typing import Any

from .as_json import is_a

MODELS = ("ARIMA", "SARIMAX", "ExponentialSmoothing", "Holt", "SimpleExpSmoothing", "AutoReg")


def is_forecaster(value: Any) -> bool:
    """Say whether ``value`` is what fitting one of ``MODELS`` gives."""
    results = getattr(value, "_results", value)
    model = getattr(results, "model", None)
    return hasattr(results, "params") and type(model).__name__ in MODELS


def forecaster_obstacle(value: Any) -> str:
    """Return what keeps the results out of their file; nothing if nothing does."""
    model = getattr(value, "_results", value).model
    own = type(model).__name__ == "ARIMA"  # which counts its own constant among the columns elsewhere
    further = getattr(model, "_input_exog", None) if own else getattr(model.data, "orig_exog", None)
    if getattr(further, "size", 0):
        return "it was fitted with further columns (`exog`), which every forecast would need"
    index = getattr(model, "_index", None)
    if index is not None and is_a(index, "pandas", "DatetimeIndex", "PeriodIndex") and not index.freqstr:
        return "the dates of its series do not follow one another at one step"
    return ""
