"""scikit-learn's transformers that do the same to every number, or to a row as a whole, whatever the training had."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from ..not_light import NotLight
from .answers import Regressor
from .own import is_own, own_function
from .registry import Unknown, compiles, part, stored
from .sparse import Sparse
from .stand_in import StandIn, Transformer, Values, columns_of, finite_matrix, matrix

UFUNCS = [
    "log",
    "log1p",
    "log2",
    "log10",
    "exp",
    "expm1",
    "sqrt",
    "cbrt",
    "square",
    "abs",
    "absolute",
    "sin",
    "cos",
    "tanh",
    "sign",
    "floor",
    "ceil",
    "reciprocal",
]


@stored
@dataclass(frozen=True, eq=False)
class Function(Transformer):
    """A function of NumPy's on each number, by its name; none is no change."""

    texts: ClassVar[bool] = True

    function: str

    def one(self, row: Values) -> Any:
        """Return the function of one row's numbers."""
        return self.many([row])[0].tolist() if self.function else row

    def many(self, rows: Any) -> Any:
        """Return the function of rows' numbers, (n, width)."""
        if not self.function:
            return rows
        if self.function not in UFUNCS:
            raise NotLight("another function")
        with np.errstate(all="ignore"):
            return getattr(np, self.function)(matrix(rows))


@compiles("sklearn.preprocessing.FunctionTransformer")
def function(fitted: Any) -> StandIn:
    """Return the name of the function, if it is one of NumPy's, or where it is among the notebook's own."""
    if fitted.validate:
        raise Unknown("Checks are not known.")
    if is_own(fitted.func):
        return own_function(fitted.func, fitted.kw_args)
    if fitted.kw_args:
        raise Unknown("Arguments of NumPy's functions are not known.")
    width = int(getattr(fitted, "n_features_in_", 0))
    names = getattr(fitted, "feature_names_in_", None)
    names = None if names is None else names.tolist()
    return Function(names=names, width=width, function=name_of(fitted.func))


def name_of(function: Any) -> str:
    """Return the name of one of NumPy's functions; nothing for no function.

    Raises:
        Unknown: if it is another.
    """
    if function is None:
        return ""
    name = getattr(function, "__name__", "")
    if name not in UFUNCS or function is not getattr(np, name):
        raise Unknown("Own functions are not known.")
    return name


@stored
@dataclass(frozen=True, eq=False)
class Normal(Transformer):
    """Each row divided by its norm."""

    norm: str

    def one(self, row: Values) -> Any:
        """Return one row with the norm 1."""
        if type(row) is Sparse:
            values = self.many([row.values])[0].tolist() if row.values else []
            return Sparse(row.places, values, row.width)
        return self.many([row])[0].tolist()

    def many(self, rows: Any) -> np.ndarray:
        """Return rows with the norm 1, (n, width)."""
        X = finite_matrix(rows)
        size = np.abs(X)
        norms = {
            "l2": lambda: np.sqrt((X * X).sum(axis=1)),
            "l1": lambda: size.sum(axis=1),
            "max": lambda: size.max(axis=1),
        }[self.norm]()
        return X / np.where(norms == 0, 1, norms)[:, None]


@compiles("sklearn.preprocessing.Normalizer")
def normalizer(fitted: Any) -> Normal:
    """Return the norm."""
    return Normal(**columns_of(fitted), norm=fitted.norm)


@stored
@dataclass(frozen=True, eq=False)
class Above(Transformer):
    """Ones where a number is larger than a threshold."""

    threshold: float

    def one(self, row: Values) -> list[float]:
        """Return zeros and ones for one row."""
        return [float(value > self.threshold) for value in finite_matrix([row])[0].tolist()]


@compiles("sklearn.preprocessing.Binarizer")
def binarizer(fitted: Any) -> Above:
    """Return the threshold."""
    return Above(**columns_of(fitted), threshold=float(fitted.threshold))


@stored
@dataclass(frozen=True, eq=False)
class BackTransformed(Regressor):
    """Another regressor's answers, scaled back as the target was, or with a function of NumPy's."""

    texts: ClassVar[bool] = True

    regressor: StandIn
    function: str
    times: float
    more: float

    def back(self, answers: np.ndarray) -> np.ndarray:
        """Return the answers in the target's own units."""
        answers = answers * self.times + self.more
        if not self.function:
            return answers
        if self.function not in UFUNCS:
            raise NotLight("another function")
        with np.errstate(all="ignore"):
            return getattr(np, self.function)(answers)

    def row(self, X: Any) -> Any:
        """Return the values of the only row of X, as the regressor reads them."""
        return self.regressor.row(X)

    def rows(self, X: Any) -> Any:
        """Return the values of each row of X, as the regressor reads them."""
        return self.regressor.rows(X)

    def value(self, row: Values) -> float:
        """Return the answer for one row."""
        return float(self.back(self.regressor.way("predict_one")(row))[0])

    def values(self, rows: Any) -> np.ndarray:
        """Return the answers for rows, (n,)."""
        return self.back(self.regressor.way("predict_many")(rows))


@compiles("sklearn.compose.TransformedTargetRegressor")
def transformed_target(fitted: Any) -> BackTransformed:
    """Return the regressor and the way back."""
    regressor, way = part(fitted.regressor_), fitted.transformer_
    if getattr(fitted, "_training_dim", 1) != 1:
        raise Unknown("Several targets are not known.")
    function, times, more = "", 1.0, 0.0
    if type(way).__name__ == "FunctionTransformer" and not way.inv_kw_args:
        function = name_of(way.inverse_func)
    elif type(way).__name__ == "StandardScaler":
        times = float(way.scale_[0]) if way.with_std else 1.0
        more = float(way.mean_[0]) if way.with_mean else 0.0
    else:
        raise Unknown("This way back is not known.")
    return BackTransformed(
        regressor.names,
        regressor.width,
        regressor=regressor,
        function=function,
        times=times,
        more=more,
    )
