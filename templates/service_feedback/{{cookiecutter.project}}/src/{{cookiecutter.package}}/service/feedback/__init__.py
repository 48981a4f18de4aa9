"""``POST /feedback``: what was true of records that were answered; ``GET /feedback``: how good the model is by that."""

from __future__ import annotations

import logging
from typing import Any

from anyio.to_thread import run_sync
from fastapi import Request
from sqlalchemy.exc import SQLAlchemyError

from ..body import read_json
from ..exchange import Exchange
from ..openapi import REFUSED, content, problem
from ..parsing import parse
from ..problems import ProblemError, busy
from ..service import Service
from .entries import BODY, rows_of
from .live import EVERY, Live
from .table import Feedback
from .truth import Truth, truth_of

logger = logging.getLogger(__name__)

NO_LOG = "There is no prediction log (PREDICTION_LOG) that what was true could be held against."
AWAY = "The database cannot be reached."


def install(service: Service) -> None:
    """Add both, and a number for ``/metrics``."""
    settings = service.settings
    if not settings.feedback:
        return
    parts: list[tuple[Feedback, Truth, Live]] = []
    why = [NO_LOG]

    async def start() -> None:
        truth = truth_of(settings.feedback_place, service.loaded.record["metrics"])
        if service.database is None:
            return
        if isinstance(truth, str):
            logger.warning("Nobody can tell what was true: %s.", truth)
            why[0] = f"{truth}."
            return
        feedback = Feedback(service.database)
        record, days = service.loaded.record, settings.feedback_days
        live = Live(feedback, truth, dict(record), settings.feedback_window, days)
        parts.append((feedback, truth, live))

    async def stop() -> None:
        if parts:
            parts.pop()[0].engine.dispose()

    def look() -> None:
        for _, _, live in parts:
            live.look_and_clean()

    def there() -> tuple[Feedback, Truth, Live]:
        if not parts:
            raise ProblemError(409, why[0])
        return parts[0]

    async def tell(request: Request) -> dict[str, int]:
        """Take what was true; whatever is answered with 200 is in the database."""
        feedback, truth, _ = there()
        exchange: Exchange = request.state.exchange
        body = parse(await read_json(exchange, settings), settings.max_nesting)
        rows = rows_of(body, truth, settings.max_records, exchange.caller)
        try:
            pending = await run_sync(feedback.keep, rows)
        except SQLAlchemyError as error:
            logger.warning("What was true could not be written: %s", type(error).__name__)
            raise busy(AWAY) from None
        return {"kept": len(rows), "pending": pending}

    def report() -> dict[str, Any]:
        """Say how good the model is by what was told, and whether it has become worse."""
        try:
            return there()[2].report()
        except SQLAlchemyError:
            raise busy(AWAY) from None

    def live_metric() -> dict[str, float]:
        return {
            truth.metric: live.found["live"] for _, truth, live in parts if live.found["live"] is not None
        }

    service.on_start.append(start)
    service.on_stop.append(stop)
    service.every(EVERY, look, "feedback")
    body = {"requestBody": {"required": True, **content("application/json", BODY)}}
    cannot = {409: problem("There is nothing that the truth could be held against")}
    service.app.post(
        "/feedback",
        tags=["feedback"],
        name="tell_feedback",
        openapi_extra=body,
        responses={**REFUSED, **cannot},
    )(tell)
    service.app.get("/feedback", tags=["feedback"], name="feedback", responses=cannot)(report)
    words = "How good the answers were of which the truth was told."
    service.gauges["feedback_live_metric"] = (words, "metric", live_metric)
    words = "Records of this model of which the truth was told, of the latest FEEDBACK_WINDOW."
    service.gauges["feedback_records"] = (
        words,
        "metric",
        lambda: {truth.metric: live.found["records"] for _, truth, live in parts},
    )
    words = "1 if the model has become worse by what was told."
    service.gauges["feedback_worse"] = (
        words,
        "metric",
        lambda: {truth.metric: live.found["change"] is not None for _, truth, live in parts},
    )
