"""scikit-learn's PCA and TruncatedSVD: a row's numbers times a matrix."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from .linear import weighted, weighted_rows
from .registry import compiles, stored
from .stand_in import Transformer, Values, columns_of


@stored
@dataclass(frozen=True, eq=False)
class Projection(Transformer):
    """``matrix`` (width, new columns); then ``less`` is taken away and it is divided by ``by``."""

    matrix: np.ndarray
    less: np.ndarray | None
    by: np.ndarray | None

    def one(self, row: Values) -> list[float]:
        """Return the projection of one row."""
        return self.scaled(weighted(row, self.matrix)).tolist()

    def many(self, rows: Any) -> np.ndarray:
        """Return the projections of rows, (n, new columns)."""
        return self.scaled(weighted_rows(rows, self.matrix))

    def scaled(self, X: np.ndarray) -> np.ndarray:
        """Return what is made of the products."""
        X = X if self.less is None else X - self.less
        return X if self.by is None else X / self.by


@compiles("sklearn.decomposition.PCA")
def pca(fitted: Any) -> Projection:
    """Return the components; the mean's own projection is taken away afterwards, as scikit-learn does."""
    matrix = np.ascontiguousarray(fitted.components_.T, dtype=np.float64)
    deviation = np.maximum(np.sqrt(fitted.explained_variance_), np.finfo(np.float64).eps)
    return Projection(
        **columns_of(fitted),
        matrix=matrix,
        less=np.ravel(fitted.mean_ @ matrix),
        by=deviation if fitted.whiten else None,
    )


@compiles("sklearn.decomposition.TruncatedSVD")
def truncated_svd(fitted: Any) -> Projection:
    """Return the components."""
    matrix = np.ascontiguousarray(fitted.components_.T, dtype=np.float64)
    return Projection(**columns_of(fitted), matrix=matrix, less=None, by=None)
