"""scikit-learn's linear classifiers: scores are X @ coef_.T + intercept_."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from .answers import ScoreClassifier
from .linear import Coefficients, weighted, weighted_rows
from .registry import Unknown, compiles, stored
from .stand_in import Values, columns_of


@stored
@dataclass(frozen=True, eq=False)
class LinearClassifier(ScoreClassifier, Coefficients):
    """``coef_`` (1 or classes, width) and ``intercept_`` as scikit-learn names them."""

    def score(self, row: Values) -> Any:
        """Return the scores of one row: a float, or an array (classes,)."""
        scores = weighted(row, self.weights) + self.offset
        return float(scores) if len(self.coef_) == 1 else scores

    def scores(self, rows: Any) -> np.ndarray:
        """Return the scores of rows, (n,) or (n, classes)."""
        return weighted_rows(rows, self.weights) + self.offset


def classifier_of(fitted: Any, link: str) -> LinearClassifier:
    """Return coefficients and classes."""
    coefficients = np.atleast_2d(np.array(fitted.coef_, dtype=np.float64))
    count = len(fitted.classes_)
    if coefficients.ndim != 2 or len(coefficients) != (1 if count == 2 else count):
        raise Unknown("Only one score for two classes, or one for each class, is known.")
    intercept = np.broadcast_to(
        np.asarray(fitted.intercept_, dtype=np.float64), len(coefficients)
    ).copy()
    return LinearClassifier(
        **columns_of(fitted),
        classes_=fitted.classes_,
        link=link,
        coef_=coefficients,
        intercept_=intercept,
    )


@compiles("sklearn.linear_model.LogisticRegression", "sklearn.linear_model.LogisticRegressionCV")
def logistic_regression(fitted: Any) -> LinearClassifier:
    """Return a logistic regression; several classes share by softmax, unless each was learnt against the rest."""
    option = getattr(fitted, "multi_class", "auto")
    if len(fitted.classes_) == 2:
        if option == "multinomial":
            raise Unknown("Two classes as several are not known.")
        return classifier_of(fitted, "logistic")
    against_rest = option == "ovr" or fitted.solver == "liblinear"
    return classifier_of(fitted, "logistic" if against_rest else "softmax")


@compiles("sklearn.linear_model.SGDClassifier")
def sgd(fitted: Any) -> LinearClassifier:
    """Return a linear classifier whose loss says how scores become probabilities, if they do."""
    links = {"log_loss": "logistic", "log": "logistic", "modified_huber": "modified_huber"}
    return classifier_of(fitted, links.get(fitted.loss, ""))


@compiles(
    "sklearn.svm.LinearSVC",
    "sklearn.linear_model.Perceptron",
    "sklearn.linear_model.PassiveAggressiveClassifier",
    "sklearn.linear_model.RidgeClassifier",
    "sklearn.linear_model.RidgeClassifierCV",
    "sklearn.discriminant_analysis.LinearDiscriminantAnalysis",
)
def scores_only(fitted: Any) -> LinearClassifier:
    """Return a linear classifier without probabilities."""
    links = {"LinearDiscriminantAnalysis": "logistic" if len(fitted.classes_) == 2 else "softmax"}
    return classifier_of(fitted, links.get(type(fitted).__name__, ""))
