"""Predict."""

from __future__ import annotations

from sklearn.pipeline import Pipeline


def predict(messages: list[str], *, model: Pipeline, names: dict[int, str]) -> list[str]:
    """Return ham or spam for each message."""
    return [names[label] for label in model.predict(messages)]
