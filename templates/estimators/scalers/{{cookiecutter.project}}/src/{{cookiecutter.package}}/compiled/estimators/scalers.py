"""scikit-learn's StandardScaler, MinMaxScaler, MaxAbsScaler and RobustScaler: (x - centre) / scale for each column."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from ..not_light import NotLight
from .registry import compiles, stored
from .stand_in import Transformer, Values, columns_of, matrix, numbers, refuse_infinite


@stored
@dataclass(frozen=True, eq=False)
class Scaler(Transformer):
    """First ``less`` is taken away, then it is divided by ``by``, multiplied with ``times``, ``more`` added, clipped.

    What is None is not done.
    """

    less: np.ndarray | None = None
    by: np.ndarray | None = None
    times: np.ndarray | None = None
    more: np.ndarray | None = None
    ends: list[float] | None = None

    @cached_property
    def columns(self) -> list[tuple[float, float, float, float]]:
        """The four numbers of each column."""
        parts = ((self.less, 0.0), (self.by, 1.0), (self.times, 1.0), (self.more, 0.0))
        lists = [
            [nothing] * self.width if part is None else part.tolist() for part, nothing in parts
        ]
        return list(zip(*lists, strict=True))

    def one(self, row: Values) -> list[float]:
        """Return the scaled numbers of one row."""
        row = numbers(row)
        refuse_infinite(row)
        if self.times is None and self.more is None:
            result = [
                (x - less) / by for x, (less, by, _, _) in zip(row, self.columns, strict=True)
            ]
        else:
            result = [
                (x - less) / by * times + more
                for x, (less, by, times, more) in zip(row, self.columns, strict=True)
            ]
        if self.ends is not None:
            low, high = self.ends
            result = [low if x < low else high if x > high else x for x in result]
        return result

    def many(self, rows: Any) -> np.ndarray:
        """Return the scaled numbers of rows, (n, width)."""
        X = matrix(rows)
        if np.isinf(X).any():
            raise NotLight("the original refuses infinite numbers")
        X = X if self.less is None else X - self.less
        X = X if self.by is None else X / self.by
        X = X if self.times is None else X * self.times
        X = X if self.more is None else X + self.more
        return X if self.ends is None else np.clip(X, *self.ends)


@compiles("sklearn.preprocessing.StandardScaler")
def standard(fitted: Any) -> Scaler:
    """Return mean and deviation, as far as they are used."""
    return Scaler(
        **columns_of(fitted),
        less=fitted.mean_ if fitted.with_mean else None,
        by=fitted.scale_ if fitted.with_std else None,
    )


@compiles("sklearn.preprocessing.RobustScaler")
def robust(fitted: Any) -> Scaler:
    """Return median and spread, as far as they are used."""
    return Scaler(
        **columns_of(fitted),
        less=fitted.center_ if fitted.with_centering else None,
        by=fitted.scale_ if fitted.with_scaling else None,
    )


@compiles("sklearn.preprocessing.MaxAbsScaler")
def max_abs(fitted: Any) -> Scaler | None:
    """Return the largest number of each column."""
    if getattr(fitted, "clip", False):
        return None
    return Scaler(**columns_of(fitted), by=fitted.scale_)


@compiles("sklearn.preprocessing.MinMaxScaler")
def min_max(fitted: Any) -> Scaler:
    """Return what each column is multiplied with and what is added."""
    ends = [float(end) for end in fitted.feature_range] if fitted.clip else None
    return Scaler(**columns_of(fitted), times=fitted.scale_, more=fitted.min_, ends=ends)
