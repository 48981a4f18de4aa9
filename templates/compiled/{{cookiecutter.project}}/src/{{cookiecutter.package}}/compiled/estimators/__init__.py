"""Fitted objects as plain data: ``stand_in`` takes a fitted object and gives what answers for it, or None."""

from __future__ import annotations

from . import (
    column_transformer,
    hist_gradient_boosting,
    imputer,
    linear,
    linear_classifiers,
    one_hot,
    ordinal,
    pipeline,
    scalers,
    trees,
)
from .registry import STAND_INS, stand_in
from .stand_in import StandIn

__all__ = ["STAND_INS", "StandIn", "stand_in"]

KINDS = (
    column_transformer,
    hist_gradient_boosting,
    imputer,
    linear,
    linear_classifiers,
    one_hot,
    ordinal,
    pipeline,
    scalers,
    trees,
)
"""Every file of a kind: each has told the registry what it compiles."""
