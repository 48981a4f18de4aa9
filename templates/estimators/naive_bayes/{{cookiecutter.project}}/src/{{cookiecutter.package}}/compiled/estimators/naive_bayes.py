"""scikit-learn's naive Bayes classifiers: the log of each class's likelihood, as sums over the columns."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from .answers import Probabilities, softmax
from .linear import weighted, weighted_rows
from .registry import Unknown, compiles, stored
from .stand_in import Values, columns_of, finite_matrix


@dataclass(frozen=True, eq=False)
class Bayes(Probabilities):
    """Labels and probabilities from the logs of the likelihoods."""

    def logs_of(self, row: Values) -> np.ndarray:
        """Return the logs for one row, (1, classes)."""
        return self.logs([row])

    def logs(self, rows: Any) -> np.ndarray:
        """Return the logs for rows, (n, classes)."""
        raise NotImplementedError

    def predict_one(self, row: Values) -> np.ndarray:
        """Return the label of one row, (1,)."""
        return self.label(int(self.logs_of(row)[0].argmax()))

    def predict_many(self, rows: Any) -> np.ndarray:
        """Return the labels of rows, (n,)."""
        return self.classes_[self.logs(rows).argmax(axis=1)]

    def predict_proba_one(self, row: Values) -> np.ndarray:
        """Return the probabilities of one row, (1, classes)."""
        return softmax(self.logs_of(row))

    def predict_proba_many(self, rows: Any) -> np.ndarray:
        """Return the probabilities of rows, (n, classes)."""
        return softmax(self.logs(rows))


@stored
@dataclass(frozen=True, eq=False)
class CountBayes(Bayes):
    """``by_class`` (classes, width) and ``offset`` (classes,); ``above`` makes ones of what is larger first."""

    by_class: np.ndarray
    offset: np.ndarray
    above: float | None

    @cached_property
    def by_column(self) -> np.ndarray:
        """The weights as they are multiplied, (width, classes)."""
        return np.ascontiguousarray(self.by_class.T)

    def logs_of(self, row: Values) -> np.ndarray:
        """Return the logs for one row, (1, classes)."""
        if self.above is not None:
            return self.logs([row])
        return (weighted(row, self.by_column) + self.offset).reshape(1, -1)

    def logs(self, rows: Any) -> np.ndarray:
        """Return the logs for rows, (n, classes)."""
        if self.above is not None:
            rows = (finite_matrix(rows) > self.above).astype(np.float64)
        return weighted_rows(rows, self.by_column) + self.offset


@stored
@dataclass(frozen=True, eq=False)
class GaussianBayes(Bayes):
    """``theta_`` and ``var_`` (classes, width) and ``class_prior_`` as scikit-learn names them."""

    theta_: np.ndarray
    var_: np.ndarray
    class_prior_: np.ndarray

    @cached_property
    def offset(self) -> np.ndarray:
        """What does not depend on the row, (classes,)."""
        return np.log(self.class_prior_) - 0.5 * np.log(2.0 * np.pi * self.var_).sum(axis=1)

    def logs(self, rows: Any) -> np.ndarray:
        """Return the logs for rows, (n, classes)."""
        X = finite_matrix(rows)
        parts = [
            -0.5 * ((X - mean) ** 2 / variance).sum(axis=1)
            for mean, variance in zip(self.theta_, self.var_, strict=True)
        ]
        return np.stack(parts, axis=1) + self.offset


@compiles("sklearn.naive_bayes.MultinomialNB")
def multinomial(fitted: Any) -> CountBayes:
    """Return the weights of counts."""
    return CountBayes(
        **columns_of(fitted),
        classes_=fitted.classes_,
        by_class=fitted.feature_log_prob_,
        offset=fitted.class_log_prior_,
        above=None,
    )


@compiles("sklearn.naive_bayes.ComplementNB")
def complement(fitted: Any) -> CountBayes:
    """Return the weights of counts."""
    alone = fitted.class_log_prior_ if len(fitted.classes_) == 1 else np.zeros(len(fitted.classes_))
    return CountBayes(
        **columns_of(fitted),
        classes_=fitted.classes_,
        by_class=fitted.feature_log_prob_,
        offset=np.array(alone, dtype=np.float64),
        above=None,
    )


@compiles("sklearn.naive_bayes.BernoulliNB")
def bernoulli(fitted: Any) -> CountBayes:
    """Return the weights of what is there and what is not."""
    if fitted.binarize is None:
        raise Unknown("Columns that are not made zeros and ones are not known.")
    absent = np.log(1 - np.exp(fitted.feature_log_prob_))
    return CountBayes(
        **columns_of(fitted),
        classes_=fitted.classes_,
        by_class=fitted.feature_log_prob_ - absent,
        offset=fitted.class_log_prior_ + absent.sum(axis=1),
        above=float(fitted.binarize),
    )


@compiles("sklearn.naive_bayes.GaussianNB")
def gaussian(fitted: Any) -> GaussianBayes:
    """Return means and variances."""
    variances = fitted.var_ if hasattr(fitted, "var_") else fitted.sigma_
    return GaussianBayes(
        **columns_of(fitted),
        classes_=fitted.classes_,
        theta_=fitted.theta_,
        var_=variances,
        class_prior_=fitted.class_prior_,
    )
