"""Predict."""

from __future__ import annotations

import pandas as pd
from sklearn.pipeline import Pipeline


def predict(sample: pd.DataFrame, *, pipeline: Pipeline, threshold: float) -> pd.DataFrame:
    """Return label and probability for each customer."""
    probability = pipeline.predict_proba(sample)[:, 1]
    return pd.DataFrame({"leaves": probability > threshold, "probability": probability})
