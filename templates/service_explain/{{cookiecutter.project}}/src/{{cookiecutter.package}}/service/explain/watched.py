"""The model once more, to be asked about changed records: copies of its fitted objects tell which scores they gave."""

from __future__ import annotations

import copy
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from ...model import DATA_ERRORS, Model
from ...schema import batches
from .scores import SCORES, Score, joined, only_one


@dataclass(frozen=True)
class Asked:
    """What the model said of records."""

    answers: list[Any]
    score: Score | None = None
    """Where exactly one fitted object with classes was asked, and once, about as many rows as there were records."""


class Watched:
    """Asks the model; the copies share what was learnt with the served objects, which are never changed."""

    def __init__(self, model: Model, turns: threading.Semaphore) -> None:
        self._heard = threading.local()
        self._turns = turns
        self.model = copy.copy(model)
        self.model.artifacts = {name: self._listening(value, name) for name, value in model.artifacts.items()}

    def ask(self, records: list[Any], *, scored: bool = True) -> Asked:
        """Return what the notebook's own code answers, and the scores behind it; raises what that raises. Where nobody
        wants scores, code that was proven to answer alike may take its place."""
        answer = self.model.original if scored else self.model.answers_of
        answers, scores = [], []
        for batch in batches(records):
            self._heard.scores = heard = []
            with self._turns:
                try:
                    answers += answer(batch)
                except SystemExit:  # it would end the service, and not only the notebook's code
                    raise RuntimeError("The prediction code called exit().") from None
            scores.append(only_one(heard, len(batch)))
        return Asked(answers, joined(scores))

    def answers(self, records: list[Any]) -> list[Asked]:
        """Return what is said of each record by itself; what ``Model.predict`` raises where some have no answer."""
        try:
            return [self.ask([record]) for record in records]
        except DATA_ERRORS:
            with self._turns:
                self.model.predict(records, quickly=False)
            raise

    def can_answer(self, record: Any) -> bool:
        """Say whether there is an answer to a record."""
        try:
            self.ask([record])
        except DATA_ERRORS:
            return False
        return True

    def _listening(self, value: Any, name: str) -> Any:
        """Return a copy of what has classes and scores them, wherever it lies; anything else as it is."""
        if type(value) is dict:
            return {key: self._listening(inner, f"{name}[{key!r}]") for key, inner in value.items()}
        if type(value) in (list, tuple):
            return type(value)(self._listening(inner, f"{name}[{n}]") for n, inner in enumerate(value))
        scoring = next((each for each in SCORES if callable(getattr(value, each, None))), None)
        if scoring is None or getattr(value, "classes_", None) is None:
            return value
        try:
            twin = copy.copy(value)
            for method in {*SCORES, "predict"}:
                if callable(getattr(value, method, None)):
                    setattr(twin, method, self._telling(value, name, method, scoring))
        except Exception:  # what does not let itself be copied is asked without being listened to
            return value
        return twin

    def _telling(self, fitted: Any, name: str, method: str, scoring: str) -> Callable[..., Any]:
        """Return a method that does what the fitted object's does, and tells the scores; labels have some, too."""

        def told(given: Any, *more: Any, **named: Any) -> Any:
            said = getattr(fitted, method)(given, *more, **named)
            heard = getattr(self._heard, "scores", None)
            if heard is not None:
                by = scoring if method == "predict" else method
                values = getattr(fitted, scoring)(given) if method == "predict" else said
                heard.append((f"{name}.{by}", list(np.asarray(fitted.classes_, dtype=object)), values))
            return said

        return told
