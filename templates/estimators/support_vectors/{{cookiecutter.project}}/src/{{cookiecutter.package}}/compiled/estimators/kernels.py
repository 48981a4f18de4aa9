"""The kernel of a row with each support vector: one row in, (count,) or weighted sums of it out."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from ..not_light import NotLight
from .sparse import Sparse
from .stand_in import finite_vector

TIE = 1e-9
"""A score so near to 0, as a share of its largest part, may be on either side of it, by the order of additions."""


@dataclass(frozen=True, eq=False)
class Kernel:
    """``vectors`` (count, width) and the kernel's settings as scikit-learn names them."""

    vectors: np.ndarray
    kernel: str
    gamma: float
    coef0: float
    degree: int

    @cached_property
    def by_column(self) -> np.ndarray:
        """The support vectors, (width, count)."""
        return np.ascontiguousarray(self.vectors.T)

    @cached_property
    def squares(self) -> np.ndarray:
        """The squared length of each support vector, (count,)."""
        return np.einsum("ij,ij->i", self.vectors, self.vectors)

    def near(self, row: Any) -> np.ndarray:
        """Return the kernel of one row with each support vector, (count,).

        Raises:
            NotLight: where a number becomes too large.
        """
        with np.errstate(all="ignore"):
            found = self.apart(row) if self.kernel == "rbf" else self.along(row)
        if not np.isfinite(found).all():
            raise NotLight("numbers too large for the kernel")
        return found

    def apart(self, row: Any) -> np.ndarray:
        """Return exp(-gamma |row - vector|^2)."""
        if type(row) is Sparse:
            values = np.array(row.values)
            squares = self.squares + values.dot(values) - 2 * self.products(row)
            return np.exp(-self.gamma * np.maximum(squares, 0.0))
        difference = self.vectors - finite_vector(row)
        return np.exp(-self.gamma * np.einsum("ij,ij->i", difference, difference))

    def along(self, row: Any) -> np.ndarray:
        """Return the kernels that are made of products."""
        products = self.products(row)
        if self.kernel == "linear":
            return products
        products = self.gamma * products + self.coef0
        return products**self.degree if self.kernel == "poly" else np.tanh(products)

    def products(self, row: Any) -> np.ndarray:
        """Return the row times each support vector, (count,)."""
        if type(row) is Sparse:
            places, values = row.arrays()
            return values.dot(self.by_column.take(places, axis=0))
        return self.vectors.dot(finite_vector(row))

    def weighed(self, row: Any, weights: np.ndarray, added: np.ndarray) -> np.ndarray:
        """Return weighted sums of the kernel, one for each row of ``weights``."""
        near = self.near(row)
        sums = weights.dot(near) + added
        if (np.abs(sums) <= TIE * np.abs(weights).dot(np.abs(near))).any():
            raise NotLight("a score as good as 0")
        return sums
