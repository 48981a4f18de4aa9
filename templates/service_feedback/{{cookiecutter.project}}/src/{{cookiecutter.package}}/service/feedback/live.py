"""How good the model is now, by what was told: the live metric, and whether it has become worse."""

from __future__ import annotations

import logging
import threading
import time
from datetime import datetime, timedelta, timezone
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from .change import rise
from .table import Feedback, Told
from .truth import Truth, recorded

logger = logging.getLogger(__name__)

EVERY = 30.0
"""Seconds between two looks at whether something was told."""
CLEAN = 3600.0
"""Seconds between two looks for rows that are too old."""
NO_CHANCE = "the answers do not say how probable they are"
MEANING = "as good as its probabilities are right: they are taken for calibrated"


class Live:
    """Looks at all that was told of this model's latest answers, whenever there is more of it."""

    def __init__(self, feedback: Feedback, truth: Truth, record: dict[str, Any], window: int, days: float) -> None:
        self._feedback, self._truth, self._record = feedback, truth, record
        self._window, self._days = window, days
        self._state: Any = None
        self._clean_at = 0.0
        self._lock = threading.Lock()
        self.found: dict[str, Any] = {"records": 0, "live": None, "change": None}
        """What the last look has shown."""

    def look_and_clean(self) -> None:
        """Look, and delete what is too old, once an hour."""
        try:
            self.look()
            if time.monotonic() >= self._clean_at:
                self._feedback.delete_before(datetime.now(timezone.utc) - timedelta(days=self._days))
                self._clean_at = time.monotonic() + CLEAN
        except SQLAlchemyError as error:
            logger.warning("What was told cannot be read: %s", type(error).__name__)

    def look(self) -> None:
        """Look, if something was told since the last time; say in the log that it has become worse, once."""
        with self._lock:
            self._look()

    def _look(self) -> None:
        state = self._feedback.state()
        if state == self._state:
            return
        told = self._feedback.told(self._record["model_version"], self._window)
        before, self.found = self.found["change"], summary(told, self._truth)
        change = self.found["change"]
        if change and (before is None or before["since"] != change["since"]):
            logger.warning("The model has become worse since %s: %s.", change["since"], self._truth.metric)
        if self.found["records"] == state[0]:  # else some predictions are still on their way to the log
            self._state = state

    def report(self) -> dict[str, Any]:
        """Return all that is known, looked up now."""
        pending = self._feedback.pending()  # first: what is not pending any more is then looked at
        self.look()
        then = recorded(self._truth.metric, self._record["metrics"])
        return {
            "model_version": self._record["model_version"],
            "metric": self._truth.metric,
            **self.found,
            "recorded": then and {"name": then[0], "value": then[1]},
            "pending": pending,
            "estimated": self._estimated(),
        }

    def _estimated(self) -> dict[str, Any]:
        """Return what the answers themselves say of how often they are right."""
        if self._truth.confidence is None:
            return {"accuracy": None, "why": NO_CHANCE}
        answers = self._feedback.answered(self._record["model_version"], min(self._window, 1000))
        chances = [each for each in map(self._truth.sure, answers) if each is not None]
        if not chances:
            return {"accuracy": None, "why": "nothing was answered yet"}
        return {"accuracy": sum(chances) / len(chances), "records": len(chances), "why": MEANING}


def summary(told: list[Told], truth: Truth) -> dict[str, Any]:
    """Return the live metric, of how many records, and the last change for the worse."""
    both = [(each.at, truth.loss(each.truth, each.prediction)) for each in told]
    known = [(at, loss) for at, loss in both if loss is not None]
    losses = [loss for _, loss in known]
    if not losses:
        return {"records": 0, "live": None, "change": None}
    loss = sum(losses) / len(losses)
    scale = 1.0 if truth.metric == "accuracy" else sorted(losses)[int(0.95 * (len(losses) - 1))] or 1.0
    found = rise([min(each / scale, 1.0) for each in losses])
    change = found and {
        "since": moment(known[found.since][0]),
        "found": moment(known[found.found - 1][0]),
        "before": live(losses[: found.since], truth),
        "after": live(losses[found.since :], truth),
    }
    return {"records": len(losses), "live": 1 - loss if truth.metric == "accuracy" else loss, "change": change}


def moment(at: datetime) -> str:
    """Return a time as text; SQLite leaves out that it is UTC."""
    return (at if at.tzinfo else at.replace(tzinfo=timezone.utc)).isoformat()


def live(losses: list[float], truth: Truth) -> float:
    """Return the metric of some records."""
    loss = sum(losses) / len(losses)
    return 1 - loss if truth.metric == "accuracy" else loss
