"""``POST /predict``: records in, predictions out."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from anyio import CapacityLimiter
from anyio.to_thread import run_sync

from ..model import Model, RecordsRefused
from ..schema import REQUEST, check, seen
from .body import read_records
from .exchange import Exchange, Reply
from .openapi import PREDICT
from .problems import ProblemError
from .service import Service


def install(service: Service) -> None:
    """Add it; predictions are made beside the server's loop, as many at a time as the settings say."""
    limiter = CapacityLimiter(service.settings.predict_threads)

    async def predict(exchange: Exchange) -> Reply:
        """Answer one prediction for each record, in order."""
        model = service.loaded
        records = await read_records(exchange, service.settings)
        predictions = await run_sync(answer, model, records, limiter=limiter)
        exchange.records, exchange.predictions = records, predictions
        body = {"predictions": predictions, "model_version": model.version}
        return Reply(200, json.dumps(body, ensure_ascii=False, allow_nan=False).encode())

    service.answer_at_once("POST", "/predict", predict, tags=["prediction"], **PREDICT)


def answer(model: Model, records: list[Any]) -> list[Any]:
    """Check the records and predict.

    Raises:
        ProblemError: 422, with every problem of every record.
    """
    problems = [asdict(problem) for problem in check(records)]
    if problems:
        raise ProblemError(422, "Some records are not what the schema asks for.", problems)
    try:
        return model.predict(records)
    except RecordsRefused as error:
        errors = [
            {"record": position, "field": field, "message": no_answer(field, records[position])}
            for position, fields in error.refused.items()
            for field in (*fields,) or (None,)
        ]
        raise ProblemError(422, "The model has no answer for some records.", errors) from None


def no_answer(field: str | None, record: Any) -> str:
    """Say that the model has no answer, and what the notebook's rows had in the field at fault."""
    if field is None:
        return "the model has no answer for this record"
    known = next((each for each in REQUEST["fields"] if each["name"] == field), None)
    if known is None or within(known, record.get(field)):
        return "the model has no answer for this value"
    return f"the model has no answer for this value. {seen(known)}".strip()


def within(field: Mapping[str, Any], value: Any) -> bool:
    """Whether a number lies in the range that the notebook's rows had, which then says nothing of what is wrong."""
    low, high = field.get("minimum"), field.get("maximum")
    if field.get("categories") or not all(isinstance(each, (int, float)) for each in (low, high, value)):
        return False
    return bool(low <= value <= high)
