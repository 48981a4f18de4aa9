"""A model as simple as can be: the same answer whatever it is asked."""

from __future__ import annotations

from typing import Any

import pytest

from .experiment import Experiment

np = pytest.importorskip("numpy")

ASKED = ("predict", "predict_proba", "decision_function", "__call__")


class Simple:
    """Stands in for a model: first it listens to its answers, then it gives the mean of them.

    Of labels it gives the commonest.
    """

    def __init__(self, model: Any) -> None:
        self._model = model
        self._heard: dict[str, list[Any]] = {}
        self.listens = True
        self.only: Any = None
        """Rows whose answers are replaced, as a mask of all; None for all rows."""
        self.answered = 0

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._model, name)
        if name not in ASKED:
            return found
        return lambda *given, **options: self._answer(name, found(*given, **options))

    def __call__(self, *given: Any, **options: Any) -> Any:
        return self._answer("__call__", self._model(*given, **options))

    def score(self, rows: Any, truth: Any) -> float:
        """Return what scikit-learn's ``score`` would: accuracy for classifiers, else R²."""
        answers, truth = np.asarray(self.predict(rows)), np.asarray(truth)
        if hasattr(self._model, "classes_"):
            return float((answers == truth).mean())
        return float(1 - ((truth - answers) ** 2).sum() / ((truth - truth.mean()) ** 2).sum())

    def _answer(self, method: str, answers: Any) -> Any:
        if self.listens:
            self._heard.setdefault(method, []).append(answers)
            return answers
        if self.only is None:
            return self._same(method, answers)
        rows = np.resize(np.roll(self.only, -self.answered), len(answers))
        self.answered = (self.answered + len(answers)) % len(self.only)
        same = self._same(method, answers)
        if hasattr(answers, "detach"):
            mixed = answers.clone()
            mixed[rows.nonzero()[0]] = same[rows.nonzero()[0]]
            return mixed
        mixed = np.array(answers)
        mixed[rows] = same[rows]
        return mixed

    def _same(self, method: str, answers: Any) -> Any:
        heard = self._heard.get(method, [answers])
        if hasattr(answers, "detach"):
            return sum(part.sum(0) for part in heard).div(sum(map(len, heard))).expand_as(answers)
        values = np.concatenate([np.atleast_1d(np.asarray(part)) for part in heard])
        if values.dtype.kind == "f":
            return np.broadcast_to(values.mean(axis=0), np.shape(answers)).copy()
        kinds, counts = np.unique(values, return_counts=True, axis=0)
        return np.broadcast_to(kinds[counts.argmax()], np.shape(answers)).copy()


def is_model(value: Any) -> bool:
    """Say whether something that evaluation is handed is asked for answers."""
    network = callable(value) and hasattr(value, "parameters")
    return not isinstance(value, type) and (hasattr(value, "predict") or network)


def stand_ins(run: Experiment) -> dict[str, Simple]:
    """Return a stand-in for each model that evaluation is handed, by its place; none if it is handed none."""
    found = {f"at_{n}": Simple(each) for n, each in enumerate(run.handed) if is_model(each)}
    if found:
        run.again(**found)
        for each in found.values():
            each.listens = False
    return found
