"""Fitted forecasters of statsmodels as JSON: parameters, settings and the series, from whose end they look ahead."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from statsmodels.tsa.ar_model import AutoReg, AutoRegResults, AutoRegResultsWrapper
from statsmodels.tsa.arima.model import ARIMA
from statsmodels.tsa.holtwinters import ExponentialSmoothing
from statsmodels.tsa.statespace.sarimax import SARIMAX

from . import json_file

STATE_SPACE = {"ARIMA": ARIMA, "SARIMAX": SARIMAX}
SMOOTHING = ("ExponentialSmoothing", "Holt", "SimpleExpSmoothing")


def save(value: Any, path: Path) -> dict[str, Any]:
    """Write what looking ahead needs of the results of ``fit``.

    Raises:
        TypeError: if they are of another model, need further columns, or the series has dates without a frequency.
    """
    results = getattr(value, "_results", value)
    model = results.model
    name = type(model).__name__
    further = model._input_exog if name == "ARIMA" else getattr(model.data, "orig_exog", None)
    if np.size(() if further is None else further):  # ARIMA counts its own constant among the columns elsewhere
        raise TypeError(f"The {name} was fitted with further columns, which every forecast would need.")
    if name in STATE_SPACE:
        known = {"settings": _plain(model._get_init_kwds()), "params": np.asarray(results.params)}
    elif name in SMOOTHING:
        known = {"settings": _smoothing(model), "params": {k: _plain(v) for k, v in results.params.items()}}
    elif name == "AutoReg":
        settings = {"lags": list(model.ar_lags or ()), "trend": model.trend, "seasonal": model.seasonal, "period": model._period}
        known = {"settings": _plain(settings), "params": np.asarray(results.params), "covariance": np.asarray(results.cov_params())}
    else:
        raise TypeError(f"Results of {name} are no forecaster's that is known here.")
    return json_file.save({"model": name, "series": _series(model), **known}, path)


def load(path: Path, details: Mapping[str, Any], build: Any = None) -> Any:
    """Return the results; they look ahead as they did."""
    content = json_file.load(path, details)
    name, settings, params = content["model"], content["settings"], content["params"]
    series = _rebuilt(content["series"])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # What fitting warned of was said when the model was trained.
        if name in STATE_SPACE:
            return STATE_SPACE[name](series, **settings).smooth(params, cov_type="none")
        if name in SMOOTHING:
            return _smoothed(series, settings, params)
        model = AutoReg(series, **settings)
        return AutoRegResultsWrapper(AutoRegResults(model, params, content["covariance"]))


def _smoothing(model: Any) -> dict[str, Any]:
    names = ("trend", "damped_trend", "seasonal", "seasonal_periods")
    return {name: _plain(getattr(model, name, None)) for name in names}


def _smoothed(series: Any, settings: Mapping[str, Any], params: Mapping[str, Any]) -> Any:
    """Return exponential smoothing with all that it learnt given: nothing is optimised again."""
    known: dict[str, Any] = {"initial_level": params["initial_level"]}
    fixed = {"smoothing_level": params["smoothing_level"]}
    if settings["trend"]:
        known["initial_trend"], fixed["smoothing_trend"] = params["initial_trend"], params["smoothing_trend"]
    if settings["damped_trend"]:
        fixed["damping_trend"] = params["damping_trend"]
    if settings["seasonal"]:
        known["initial_seasonal"] = np.asarray(params["initial_seasons"])
        fixed["smoothing_seasonal"] = params["smoothing_seasonal"]
    boxcox = {"use_boxcox": params["lamda"]} if params.get("use_boxcox") else {}
    chosen = {**settings, **boxcox, "initialization_method": "known", **known}
    return ExponentialSmoothing(series, **chosen).fit(**fixed, optimized=False, remove_bias=bool(params.get("remove_bias")))


def _series(model: Any) -> dict[str, Any]:
    """Return the series and what its index says, if it is told by its start and its step."""
    data = model.data.orig_endog
    values = {"values": np.asarray(data, dtype=float).ravel()}
    if not isinstance(data, (pd.Series, pd.DataFrame)):
        return {**values, "index": ""}
    if len(np.shape(data)) > 1:
        data = data.iloc[:, 0]
    index = getattr(model, "_index", data.index)
    described = {**values, "name": None if data.name is None else str(data.name), "index": type(index).__name__}
    if isinstance(index, (pd.DatetimeIndex, pd.PeriodIndex)):
        described.update(start=str(index[0]), step=index.freqstr)
        if not index.freqstr or not _rebuilt(described).index.equals(index):
            raise TypeError("The series has dates that do not follow one another at one step; give it a frequency.")
    return described


def _rebuilt(saved: Mapping[str, Any]) -> Any:
    values = np.asarray(saved["values"])
    if not saved["index"]:
        return values
    if saved["index"] == "DatetimeIndex":
        index: Any = pd.date_range(saved["start"], periods=len(values), freq=saved["step"])
    elif saved["index"] == "PeriodIndex":
        index = pd.period_range(saved["start"], periods=len(values), freq=saved["step"])
    else:
        index = pd.RangeIndex(len(values))
    return pd.Series(values, index=index, name=saved["name"])


def _plain(value: Any) -> Any:
    """Return NumPy's scalars as Python's, in dicts and lists too."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)(_plain(item) for item in value)
    return value.item() if isinstance(value, np.generic) else value
