"""What all stand-ins share: how a Row, rows, an array or lists become plain values, and how answers are put together."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import isfinite
from typing import Any, ClassVar

import numpy as np

from ..not_light import NotLight
from ..row import Row
from .sparse import Sparse, SparseRows

Values = Sequence[Any]
"""One row: floats, ints, bools, texts, None."""
EXACT = (
    np.float64,
    np.int64,
    np.int32,
    np.int16,
    np.int8,
    np.uint8,
    np.uint16,
    np.uint32,
    np.bool_,
    np.object_,
)
"""Types of arrays that scikit-learn computes with in 64 bits."""


@dataclass(frozen=True, eq=False)
class StandIn:
    """A fitted object as plain data.

    ``names`` are the columns that it was fitted to, None if these had no names; ``width`` is how many there were.
    """

    names: list[Any] | None
    width: int

    takes: ClassVar[str] = "rows"
    """Or "texts": one of them for each row."""
    takes_tables: ClassVar[bool] = False
    """Whether it is given whole rows, as the notebook's own code is."""
    texts: ClassVar[bool] = False
    """Whether texts may stand in its columns, so that gaps have to be told apart."""

    @property
    def n_features_in_(self) -> int:
        """How many columns it was fitted to."""
        return self.width

    @property
    def feature_names_in_(self) -> np.ndarray:
        """The names of these columns."""
        if self.names is None:
            raise NotLight("names of columns that have none")
        return np.array(self.names, dtype=object)

    def behind(self) -> StandIn:
        """Return the same for rows that an earlier step has made."""
        return self

    def __getattr__(self, name: str) -> Any:
        """Leave what is not known here to the original, also where code asks whether there is such a thing."""
        if name.startswith("__"):
            raise AttributeError(name)
        raise NotLight(f"{type(self).__name__}.{name}")

    def passed(self, X: Any) -> Any:
        """Return what a next step is given of a table that this one is given whole."""
        return self.transform(X)

    def way(self, name: str) -> Callable[[Any], Any] | None:
        """Return the method of that name, ``predict_one`` or ``transform``; None if there is none."""
        return getattr(self, name) if hasattr(type(self), name) else None

    @cached_property
    def labels_wanted(self) -> tuple[Any, ...] | None:
        """The columns' names, as rows have them."""
        return None if self.names is None else tuple(self.names)

    def row(self, X: Any) -> Values | None:
        """Return the values of the only row of X; None if it has several."""
        if type(X) is Row:
            return self.row_of(X)
        if type(X) is SparseRows or isinstance(X, (np.ndarray, list)):
            count = len(X) if isinstance(X, list) else X.shape[0]
            return self.rows(X)[0] if count == 1 else None
        return None

    def row_of(self, row: Row) -> Values:
        """Return the values of a Row."""
        labels = row.labels
        if labels != self.labels_wanted and self.names is not None or len(labels) != self.width:
            raise NotLight("the columns are not those of the training")
        values = row.values_of(labels)
        return marked(values, row, enumerate(labels)) if self.texts else values

    def rows(self, X: Any) -> list[Values]:
        """Return the values of each row of X: a Row, an array (n, width), a list of Rows or of lists."""
        if type(X) is Row:
            return [self.row_of(X)]
        if isinstance(X, np.ndarray):
            return array_rows(X, self.width)
        if type(X) is SparseRows and X.shape[1] == self.width:
            return X.items
        if not isinstance(X, list) or not X:
            raise NotLight(f"rows in a {type(X).__name__}")
        rows = [self.row_of(item) if type(item) is Row else item for item in X]
        if not all(isinstance(row, (list, tuple)) and len(row) == self.width for row in rows):
            raise NotLight("rows that are not lists of one length")
        return rows


@dataclass(frozen=True, eq=False)
class Transformer(StandIn):
    """Makes other columns of a row."""

    def one(self, row: Values) -> Any:
        """Return the new values of one row."""
        raise NotImplementedError

    def many(self, rows: Any) -> Any:
        """Return the new values of rows, as lists or as an array."""
        return [self.one(row) for row in as_lists(rows)]

    def transform(self, X: Any) -> Any:
        """Return what the original's ``transform`` does, for a Row as for a table of one row."""
        try:
            row = self.row(X)
            return table([self.one(row)] if row is not None else self.many(self.rows(X)))
        except NotLight:
            raise
        except Exception as error:
            raise NotLight(f"{type(error).__name__}: {error}") from error


@dataclass(frozen=True, eq=False)
class Predictor(StandIn):
    """Answers for rows: methods that end in ``_one`` take the values of one row, in ``_many`` those of several."""

    def predict(self, X: Any) -> np.ndarray:
        """Return what the original's ``predict`` does, (n,)."""
        return self.ask("predict", X)

    def ask(self, way: str, X: Any) -> np.ndarray:
        """Return the answer of a method to X.

        Raises:
            NotLight: where anything is not as this stand-in knows it.
        """
        try:
            row = self.row(X)
            if row is not None:
                return getattr(self, f"{way}_one")(row)
            return getattr(self, f"{way}_many")(self.rows(X))
        except NotLight:
            raise
        except Exception as error:
            raise NotLight(f"{type(error).__name__}: {error}") from error


class TextNan(float):
    """nan in a column that is not one of numbers: encoders of texts take it."""


NO_TEXT = TextNan("nan")


def marked(values: list[Any], row: Row, labels: Iterable[tuple[int, Any]]) -> Values:
    """Return values with gaps told apart at some places, given with their labels: those of texts and those of numbers."""
    for place, label in labels:
        value = values[place]
        if value != value and row.dtype_of(label) != "float64":
            values[place] = NO_TEXT
    return values


def array_rows(X: np.ndarray, width: int) -> list[Values]:
    """Return the rows of an array (n, width) as lists."""
    if X.ndim != 2 or X.shape[1] != width or X.dtype.type not in EXACT:
        raise NotLight(f"an array of {X.dtype} in {X.ndim} dimensions")
    if X.dtype == object:
        return [[NO_TEXT if value != value else value for value in row] for row in X.tolist()]
    return X.tolist()


def as_lists(rows: Any) -> list[Values]:
    """Return rows as lists, whatever the step before made of them."""
    return rows.tolist() if isinstance(rows, np.ndarray) else rows


def table(rows: Any) -> Any:
    """Return rows as an array (n, k): of float64, or of objects if there are texts."""
    if isinstance(rows, np.ndarray):
        return rows
    if hasattr(rows[0], "stacked"):
        return rows[0].stacked(rows)
    kinds = {type(value) for row in rows for value in row}
    return np.array(rows, dtype=np.float64 if kinds <= {float, int, bool} else object)


def numbers(row: Values) -> array[float]:
    """Return a row's numbers as float64; None counts as nan, as in a column of objects.

    Raises:
        TypeError: if there is anything else.
    """
    try:
        return array("d", row)
    except TypeError:
        if type(row) is Sparse:
            return array("d", row.dense())
        return array("d", [np.nan if value is None else value for value in row])


def vector(row: Values) -> np.ndarray:
    """Return a row's numbers, (k,) in float64."""
    return np.frombuffer(numbers(row))


def matrix(rows: Any) -> np.ndarray:
    """Return the numbers of rows, (n, k) in float64."""
    if isinstance(rows, np.ndarray) and rows.dtype == np.float64:
        return rows
    return np.array([numbers(row) for row in as_lists(rows)], dtype=np.float64)


def finite_vector(row: Values) -> np.ndarray:
    """Return a row's numbers, which have to be finite: the original refuses others."""
    x = vector(row)
    with np.errstate(over="ignore"):  # squares of numbers from 1e155 on are infinite, and the numbers are not
        squares = x.dot(x)
    if not isfinite(squares) and not np.isfinite(x).all():
        raise NotLight("the original refuses missing and infinite numbers")
    return x


def finite_matrix(rows: Any) -> np.ndarray:
    """Return the numbers of rows, (n, k), which have to be finite."""
    X = matrix(rows)
    if not np.isfinite(X).all():
        raise NotLight("the original refuses missing and infinite numbers")
    return X


def refuse_infinite(row: Values) -> None:
    """Raise if a number is infinite; missing ones may be."""
    if np.inf in row or -np.inf in row:
        raise NotLight("the original refuses infinite numbers")


def columns_of(fitted: Any) -> dict[str, Any]:
    """Return the names and the number of the columns that an object was fitted to."""
    names = getattr(fitted, "feature_names_in_", None)
    return {"names": None if names is None else names.tolist(), "width": int(fitted.n_features_in_)}
