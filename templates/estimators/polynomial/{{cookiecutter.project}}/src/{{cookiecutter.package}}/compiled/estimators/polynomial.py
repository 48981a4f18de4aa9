"""scikit-learn's PolynomialFeatures: products of columns."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np

from .registry import Unknown, compiles, stored
from .stand_in import Transformer, Values, columns_of, finite_matrix, finite_vector


@stored
@dataclass(frozen=True, eq=False)
class Products(Transformer):
    """``factors`` has for each new column the columns that are multiplied; none make 1."""

    factors: list[list[int]]

    def one(self, row: Values) -> list[float]:
        """Return the products for one row."""
        numbers = finite_vector(row).tolist()
        return [prod([numbers[place] for place in places], start=1.0) for places in self.factors]

    def many(self, rows: Any) -> np.ndarray:
        """Return the products for rows, (n, products)."""
        X = finite_matrix(rows)
        return np.stack([X[:, places].prod(axis=1) for places in self.factors], axis=1)


@compiles("sklearn.preprocessing.PolynomialFeatures")
def polynomial(fitted: Any) -> Products:
    """Return which columns are multiplied."""
    powers = fitted.powers_
    if len(powers) > 20_000:
        raise Unknown("So many products are not known.")
    factors = [np.repeat(np.arange(powers.shape[1]), row).tolist() for row in powers]
    return Products(**columns_of(fitted), factors=factors)
