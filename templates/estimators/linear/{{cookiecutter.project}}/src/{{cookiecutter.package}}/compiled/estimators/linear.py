"""scikit-learn's linear regressions: X @ coef_ + intercept_."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from .answers import Regressor
from .registry import Unknown, compiles, stored
from .sparse import Sparse
from .stand_in import Values, columns_of, finite_matrix, finite_vector

NAMES = (
    "LinearRegression Ridge RidgeCV Lasso LassoCV LassoLars LassoLarsCV LassoLarsIC Lars LarsCV ElasticNet "
    "ElasticNetCV SGDRegressor HuberRegressor BayesianRidge ARDRegression TheilSenRegressor QuantileRegressor "
    "OrthogonalMatchingPursuit OrthogonalMatchingPursuitCV PassiveAggressiveRegressor"
)


def weighted(row: Any, coefficients: np.ndarray) -> Any:
    """Return a row's numbers times the coefficients, (width,) or (width, classes), in sum."""
    if type(row) is Sparse:
        places, values = row.arrays()
        return values.dot(coefficients.take(places, axis=0))
    return finite_vector(row).dot(coefficients)


def weighted_rows(rows: Any, coefficients: np.ndarray) -> np.ndarray:
    """Return the same for rows, (n,) or (n, classes)."""
    if isinstance(rows, list) and type(rows[0]) is Sparse:
        return np.array([weighted(row, coefficients) for row in rows])
    return finite_matrix(rows) @ coefficients


@stored
@dataclass(frozen=True, eq=False)
class LinearRegressor(Regressor):
    """``coef_`` (width,) and ``intercept_`` as scikit-learn names them; ``link`` is what is done to the sum."""

    coef_: np.ndarray
    intercept_: float
    link: str = "identity"

    def value(self, row: Values) -> float:
        """Return the answer for one row."""
        return INVERSE[self.link](float(weighted(row, self.coef_)) + self.intercept_)

    def values(self, rows: Any) -> np.ndarray:
        """Return the answers for rows, (n,)."""
        return INVERSE[self.link](weighted_rows(rows, self.coef_) + self.intercept_)


INVERSE = {"identity": lambda value: value, "log": np.exp}


@compiles(*(f"sklearn.linear_model.{name}" for name in NAMES.split()), "sklearn.svm.LinearSVR")
def linear_regressor(fitted: Any) -> LinearRegressor:
    """Return coefficients and intercept of a regression with one target."""
    return regressor_of(fitted, "identity")


@compiles(*(f"sklearn.linear_model.{name}" for name in ("PoissonRegressor", "GammaRegressor")))
def log_regressor(fitted: Any) -> LinearRegressor:
    """Return coefficients and intercept of a regression whose sum is the answer's logarithm."""
    return regressor_of(fitted, "log")


def regressor_of(fitted: Any, link: str) -> LinearRegressor:
    """Return coefficients and intercept of a regression with one target."""
    coefficients, intercept = (
        np.asarray(fitted.coef_, dtype=np.float64),
        np.ravel(fitted.intercept_),
    )
    if coefficients.ndim != 1 or len(intercept) != 1:
        raise Unknown("Several targets are not known.")
    return LinearRegressor(
        **columns_of(fitted), coef_=coefficients.copy(), intercept_=float(intercept[0]), link=link
    )


@dataclass(frozen=True, eq=False)
class Coefficients:
    """Coefficients of a classifier as scikit-learn keeps them, and as they are multiplied."""

    coef_: np.ndarray
    intercept_: np.ndarray

    @cached_property
    def weights(self) -> np.ndarray:
        """The coefficients, (width,) for two classes, else (width, classes)."""
        return np.ascontiguousarray(self.coef_[0] if len(self.coef_) == 1 else self.coef_.T)

    @cached_property
    def offset(self) -> Any:
        """What is added."""
        return float(self.intercept_[0]) if len(self.coef_) == 1 else self.intercept_
