"""scikit-learn's PowerTransformer, QuantileTransformer and KBinsDiscretizer: each column by a curve or by steps of its own."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property
from math import isinf
from statistics import NormalDist
from typing import Any

import numpy as np

from ..not_light import NotLight
from .registry import Unknown, compiles, stored
from .sparse import Sparse
from .stand_in import Transformer, Values, columns_of, finite_vector, numbers, refuse_infinite

EDGE = 1e-7
"""How near to the ends of its range scikit-learn takes a share to be at them (``BOUNDS_THRESHOLD``)."""
NORMAL = NormalDist()


@stored
@dataclass(frozen=True, eq=False)
class Powers(Transformer):
    """``lambdas_`` (width,) as scikit-learn names them, then ``less`` is taken away and it is divided by ``by``."""

    method: str
    lambdas_: np.ndarray
    less: np.ndarray | None
    by: np.ndarray | None

    def one(self, row: Values) -> list[float]:
        """Return the transformed numbers of one row."""
        found = numbers(row)
        refuse_infinite(found)
        x = np.frombuffer(found)
        with np.errstate(all="ignore"):
            made = (
                by_box_cox(x, self.lambdas_)
                if self.method == "box-cox"
                else by_yeo_johnson(x, self.lambdas_)
            )
        if self.less is not None:
            made = (made - self.less) / self.by
        if not (np.isfinite(made) | np.isnan(x)).all():
            raise NotLight("numbers too large for this power")
        return made.tolist()


def by_box_cox(x: np.ndarray, power: np.ndarray) -> np.ndarray:
    """Return (x**power - 1) / power, the logarithm for the power 0 (Box and Cox 1964), as SciPy computes it."""
    if (x <= 0).any():
        raise NotLight("the original refuses numbers that are not positive")
    logs = np.log(x)
    return np.where(
        np.abs(power) < 1e-19, logs, np.expm1(power * logs) / np.where(power == 0, 1, power)
    )


def by_yeo_johnson(x: np.ndarray, power: np.ndarray) -> np.ndarray:
    """Return the transformation of Yeo and Johnson (2000), which takes any number."""
    eps = np.finfo(np.float64).eps
    logs, straight, square = np.log1p(np.abs(x)), np.abs(power) < eps, np.abs(power - 2) <= eps
    up = np.where(straight, logs, np.expm1(power * logs) / np.where(straight, 1, power))
    down = np.where(square, -logs, -np.expm1((2 - power) * logs) / np.where(square, 1, 2 - power))
    return np.where(x >= 0, up, down)


@compiles("sklearn.preprocessing.PowerTransformer")
def powers(fitted: Any) -> Powers:
    """Return the powers, and mean and deviation of what they make."""
    scaler = fitted._scaler if fitted.standardize else None
    return Powers(
        **columns_of(fitted),
        method=fitted.method,
        lambdas_=np.array(fitted.lambdas_, dtype=np.float64),
        less=None if scaler is None else np.array(scaler.mean_),
        by=None if scaler is None else np.array(scaler.scale_),
    )


@stored
@dataclass(frozen=True, eq=False)
class Quantiles(Transformer):
    """``quantiles_`` (quantiles, width) and the shares ``references_`` that they are at; ``normal`` makes them normal."""

    quantiles_: np.ndarray
    references_: np.ndarray
    normal: bool

    @cached_property
    def columns(self) -> list[tuple[np.ndarray, np.ndarray, float, float]]:
        """For each column its quantiles, these turned around, the first and the last."""
        found = [np.ascontiguousarray(column) for column in self.quantiles_.T]
        return [(each, -each[::-1], float(each[0]), float(each[-1])) for each in found]

    def one(self, row: Values) -> list[float]:
        """Return the share, or its place in a normal distribution, for each number of one row."""
        found = numbers(row)
        refuse_infinite(found)
        return [self.placed(x, column) for x, column in zip(found, self.columns, strict=True)]

    def placed(self, x: float, column: tuple[np.ndarray, np.ndarray, float, float]) -> float:
        """Return where a number stands: between equal quantiles, in their middle."""
        quantiles, turned, low, high = column
        if x != x:
            return x
        references = self.references_
        up, down = np.interp(x, quantiles, references), np.interp(-x, turned, -references[::-1])
        share = 0.5 * float(up - down)
        margin = EDGE if self.normal else 0.0
        if x + margin > high if self.normal else x == high:
            share = 1.0
        if x - margin < low if self.normal else x == low:
            share = 0.0
        return self.as_normal(share) if self.normal else share

    def as_normal(self, share: float) -> float:
        """Return the quantile of the normal distribution, within the ends that scikit-learn cuts off at."""
        end = NORMAL.inv_cdf(1 - (EDGE - float(np.spacing(1))))
        start = NORMAL.inv_cdf(EDGE - float(np.spacing(1)))
        if share <= 0 or share >= 1:
            return start if share <= 0 else end
        return min(max(NORMAL.inv_cdf(share), start), end)


@compiles("sklearn.preprocessing.QuantileTransformer")
def quantiles(fitted: Any) -> Quantiles:
    """Return the quantiles; gaps stay gaps."""
    if not np.isfinite(fitted.quantiles_).all():
        raise Unknown("Columns without quantiles are not known.")
    return Quantiles(
        **columns_of(fitted),
        quantiles_=np.array(fitted.quantiles_, dtype=np.float64),
        references_=np.array(fitted.references_, dtype=np.float64),
        normal=fitted.output_distribution == "normal",
    )


@stored
@dataclass(frozen=True, eq=False)
class Bins(Transformer):
    """``edges`` between the bins of each column; ``encode`` as scikit-learn names it."""

    edges: list[list[float]]
    encode: str

    @cached_property
    def starts(self) -> list[int]:
        """Where each column's bins begin among all."""
        return np.cumsum([0, *(len(each) + 1 for each in self.edges)]).tolist()

    def one(self, row: Values) -> Any:
        """Return each number's bin, or a one at its place."""
        found = finite_vector(row).tolist()
        bins = [bisect_right(edges, x) for x, edges in zip(found, self.edges, strict=True)]
        if self.encode == "ordinal":
            return [float(each) for each in bins]
        places = [start + each for start, each in zip(self.starts, bins, strict=False)]
        ones = Sparse(places, [1.0] * len(places), self.starts[-1])
        return ones if self.encode == "onehot" else ones.dense()


@compiles("sklearn.preprocessing.KBinsDiscretizer")
def bins(fitted: Any) -> Bins:
    """Return the edges between bins; each column has at least one bin."""
    if any(isinf(edge) for edges in fitted.bin_edges_ for edge in edges[1:-1]):
        raise Unknown("Edges at infinity are not known.")
    if getattr(fitted, "dtype", None) not in (None, np.float64):
        raise Unknown("Only float64 is known.")
    edges = [np.asarray(each, dtype=np.float64)[1:-1].tolist() for each in fitted.bin_edges_]
    return Bins(**columns_of(fitted), edges=edges, encode=fitted.encode)
