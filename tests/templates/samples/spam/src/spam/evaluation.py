"""Evaluate the model."""

from __future__ import annotations

from sklearn.pipeline import Pipeline


def evaluate(data: tuple[list[str], list[int]], model: Pipeline) -> dict[str, float]:
    """Return the accuracy."""
    return {"accuracy": float(model.score(*data))}
