"""What was true beside what was answered: which values can be held against each other, and how far apart they are."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ...schema import EXAMPLE, RESPONSE
from ...schema.scalars import boolean, integer, number, string

CHECKS: dict[type, Callable[[Any, Mapping[str, Any]], str]] = {
    bool: boolean,
    int: integer,
    float: number,
    str: string,
}
TYPES = {"boolean": bool, "integer": int, "number": float, "string": str}
ERRORS = {"mae", "mse", "rmse", "mape", "rmsle"}
CONFIDENT = re.compile("prob|confidence", re.IGNORECASE)


@dataclass(frozen=True)
class Truth:
    """How a truth is held against an answer."""

    place: str
    """Which value of an answer: a key or a number, ``""`` for the whole answer."""
    kind: type
    metric: str
    """``accuracy`` of labels, ``mean_absolute_error`` of numbers."""
    confidence: str | None
    """Where an answer says how probable it is."""

    def problem(self, truth: Any) -> str:
        """Say what is wrong with a truth; nothing if it can be an answer."""
        return CHECKS[self.kind](truth, {})

    def loss(self, truth: Any, prediction: Any) -> float | None:
        """Return 0 or 1 for a label, the absolute difference for a number; None where there was no answer."""
        answer = value_at(prediction, self.place)
        if answer is None:
            return None
        if self.metric == "accuracy":
            return float(answer != truth)
        return abs(float(answer) - float(truth)) if isinstance(answer, int | float) else None

    def sure(self, prediction: Any) -> float | None:
        """Return how probable the answer says its label is."""
        chance = value_at(prediction, self.confidence or "")
        if self.confidence is None or not isinstance(chance, int | float) or not 0 <= chance <= 1:
            return None
        if "prob" not in (self.confidence or "").lower():
            return chance
        label = value_at(prediction, self.place)
        if self.kind is bool or label in (0, 1):
            return chance if label else 1 - chance
        return max(chance, 1 - chance)


def truth_of(place: str, metrics: Mapping[str, Any]) -> Truth | str:
    """Return how the truth is held against this model's answers, or why it cannot be.

    Whole numbers are labels unless the metrics that were recorded at training are errors of numbers.
    """
    example = EXAMPLE["response"] if EXAMPLE else None
    kinds = {name: type(value) for name, value in places(example).items() if type(value) in CHECKS}
    if not isinstance(example, dict | list):
        kinds = {"": TYPES.get(RESPONSE.get("type", ""), kinds.get(""))}
    chosen = place or only(kinds)
    kind = kinds.get(chosen) if chosen is not None else None
    if kind is None:
        names = ", ".join(kinds) or "none"
        return f"FEEDBACK_PLACE must say which value of an answer the truth is held against; there are: {names}"
    errors = {word for name in metrics for word in words(name)} & ERRORS
    is_label = kind in (bool, str) or (kind is int and not errors)
    found = [name for name in kinds if kinds[name] is float and CONFIDENT.search(name)]
    confidence = found[0] if is_label and len(found) == 1 else None
    return Truth(chosen or "", kind, "accuracy" if is_label else "mean_absolute_error", confidence)


def places(answer: Any) -> dict[str, Any]:
    """Return the values of an answer by their place in it."""
    if isinstance(answer, dict):
        return {str(name): value for name, value in answer.items()}
    if isinstance(answer, list):
        return {str(number): value for number, value in enumerate(answer)}
    return {"": answer}


def value_at(answer: Any, place: str) -> Any:
    """Return the value at a place, None where there is none."""
    return places(answer).get(place)


def only(kinds: Mapping[str, type | None]) -> str | None:
    """Return the only place, or the only label among numbers with a fraction."""
    labels = [name for name, kind in kinds.items() if kind is not float]
    return next(iter(kinds)) if len(kinds) == 1 else labels[0] if len(labels) == 1 else None


def words(name: str) -> Sequence[str]:
    """Return the words of a metric's name."""
    return [word for word in re.split("[^a-z]+", name.lower()) if word]


def recorded(metric: str, metrics: Mapping[str, Any]) -> tuple[str, float] | None:
    """Return the metric of the same kind that was recorded at training, with its name."""
    for name, value in metrics.items():
        said = set(words(name))
        if said & {"train", "training", "balanced"} or not isinstance(value, int | float):
            continue
        same = {"accuracy", "acc"} & said if metric == "accuracy" else "mae" in said
        if same or (metric != "accuracy" and {"mean", "absolute", "error"} <= said):
            return name, float(value)
    return None
