"""The model's answers held against what is true: on training and on test rows, and its probabilities."""

from __future__ import annotations

import math
import re
from typing import Any

from .rows import at, count
from .skipping import SkipError, library, short
from .subject import Subject
from .ways import Way

BINS = 10
DRAWS = 200
FEWEST = 100
BY_HEART = re.compile("RandomForest|ExtraTrees|Bagging|Neighbors|GaussianProcess")
"""Models that average over what they have learnt by heart: their training score says nothing."""


def r_squared(target: Any, answers: Any) -> float:
    """Return the coefficient of determination; 0 where the target does not vary."""
    numpy = library("numpy")
    target, answers = target.astype(float), answers.astype(float)
    spread = float(((target - target.mean()) ** 2).sum())
    return 1 - float(((target - answers) ** 2).sum()) / spread if spread and numpy.isfinite(answers).all() else 0.0


def score(kind: str, target: Any, answers: Any) -> float:
    """Return accuracy or R²."""
    return float((target == answers).mean()) if kind == "classification" else r_squared(target, answers)


def gap(subject: Subject) -> dict[str, Any]:
    """Return ``{"metric", "train", "test", "error", "memorises"}``; ``error`` is the standard error of the test score,
    ``memorises`` whether models of the kind answer their training rows by heart and others well all the same."""
    way = subject.way
    kind = way.kind
    found: dict[str, Any] = {"metric": "accuracy" if kind == "classification" else "R²"}
    found["memorises"] = subject.has("model") and bool(BY_HEART.search(_kinds(subject.value("model"))))
    for which in ("train", "test"):
        features, target = subject.pair(which)
        answers = way.answers(features)
        found[which] = score(kind, target, answers)
        found[f"{which}_rows"] = len(target)
        if which == "test":
            found["error"] = _error(kind, target, answers, found["test"])
    return found


def _kinds(model: Any) -> str:
    """Return the class of a model, of a search's best one, and of a pipeline's last step."""
    best = getattr(model, "best_estimator_", model)
    last = best.steps[-1][1] if getattr(best, "steps", None) else best
    return f"{type(best).__name__} {type(last).__name__}"


def _error(kind: str, target: Any, answers: Any, test: float) -> float:
    """Return the standard error of an accuracy, or of R² by its residuals' spread (both for large samples)."""
    numpy = library("numpy")
    if kind == "classification":
        return math.sqrt(max(test * (1 - test), 0.25 / len(target)) / len(target))
    squares = (target.astype(float) - answers.astype(float)) ** 2
    spread = float(numpy.var(target.astype(float))) or 1.0
    return float(numpy.std(squares)) / spread / math.sqrt(len(target))


def calibration(subject: Subject) -> dict[str, Any]:
    """Return the expected calibration error over ten bins of equal width (Guo et al., ICML 2017), what chance alone
    would give of it in 99 of 100 cases if the probabilities were true, the
    bins, and whether they are what the model answers."""
    numpy = library("numpy")
    if subject.kind() != "classification":
        raise SkipError("the model is no classifier")
    way = subject.way if subject.way.known else subject.served()
    features, target = subject.pair("test")
    if len(target) < FEWEST:
        raise SkipError(f"there are fewer than {FEWEST} test rows")
    answered = not way.known
    shares, classes = _answered(way, features) if answered else _of_method(way.model, features)
    if shares.ndim != 2 or shares.shape != (len(target), len(classes)):
        raise SkipError("`predict_proba` does not give one probability for each class")
    if len(classes) == 2:
        sure, right = shares[:, 1], target == classes[1]
    else:
        sure, right = shares.max(axis=1), target == classes[shares.argmax(axis=1)]
    random = subject.random()
    drawn = [_ece(sure, random.uniform(size=len(sure)) < sure)[0] for _ in range(DRAWS)]
    ece, bins = _ece(sure, right)
    chance = float(numpy.quantile(drawn, 0.99))
    return {"ece": ece, "chance": chance, "rows": len(target), "bins": bins, "answered": answered}


def _answered(way: Way, features: Any) -> tuple[Any, Any]:
    """Return the probabilities that are the answers, and their classes."""
    found = way.told(features)
    if found.shares is None:
        raise SkipError(f"{way.how} gives no probabilities")
    return found.shares, found.classes


def _of_method(model: Any, features: Any) -> tuple[Any, Any]:
    """Return what ``predict_proba`` gives, and its classes."""
    numpy = library("numpy")
    if not callable(getattr(model, "predict_proba", None)):
        raise SkipError("the model gives no probabilities")
    try:
        return numpy.asarray(model.predict_proba(features), dtype=float), numpy.asarray(model.classes_)
    except Exception as error:
        raise SkipError(f"`predict_proba` raised {short(error)}") from error


def _ece(sure: Any, right: Any) -> tuple[float, list[dict[str, float]]]:
    numpy = library("numpy")
    places = numpy.minimum((sure * BINS).astype(int), BINS - 1)
    error, bins = 0.0, []
    for place in range(BINS):
        inside = places == place
        size = int(inside.sum())
        if size:
            said, seen = float(sure[inside].mean()), float(right[inside].mean())
            error += abs(said - seen) * size / len(sure)
            bins.append({"said": said, "seen": seen, "rows": size})
    return error, bins


def losses(subject: Subject) -> tuple[str, Any, Any]:
    """Return the kind, the test rows as they were before they were prepared, and the loss of each: 0 or 1 for a class
    that is right or wrong, else the absolute error."""
    way = subject.way
    kind, target = way.kind, way.fewer(subject.target("test"))
    answers = way.answers(way.rows("test"))
    rows = way.fewer(subject.data("test"))
    if not count(rows) == len(target) == len(answers):
        raise SkipError("features and target of the test rows are not equally many any more")
    there = (~library("pandas").isna(target)).nonzero()[0]
    target, answers = target[there], answers[there]
    if kind == "classification":
        return kind, at(rows, there), (target != answers).astype(float)
    return kind, at(rows, there), abs(target.astype(float) - answers.astype(float))
