"""What stands around another estimator: a search answers as the best that it found, a vote as its members together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from .answers import Labels, Probabilities, Regressor
from .registry import Unknown, compiles, fellow, part, stored
from .stand_in import StandIn, Values, columns_of


@compiles(
    "sklearn.model_selection.GridSearchCV",
    "sklearn.model_selection.RandomizedSearchCV",
    "sklearn.model_selection.HalvingGridSearchCV",
    "sklearn.model_selection.HalvingRandomSearchCV",
)
def search(fitted: Any) -> StandIn:
    """Return the stand-in of the best estimator."""
    return part(fitted.best_estimator_)


@compiles(
    "sklearn.model_selection.FixedThresholdClassifier",
    "sklearn.model_selection.TunedThresholdClassifierCV",
)
def threshold(fitted: Any) -> StandIn:
    """Leave thresholds to the original."""
    raise Unknown("Thresholds are not known.")


@stored
@dataclass(frozen=True, eq=False)
class MeanRegressor(Regressor):
    """The mean of several regressors' answers, weighted if there are weights."""

    texts: ClassVar[bool] = True

    members: list[StandIn]
    weights: np.ndarray | None

    def value(self, row: Values) -> float:
        """Return the answer for one row."""
        answers = np.array([member.way("predict_one")(row)[0] for member in self.members])
        return float(np.average(answers, weights=self.weights))

    def values(self, rows: Any) -> np.ndarray:
        """Return the answers for rows, (n,)."""
        answers = np.array([member.way("predict_many")(rows) for member in self.members])
        return np.average(answers, axis=0, weights=self.weights)


@stored
@dataclass(frozen=True, eq=False)
class MeanClassifier(Probabilities):
    """The mean of several classifiers' probabilities, weighted if there are weights."""

    texts: ClassVar[bool] = True

    members: list[StandIn]
    weights: np.ndarray | None

    def mean(self, way: str, rows: Any) -> np.ndarray:
        """Return the mean of the members' answers, (n, classes)."""
        answers = np.array([member.way(way)(rows) for member in self.members])
        return np.average(answers, axis=0, weights=self.weights)

    def predict_one(self, row: Values) -> np.ndarray:
        """Return the label of one row, (1,)."""
        return self.label(int(self.predict_proba_one(row)[0].argmax()))

    def predict_many(self, rows: Any) -> np.ndarray:
        """Return the labels of rows, (n,)."""
        return self.classes_[self.predict_proba_many(rows).argmax(axis=1)]

    def predict_proba_one(self, row: Values) -> np.ndarray:
        """Return the probabilities of one row, (1, classes)."""
        return self.mean("predict_proba_one", row)

    def predict_proba_many(self, rows: Any) -> np.ndarray:
        """Return the probabilities of rows, (n, classes)."""
        return self.mean("predict_proba_many", rows)


@stored
@dataclass(frozen=True, eq=False)
class MajorityClassifier(Labels):
    """The class that most of several classifiers say, the first of those that are even; members say places of classes."""

    texts: ClassVar[bool] = True

    members: list[StandIn]
    weights: np.ndarray | None

    def winner(self, places: Any) -> int:
        """Return the place of the class that has most weight among the members' answers."""
        return int(np.bincount(places, self.weights).argmax())

    def predict_one(self, row: Values) -> np.ndarray:
        """Return the label of one row, (1,)."""
        return self.label(self.winner([member.way("predict_one")(row)[0] for member in self.members]))

    def predict_many(self, rows: Any) -> np.ndarray:
        """Return the labels of rows, (n,)."""
        answers = np.array([member.way("predict_many")(rows) for member in self.members])
        return self.classes_[[self.winner(places) for places in answers.T]]


def members_of(fitted: Any) -> dict[str, Any]:
    """Return the members of a vote and their weights; those that were dropped have none."""
    weights = fitted._weights_not_none
    return {
        "members": [fellow(each) for each in fitted.estimators_],
        "weights": None if weights is None else np.array(weights, dtype=np.float64),
    }


@compiles("sklearn.ensemble.VotingRegressor")
def voting_regressor(fitted: Any) -> MeanRegressor:
    """Return the members of a mean."""
    return MeanRegressor(**columns_of(fitted), **members_of(fitted))


@compiles("sklearn.ensemble.VotingClassifier")
def voting_classifier(fitted: Any) -> StandIn:
    """Return the members of a mean of probabilities, or of a vote by labels."""
    members = members_of(fitted)
    if fitted.voting == "hard":
        return MajorityClassifier(**columns_of(fitted), classes_=fitted.classes_, **members)
    if any(member.way("predict_proba_one") is None for member in members["members"]):
        raise Unknown("A member has no probabilities.")
    return MeanClassifier(**columns_of(fitted), classes_=fitted.classes_, **members)
