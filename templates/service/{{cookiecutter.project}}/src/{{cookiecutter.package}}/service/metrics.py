"""``GET /metrics``: what a monitor collects, in Prometheus' text format."""

from __future__ import annotations

import logging
from collections import Counter
from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import PlainTextResponse

from ..model import Model

logger = logging.getLogger(__name__)
router = APIRouter(tags=["health"])

HELP = {
    "predictions_total": ("counter", "Records that were answered."),
    "values_not_finite_total": ("counter", "Values of answers that were missing, NaN or infinite."),
    "model_age_seconds": ("gauge", "Seconds since the model was trained, or since it was put here."),
    "model_stale": ("gauge", "1 if the model is older than MODEL_MAX_AGE_DAYS."),
}


@router.get("/metrics", response_class=PlainTextResponse)
async def metrics(request: Request) -> PlainTextResponse:
    """Give all numbers."""
    state = request.app.state
    age = age_of(state.model)
    values = {
        "predictions_total": state.counts["predictions"],
        "values_not_finite_total": state.counts["not finite"],
        "model_age_seconds": round(age),
        "model_stale": int(is_stale(age, state.settings.model_max_age_days)),
    }
    lines = []
    for name, value in values.items():
        kind, words = HELP[name]
        lines += [f"# HELP {name} {words}", f"# TYPE {name} {kind}", f"{name} {value}"]
    return PlainTextResponse("\n".join([*lines, ""]), media_type="text/plain; version=0.0.4")


def count(counts: Counter[str], predictions: list[Any]) -> None:
    """Count answers, and the values in them that are null: what JSON has for NaN and infinities."""
    counts["predictions"] += len(predictions)
    missing = sum(map(nulls, predictions))
    if missing:
        counts["not finite"] += missing
        logger.warning("%d values of answers are not finite, and null in JSON.", missing)


def nulls(value: Any) -> int:
    """Return how many values in a JSON value are null."""
    if isinstance(value, dict):
        return sum(map(nulls, value.values()))
    return sum(map(nulls, value)) if isinstance(value, list) else int(value is None)


def age_of(model: Model) -> float:
    """Return the model's age in seconds."""
    return (datetime.now().astimezone() - model.trained_at).total_seconds()


def is_stale(age: float, days: float) -> bool:
    """Say whether a model of that age, in seconds, is older than so many days."""
    return age > days * 86_400


def warn_if_stale(model: Model, days: float) -> None:
    """Say in the log that the model is too old."""
    if is_stale(age_of(model), days):
        logger.warning("The model is older than %g days: train it again.", days)
