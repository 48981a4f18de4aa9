"""Fitted objects as plain data: ``stand_in`` takes a fitted object and gives what answers for it, or None."""

from __future__ import annotations

from . import (
    calibrated,
    column_transformer,
    functions,
    gradient_boosting,
    hist_gradient_boosting,
    imputer,
    isolation,
    lightgbm_trees,
    linear,
    linear_classifiers,
    naive_bayes,
    neural,
    one_hot,
    ordinal,
    pipeline,
    polynomial,
    projections,
    scalers,
    search,
    selection,
    text,
    trees,
    union,
    xgboost_trees,
)
from .registry import STAND_INS, stand_in
from .stand_in import StandIn

__all__ = ["STAND_INS", "StandIn", "stand_in"]

KINDS = (
    calibrated,
    column_transformer,
    functions,
    gradient_boosting,
    hist_gradient_boosting,
    imputer,
    isolation,
    lightgbm_trees,
    linear,
    linear_classifiers,
    naive_bayes,
    neural,
    one_hot,
    ordinal,
    pipeline,
    polynomial,
    projections,
    scalers,
    search,
    selection,
    text,
    trees,
    union,
    xgboost_trees,
)
"""Every file of a kind: each has told the registry what it compiles."""
