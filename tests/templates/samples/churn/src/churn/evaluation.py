"""Evaluate the model."""

from __future__ import annotations

import pandas as pd
from sklearn.pipeline import Pipeline


def evaluate(data: pd.DataFrame, pipeline: Pipeline) -> dict[str, float]:
    """Return the accuracy."""
    return {"accuracy": float(pipeline.score(data.drop(columns="left"), data["left"]))}
