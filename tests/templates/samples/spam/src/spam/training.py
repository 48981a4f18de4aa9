"""Train the model."""

from __future__ import annotations

from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline, make_pipeline

from .parameters import Parameters


def train(parameters: Parameters, data: tuple[list[str], list[int]]) -> tuple[Pipeline, dict[int, str]]:
    """Return the fitted pipeline and the labels' names."""
    texts, labels = data
    model = make_pipeline(TfidfVectorizer(stop_words=["at", "for"]), LogisticRegression())
    return model.fit(texts, labels), {0: "ham", 1: "spam"}
