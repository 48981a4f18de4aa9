"""The model held against simpler ones that are trained for it, and against itself with other seeds."""

from __future__ import annotations

import math
import time
from typing import Any

from ..as_json import is_a
from .comparing import score
from .rows import at, count
from .skipping import SkipError, library, short
from .subject import SEED, Subject
from .ways import known_kind

MOST_ROWS = 3_000
FEWEST = 30
SECONDS_OF_REFITTING = 10.0
SEEDS = (11, 23, 37, 53, 71)
MOST_CATEGORIES = 30
MOST_WORDS = 5_000
NOT_AGAIN = (
    "the model cannot be fitted again with another seed: it is none of scikit-learn's kind, with `fit` and `clone`"
)


def baselines(subject: Subject) -> dict[str, Any]:
    """Return ``{"metric", "rows", "model", "others": [{"name", "score", "ahead", "error"}]}``.

    The others are trained on the same training rows and asked about the same test rows. ``ahead`` is by how much each
    is better, row by row, and ``error`` the standard error of that; for classes also ``balanced`` and
    ``balanced_error``, where each class counts as much as every other.
    """
    way = subject.way
    kind, (features, target), (tested, truth) = way.kind, _trained(subject), subject.pair("test")
    if len(truth) < FEWEST:
        raise SkipError(f"there are fewer than {FEWEST} test rows")
    answers = way.answers(tested)
    features, tested = _plain(features), _plain(tested)
    others: list[dict[str, Any]] = []
    for name, other in _others(kind, features):
        try:
            other.fit(features, target)
            given = other.predict(tested)
        except Exception as error:
            others.append({"name": name, "why": short(error)})
            continue
        others.append({"name": name, "score": score(kind, truth, given), **_ahead(kind, truth, answers, given)})
    metric = "accuracy" if kind == "classification" else "R²"
    return {"metric": metric, "rows": len(truth), "model": score(kind, truth, answers), "others": others}


def _trained(subject: Subject) -> tuple[Any, Any]:
    features, target = subject.pair("train")
    if len(target) <= MOST_ROWS:
        return features, target
    places = library("numpy").sort(subject.random().choice(len(target), MOST_ROWS, replace=False))
    return at(features, places), target[places]


def _plain(rows: Any) -> Any:
    """Return tensors as the arrays that scikit-learn takes."""
    return rows.detach().cpu().numpy() if hasattr(rows, "detach") else rows


def _others(kind: str, features: Any) -> list[tuple[str, Any]]:
    dummy, linear, tree = library("sklearn.dummy"), library("sklearn.linear_model"), library("sklearn.tree")
    pipeline = library("sklearn.pipeline").make_pipeline
    if kind == "classification":
        none = dummy.DummyClassifier(strategy="prior")
        line: Any = linear.LogisticRegression(max_iter=500)
        small: Any = tree.DecisionTreeClassifier(max_depth=3, random_state=SEED)
        names = ("always the most frequent class", "a logistic regression", "a decision tree of depth 3")
    else:
        none = dummy.DummyRegressor()
        line, small = linear.Ridge(), tree.DecisionTreeRegressor(max_depth=3, random_state=SEED)
        names = ("always the mean", "a linear regression", "a decision tree of depth 3")
    made = [none, pipeline(_prepared(features), line), pipeline(_prepared(features), small)]
    return list(zip(names, made))  # noqa: B905


def _prepared(features: Any) -> Any:
    """Return what makes numbers of the features, whatever they are."""
    impute, scale = library("sklearn.impute").SimpleImputer, library("sklearn.preprocessing")
    pipeline = library("sklearn.pipeline").make_pipeline
    if is_a(features, "pandas", "DataFrame"):
        types = library("pandas").api.types
        numbers = [name for name in features.columns if types.is_numeric_dtype(features[name])]
        labels = [n for n in features.columns if n not in numbers and features[n].nunique() <= MOST_CATEGORIES]
        known = scale.OneHotEncoder(handle_unknown="ignore")
        steps = [
            ("numbers", pipeline(impute(strategy="median"), scale.StandardScaler()), numbers),
            ("labels", known, labels),
        ]
        return library("sklearn.compose").ColumnTransformer(steps)
    if isinstance(features, list) or is_a(features, "pandas", "Series") or getattr(features, "ndim", 2) == 1:
        return library("sklearn.feature_extraction.text").TfidfVectorizer(max_features=MOST_WORDS)
    if hasattr(features, "tocsr"):
        return scale.MaxAbsScaler()
    return pipeline(impute(strategy="median"), scale.StandardScaler())


def _ahead(kind: str, truth: Any, answers: Any, given: Any) -> dict[str, float]:
    """Return by how much ``given`` is better than ``answers`` on average, and the standard error of that."""
    numpy = library("numpy")
    if kind != "classification":
        truth, spread = truth.astype(float), float(numpy.var(truth.astype(float))) or 1.0
        better = ((truth - answers.astype(float)) ** 2 - (truth - given.astype(float)) ** 2) / spread
        return {"ahead": float(better.mean()), "error": float(better.std()) / math.sqrt(len(better))}
    better = (truth == given).astype(float) - (truth == answers).astype(float)
    labels, places, counts = numpy.unique(truth, return_inverse=True, return_counts=True)
    weights = 1.0 / (len(labels) * counts[places])
    return {
        "ahead": float(better.mean()),
        "error": float(better.std()) / math.sqrt(len(better)),
        "balanced": float((weights * better).sum()),
        "balanced_error": float(numpy.sqrt((weights**2 * (better - better.mean()) ** 2).sum())),
    }


def seeds(subject: Subject) -> dict[str, Any]:
    """Return ``{"metric", "scores", "rows", "differing"}`` of clones that are fitted with other seeds: ``differing`` is
    the share of test rows on which two of them disagree, or the mean spread of their answers in standard deviations of
    the target."""
    numpy = library("numpy")
    model = subject.value("model")
    model = getattr(model, "best_estimator_", model)
    kind = known_kind(model) if callable(getattr(model, "predict", None)) else ""
    if not kind or not subject.way.known:
        raise SkipError(NOT_AGAIN)
    names = _seeds_of(model)
    (features, target), (tested, truth) = _trained(subject), subject.pair("test")
    if len(truth) < FEWEST:
        raise SkipError(f"there are fewer than {FEWEST} test rows")
    until = time.monotonic() + min(SECONDS_OF_REFITTING, float(subject.request.get("seconds") or 15) * 0.6)
    answers: list[Any] = []
    for seed in SEEDS:
        began = time.monotonic()
        answers.append(_refitted(subject, model, names, seed, features, target, tested))
        if time.monotonic() + (time.monotonic() - began) > until:
            break
    if len(answers) < 3:
        raise SkipError("fitting the model takes too long to do it several times")
    if kind == "classification":
        pairs = [(a, b) for place, a in enumerate(answers) for b in answers[:place]]
        differing = float(numpy.mean([(a != b).mean() for a, b in pairs]))
    else:
        spread = float(numpy.std(truth.astype(float))) or 1.0
        differing = float(numpy.std(numpy.array(answers, dtype=float), axis=0).mean()) / spread
    scores = [score(kind, truth, each) for each in answers]
    whole = count(features) == subject.size("train_features")
    metric = "accuracy" if kind == "classification" else "R²"
    return {"metric": metric, "scores": scores, "rows": len(truth), "differing": differing, "whole": whole}


def _seeds_of(model: Any) -> list[str]:
    try:
        names = [name for name in model.get_params() if name == "random_state" or name.endswith("__random_state")]
    except Exception as error:
        raise SkipError(NOT_AGAIN) from error
    if is_a(model, "catboost", "CatBoost"):  # whose parameters are those that were said
        return ["random_seed"]
    if not names:
        raise SkipError("the model takes no `random_state`")
    return names


def _refitted(
    subject: Subject, model: Any, names: list[str], seed: int, features: Any, target: Any, tested: Any
) -> Any:
    try:
        other = library("sklearn.base").clone(model).set_params(**dict.fromkeys(names, seed))
        other.fit(features, target)
    except Exception as error:
        raise SkipError(f"the model, fitted again, raised {short(error)}") from error
    return subject.predict(other, tested)
