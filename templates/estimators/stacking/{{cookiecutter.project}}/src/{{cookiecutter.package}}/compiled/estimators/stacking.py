"""scikit-learn's stacks: the answers of several estimators are what a last one is asked about."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from .answers import Probabilities, Regressor
from .registry import Unknown, compiles, fellow, part, stored
from .stand_in import StandIn, Values, columns_of, matrix


@dataclass(frozen=True, eq=False)
class Stack:
    """``ways`` names what each member is asked; of two probabilities only the second counts. ``last`` is given all
    answers, and behind them the row itself where it passes through."""

    members: list[StandIn]
    ways: list[str]
    last: StandIn
    halved: bool
    through: bool

    def answers(self, rows: Any, ending: str) -> np.ndarray:
        """Return what the last estimator is asked about, (n, answers)."""
        parts = []
        for member, way in zip(self.members, self.ways, strict=True):
            found = np.asarray(member.way(f"{way}_{ending}")(rows))
            if found.ndim == 1:
                found = found.reshape(-1, 1)
            elif self.halved and way == "predict_proba":
                found = found[:, 1:]
            parts.append(found)
        if self.through:
            parts.append(matrix([rows] if ending == "one" else rows))
        return np.concatenate(parts, axis=1)

    def asked(self, way: str, rows: Any, ending: str) -> np.ndarray:
        """Return what the last estimator answers."""
        answers = self.answers(rows, ending)
        return self.last.way(f"{way}_{ending}")(answers[0].tolist() if ending == "one" else answers)


@stored
@dataclass(frozen=True, eq=False)
class StackRegressor(Stack, Regressor):
    """The last estimator's answer is the answer."""

    texts: ClassVar[bool] = True

    def predict_one(self, row: Values) -> np.ndarray:
        """Return the answer for one row, (1,)."""
        return self.asked("predict", row, "one")

    def predict_many(self, rows: Any) -> np.ndarray:
        """Return the answers for rows, (n,)."""
        return self.asked("predict", rows, "many")


@stored
@dataclass(frozen=True, eq=False)
class StackClassifier(Stack, Probabilities):
    """The last estimator's label is the place of a class."""

    texts: ClassVar[bool] = True

    def way(self, name: str) -> Any:
        """Return the method of that name; None if the last estimator has none."""
        return None if self.last.way(name) is None else super().way(name)

    def predict_one(self, row: Values) -> np.ndarray:
        """Return the label of one row, (1,)."""
        return self.label(int(self.asked("predict", row, "one")[0]))

    def predict_many(self, rows: Any) -> np.ndarray:
        """Return the labels of rows, (n,)."""
        return self.classes_[self.asked("predict", rows, "many")]

    def predict_proba_one(self, row: Values) -> np.ndarray:
        """Return the probabilities of one row, (1, classes)."""
        return self.asked("predict_proba", row, "one")

    def predict_proba_many(self, rows: Any) -> np.ndarray:
        """Return the probabilities of rows, (n, classes)."""
        return self.asked("predict_proba", rows, "many")

    def decision_function(self, X: Any) -> np.ndarray:
        """Return what the last estimator's ``decision_function`` does, (n,) or (n, classes)."""
        return self.ask("decision_function", X)

    def decision_function_one(self, row: Values) -> np.ndarray:
        """Return the scores of one row."""
        return self.asked("decision_function", row, "one")

    def decision_function_many(self, rows: Any) -> np.ndarray:
        """Return the scores of rows."""
        return self.asked("decision_function", rows, "many")


def stack_of(fitted: Any, halved: bool) -> dict[str, Any]:
    """Return the members and the last estimator."""
    members = [fellow(each) for each in fitted.estimators_]
    ways = list(fitted.stack_method_)
    if any(member.way(f"{way}_one") is None for member, way in zip(members, ways, strict=True)):
        raise Unknown("A member does not answer in this way.")
    return {
        **columns_of(fitted),
        "members": members,
        "ways": ways,
        "last": part(fitted.final_estimator_).behind(),
        "halved": halved,
        "through": bool(fitted.passthrough),
    }


@compiles("sklearn.ensemble.StackingRegressor")
def stacking_regressor(fitted: Any) -> StackRegressor:
    """Return the members and the last estimator of a regression."""
    return StackRegressor(**stack_of(fitted, halved=False))


@compiles("sklearn.ensemble.StackingClassifier")
def stacking_classifier(fitted: Any) -> StackClassifier:
    """Return the members and the last estimator of a classifier."""
    if isinstance(fitted.classes_, list):
        raise Unknown("Several targets are not known.")
    found = stack_of(fitted, halved=len(fitted.classes_) == 2)
    if found["last"].way("predict_proba_one") is None:
        raise Unknown("The last estimator has no probabilities.")
    return StackClassifier(**found, classes_=np.asarray(fitted.classes_))
