"""``GET /metrics``: what a monitor collects, in Prometheus' text format."""

from __future__ import annotations

import logging
from collections import Counter
from typing import Any

from fastapi.responses import PlainTextResponse

from .age import age_of, is_stale
from .exchange import Exchange
from .service import Service

logger = logging.getLogger(__name__)

HELP = {
    "predictions_total": ("counter", "Records that were answered."),
    "values_not_finite_total": ("counter", "Values of answers that were missing, NaN or infinite."),
    "model_age_seconds": ("gauge", "Seconds since the model was trained, or since it was put here."),
    "model_stale": ("gauge", "1 if the model is older than MODEL_MAX_AGE_DAYS."),
}


def install(service: Service) -> None:
    """Count answers, and add the page of numbers."""
    if not service.settings.metrics:
        return
    counts: Counter[str] = Counter()

    async def metrics() -> PlainTextResponse:
        """Give all numbers."""
        age = age_of(service.loaded)
        values = {
            "predictions_total": counts["predictions"],
            "values_not_finite_total": counts["not finite"],
            "model_age_seconds": round(age),
            "model_stale": int(is_stale(age, service.settings.model_max_age_days)),
        }
        lines = []
        for name, value in values.items():
            kind, words = HELP[name]
            lines += [f"# HELP {name} {words}", f"# TYPE {name} {kind}", f"{name} {value}"]
        return PlainTextResponse("\n".join([*lines, ""]), media_type="text/plain; version=0.0.4")

    service.watchers.append(lambda exchange: count(counts, exchange))
    service.app.get("/metrics", response_class=PlainTextResponse, tags=["health"])(metrics)


def count(counts: Counter[str], exchange: Exchange) -> None:
    """Count answers, and the values in them that are null: what JSON has for NaN and infinities."""
    counts["predictions"] += len(exchange.predictions)
    missing = sum(map(nulls, exchange.predictions))
    if missing:
        counts["not finite"] += missing
        logger.warning("%d values of answers are not finite, and null in JSON.", missing)


def nulls(value: Any) -> int:
    """Return how many values in a JSON value are null."""
    if isinstance(value, dict):
        return sum(map(nulls, value.values()))
    return sum(map(nulls, value)) if isinstance(value, list) else int(value is None)
