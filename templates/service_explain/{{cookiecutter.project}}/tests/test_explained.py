"""Which number of an answer is explained, and which scores count as what stands behind a label."""

from __future__ import annotations

from threading import Semaphore
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from {{ cookiecutter.package }}.service.explain.explained import explained
from {{ cookiecutter.package }}.service.explain.scores import Score, only_one
from {{ cookiecutter.package }}.service.explain.watched import Asked, Watched

PROBABILITIES = Score("model.predict_proba", ["a", "b", "c"], np.array([[0.2, 0.5, 0.3]]))
TWO = Score("model.predict_proba", [0, 1], np.array([[0.6, 0.4]]))
MARGIN = Score("svm.decision_function", ["no", "yes"], np.array([[-1.5]]))


@pytest.mark.parametrize(
    ("answer", "score", "of", "value"),
    [
        (2.5, None, "the answer", 2.5),
        ({"label": "a", "price": 12.5, "chance": 0.25}, None, "chance", 0.25),
        ([0.1, 0.7, 0.2], None, "1", 0.7),
        ("c", PROBABILITIES, "probability of 'c', by model.predict_proba", 0.3),
        ("call", PROBABILITIES, "probability of 'b', by model.predict_proba", 0.5),
        ("call", TWO, "probability of 1, by model.predict_proba", 0.4),
        (0, TWO, "probability of 0, by model.predict_proba", 0.6),
        (0.0, TWO, "probability of 0, by model.predict_proba", 0.6),
        ("no", MARGIN, "score of 'yes', by svm.decision_function", -1.5),
        (7, None, "the answer", 7.0),
        (True, None, "1 where the answer is True, 0 where it is another", 1.0),
        ({"label": "x"}, None, "1 where the answer is {'label': 'x'}, 0 where it is another", 1.0),
    ],
)
def test_what_is_explained(answer: Any, score: Score | None, of: str, value: float) -> None:
    asked = Asked([answer], score)
    said = explained(asked)
    assert said.of[0] == of and said.scored is (", by " in of)
    assert said.numbers(asked)[0, 0] == value


@pytest.mark.parametrize(("different", "of"), [(30, ["units", "low"]), (10, ["low"])])
def test_counts_beside_numbers_are_numbers_and_classes_are_not(different: int, of: list[str]) -> None:
    others = [{"units": n % different, "low": 10.5 + n} for n in range(100)]
    assert explained(Asked([{"units": 12, "low": 10.5}]), others).of == of


def test_an_answer_without_the_number_has_none() -> None:
    said = explained(Asked([{"price": 1.5}]))
    assert np.isnan(said.numbers(Asked([{"price": None}, {}, "x"]))).all()


def test_scores_of_several_objects_or_of_other_rows_do_not_count() -> None:
    one, other = ("a.predict_proba", [0, 1], [[0.5, 0.5]]), ("b.predict_proba", [0, 1], [[0.5, 0.5]])
    assert only_one([one, one], 1) is not None
    assert only_one([one, other], 1) is None
    assert only_one([one, ("a.predict_proba", [0, 1], [[0.1, 0.9]])], 1) is None
    assert only_one([one], 2) is None and only_one([], 1) is None


class Classifier:
    """Answers labels, as fitted objects do."""

    classes_ = np.array(["no", "yes"])

    def predict_proba(self, rows: list[Any]) -> Any:
        """Return a row of scores for each."""
        return np.array([[0.75, 0.25]] * len(rows))

    def predict(self, rows: list[Any]) -> Any:
        """Return labels."""
        return self.classes_[self.predict_proba(rows).argmax(axis=1)]


@pytest.mark.parametrize("inside", [lambda each: each, lambda each: {"a": [each]}], ids=["itself", "in a list in a dict"])
def test_labels_are_heard_with_their_scores_and_the_served_object_is_not_changed(inside: Any) -> None:
    served = Classifier()
    model: Any = SimpleNamespace(artifacts={"model": inside(served), "threshold": 0.5})
    watched = Watched(model, Semaphore(1))
    found = watched.model.artifacts["model"]
    twin = found if inside(0) == 0 else found["a"][0]
    watched.model.original = lambda batch: twin.predict(batch).tolist()
    records: list[Any] = [{"x": 1}]
    asked = watched.ask(records)
    assert asked.answers == ["no"] and asked.score is not None
    assert asked.score.by.endswith(".predict_proba") and asked.score.values.tolist() == [[0.75, 0.25]]
    assert not vars(served) and model.artifacts["model"] == inside(served)


def test_where_nobody_wants_scores_the_quicker_way_may_answer() -> None:
    model: Any = SimpleNamespace(artifacts={}, original=None, answers_of=lambda batch: [0.5] * len(batch))
    asked = Watched(model, Semaphore(1)).ask([{"x": 1}], scored=False)
    assert asked.answers == [0.5] and asked.score is None
