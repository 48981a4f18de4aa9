"""scikit-learn's CalibratedClassifierCV: scores of the members through sigmoids, and the mean of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from .answers import Probabilities, logistic_array, shares
from .registry import Unknown, compiles, fellow, stored
from .stand_in import StandIn, Values, columns_of


@stored
@dataclass(frozen=True, eq=False)
class Calibrated(Probabilities):
    """``ways`` names what each member is asked; ``slopes`` and ``added`` (members, scores) make the sigmoids."""

    texts: ClassVar[bool] = True

    members: list[StandIn]
    ways: list[str]
    slopes: np.ndarray
    added: np.ndarray

    def mean(self, rows: Any, ending: str) -> np.ndarray:
        """Return the mean of the members' calibrated probabilities, (n, classes)."""
        total: Any = 0.0
        for member, way, slope, added in zip(
            self.members, self.ways, self.slopes, self.added, strict=True
        ):
            scores = member.way(f"{way}_{ending}")(rows)
            if len(self.classes_) == 2:
                scores = scores.reshape(-1, 1) if scores.ndim == 1 else scores[:, 1:]
            found = logistic_array(-(slope * scores + added))
            total += (
                np.concatenate([1 - found, found], axis=1) if len(slope) == 1 else shares(found)
            )
        return total / len(self.members)

    def predict_proba_one(self, row: Values) -> np.ndarray:
        """Return the probabilities of one row, (1, classes)."""
        return self.mean(row, "one")

    def predict_proba_many(self, rows: Any) -> np.ndarray:
        """Return the probabilities of rows, (n, classes)."""
        return self.mean(rows, "many")

    def predict_one(self, row: Values) -> np.ndarray:
        """Return the label of one row, (1,)."""
        return self.label(int(self.predict_proba_one(row)[0].argmax()))

    def predict_many(self, rows: Any) -> np.ndarray:
        """Return the labels of rows, (n,)."""
        return self.classes_[self.predict_proba_many(rows).argmax(axis=1)]


@compiles("sklearn.calibration.CalibratedClassifierCV")
def calibrated(fitted: Any) -> Calibrated:
    """Return the members and their sigmoids."""
    inner = fitted.calibrated_classifiers_
    if any(member.method != "sigmoid" for member in inner):
        raise Unknown("Only sigmoids are known.")
    if any(list(member.estimator.classes_) != list(fitted.classes_) for member in inner):
        raise Unknown("A member has not seen all classes.")
    ways = ["decision_function", "predict_proba"]
    return Calibrated(
        **columns_of(fitted),
        classes_=fitted.classes_,
        members=[fellow(each.estimator) for each in inner],
        ways=[next(way for way in ways if hasattr(member.estimator, way)) for member in inner],
        slopes=np.array([[own.a_ for own in member.calibrators] for member in inner]),
        added=np.array([[own.b_ for own in member.calibrators] for member in inner]),
    )
