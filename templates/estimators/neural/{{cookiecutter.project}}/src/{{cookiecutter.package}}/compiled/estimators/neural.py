"""scikit-learn's multi-layer perceptrons: products and functions, layer by layer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from .answers import Probabilities, Regressor, logistic_array, softmax, two_columns
from .linear import weighted_rows
from .registry import Unknown, compiles, stored
from .stand_in import Values, columns_of

ACTIVATIONS = {
    "relu": lambda X: np.maximum(X, 0),
    "tanh": np.tanh,
    "identity": lambda X: X,
    "logistic": logistic_array,
}


@dataclass(frozen=True, eq=False)
class Layers:
    """``weights`` and ``added`` of each layer, and the function between two layers."""

    weights: list[np.ndarray]
    added: list[np.ndarray]
    activation: str

    def output(self, rows: Any) -> np.ndarray:
        """Return what the last layer adds up, (n, outputs)."""
        X = rows
        for place, (weight, added) in enumerate(zip(self.weights, self.added, strict=True)):
            X = weighted_rows(X, weight) + added
            if place < len(self.weights) - 1:
                X = ACTIVATIONS[self.activation](X)
        return X


@stored
@dataclass(frozen=True, eq=False)
class NetworkRegressor(Regressor, Layers):
    """The last layer's sum is the answer."""

    def value(self, row: Values) -> float:
        """Return the answer for one row."""
        return float(self.output([row])[0, 0])

    def values(self, rows: Any) -> np.ndarray:
        """Return the answers for rows, (n,)."""
        return self.output(rows)[:, 0]


@stored
@dataclass(frozen=True, eq=False)
class NetworkClassifier(Probabilities, Layers):
    """The last layer's sums become probabilities."""

    def predict_proba_many(self, rows: Any) -> np.ndarray:
        """Return the probabilities of rows, (n, classes)."""
        sums = self.output(rows)
        return two_columns(logistic_array(sums[:, 0])) if sums.shape[1] == 1 else softmax(sums)

    def predict_proba_one(self, row: Values) -> np.ndarray:
        """Return the probabilities of one row, (1, classes)."""
        return self.predict_proba_many([row])

    def predict_one(self, row: Values) -> np.ndarray:
        """Return the label of one row, (1,)."""
        return self.predict_many([row])

    def predict_many(self, rows: Any) -> np.ndarray:
        """Return the labels of rows, (n,)."""
        return self.classes_[self.predict_proba_many(rows).argmax(axis=1)]


def layers(fitted: Any) -> dict[str, Any]:
    """Return the layers of a perceptron."""
    if fitted.coefs_[0].dtype != np.float64:
        raise Unknown("Only layers in float64 are known.")
    return {
        "weights": list(fitted.coefs_),
        "added": list(fitted.intercepts_),
        "activation": fitted.activation,
    }


@compiles("sklearn.neural_network.MLPRegressor")
def perceptron_regressor(fitted: Any) -> NetworkRegressor:
    """Return the layers of a regressor with one target."""
    if fitted.n_outputs_ != 1 or fitted.out_activation_ != "identity":
        raise Unknown("Several targets are not known.")
    return NetworkRegressor(**columns_of(fitted), **layers(fitted))


@compiles("sklearn.neural_network.MLPClassifier")
def perceptron_classifier(fitted: Any) -> NetworkClassifier:
    """Return the layers of a classifier with one target."""
    expected = "logistic" if len(fitted.classes_) == 2 else "softmax"
    if fitted.out_activation_ != expected:
        raise Unknown("Several targets are not known.")
    return NetworkClassifier(**columns_of(fitted), classes_=fitted.classes_, **layers(fitted))
