"""scikit-learn's KMeans: which of some centres is nearest to a row, and how far each is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ..not_light import NotLight
from .registry import Unknown, compiles, stored
from .stand_in import Predictor, Values, as_lists, columns_of, finite_vector

BLUR = 1e-12
"""What scikit-learn's products may add to a squared distance, as a share of the squares of the numbers themselves."""


@stored
@dataclass(frozen=True, eq=False)
class Centres(Predictor):
    """``cluster_centers_`` (clusters, width) as scikit-learn names them."""

    cluster_centers_: np.ndarray

    def far(self, row: Values) -> tuple[np.ndarray, float]:
        """Return the squared distance of each centre, (clusters,), and by how much the original's may be off."""
        x = finite_vector(row)
        with np.errstate(over="ignore", invalid="ignore"):
            apart = self.cluster_centers_ - x
            far = np.einsum("ij,ij->i", apart, apart)
            blur = BLUR * float(far.max() + x.dot(x))
        if not np.isfinite(blur):
            raise NotLight("numbers too large for distances")
        return far, blur

    def predict_one(self, row: Values) -> np.ndarray:
        """Return the nearest centre of one row, (1,)."""
        far, blur = self.far(row)
        if (far <= far.min() + blur).sum() > 1:
            raise NotLight("two centres are equally near")
        return np.array([far.argmin()], dtype=np.int32)

    def predict_many(self, rows: Any) -> np.ndarray:
        """Return the nearest centre of each row, (n,)."""
        return np.concatenate([self.predict_one(row) for row in as_lists(rows)])

    def transform(self, X: Any) -> np.ndarray:
        """Return how far each centre is, (n, clusters)."""
        return self.ask("transform", X)

    def transform_one(self, row: Values) -> np.ndarray:
        """Return how far each centre is from one row, (1, clusters)."""
        far, blur = self.far(row)
        if far.min() < 1e7 * blur:
            raise NotLight("a distance that is not exact")
        return np.sqrt(far).reshape(1, -1)

    def transform_many(self, rows: Any) -> np.ndarray:
        """Return how far each centre is from rows, (n, clusters)."""
        return np.concatenate([self.transform_one(row) for row in as_lists(rows)])

    def one(self, row: Values) -> list[float]:
        """Return how far each centre is from one row, as a step of a pipeline does."""
        return self.transform_one(row)[0].tolist()

    def many(self, rows: Any) -> np.ndarray:
        """Return how far each centre is from rows, as a step of a pipeline does."""
        return self.transform_many(rows)


@compiles("sklearn.cluster.KMeans", "sklearn.cluster.MiniBatchKMeans")
def clusters(fitted: Any) -> Centres:
    """Return the centres."""
    if fitted.cluster_centers_.dtype != np.float64:
        raise Unknown("Only centres in float64 are known.")
    return Centres(**columns_of(fitted), cluster_centers_=fitted.cluster_centers_)
