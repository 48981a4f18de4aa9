"""Calls to whether they fit something."""

from __future__ import annotations

from collections.abc import Iterable

from nb2prod.analysis.nodes import Call

METHODS = frozenset(
    {"fit", "fit_transform", "partial_fit", "backward", "fit_generator", "polyfit", "lstsq", "curve_fit"}
)
FUNCTIONS = frozenset({"lightgbm.train", "xgboost.train", "catboost.train"})


def fits_something(calls: Iterable[Call]) -> bool:
    """Say whether one of the calls fits a model, or what a model is made of."""
    return any(call.last in METHODS or call.path in FUNCTIONS for call in calls)
