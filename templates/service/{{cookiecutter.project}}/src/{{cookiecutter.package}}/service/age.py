"""How old the model is, and whether that is too old."""

from __future__ import annotations

import logging
from datetime import datetime

from ..model import Model

logger = logging.getLogger(__name__)


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
