"""``POST /predict``: records in, predictions out."""

from __future__ import annotations

import json
from asyncio import get_running_loop
from collections.abc import Mapping
from typing import Any

import msgspec

from ..model import RecordsRefused, RecordsUnanswered
from ..schema import REQUEST, seen
from .batching import Batches
from .body import content_type, read_json
from .exchange import Exchange, Reply
from .openapi import PREDICT
from .problems import ProblemError
from .records import good_records
from .service import Service

NOT_COMPILED = "takes the notebook's own code, which is not there: compiled code alone cannot answer, or refuse, this record"

LARGE = 100_000
"""From how many bytes on a body is read beside the server's loop, which else would answer nobody meanwhile."""


def install(service: Service) -> None:
    """Add it; predictions that take their time are made beside the server's loop."""
    settings = service.settings

    def predictions_of(records: list[Any]) -> list[Any]:
        with service.turns:
            return service.loaded.predict(records)

    batches = Batches(predictions_of, settings)
    service.on_stop.append(batches.close)

    async def predict(exchange: Exchange) -> Reply:
        """Answer one prediction for each record, in order."""
        if service.bodies:
            answer = service.bodies.get(content_type(exchange.headers))
            if answer is not None:
                return await answer(exchange)
        raw = await read_json(exchange, settings)
        if len(raw) < LARGE:
            records = good_records(raw, settings)
        else:
            records = await get_running_loop().run_in_executor(None, good_records, raw, settings)
        predictions = await ask(exchange, records)
        return Reply(200, as_json(answer_of(exchange, predictions, service.loaded.version)))

    async def ask(exchange: Exchange, records: list[Any]) -> list[Any]:
        for check in service.checks:
            check(exchange, records)
        predictions = service.loaded.at_once(records)
        if predictions is None:
            predictions = await in_turn(batches, records, exchange)
        for finish in service.finish:
            predictions = finish(predictions)
        exchange.records, exchange.predictions = records, predictions
        return predictions

    service.ask = ask
    service.answer_at_once("POST", "/predict", predict, tags=["prediction"], **PREDICT)


def answer_of(exchange: Exchange, predictions: list[Any], version: str) -> dict[str, Any]:
    """Return what a client is told."""
    answer = {"predictions": predictions, "model_version": version}
    if exchange.flags:
        answer["flags"] = exchange.flags
    return answer


def as_json(body: Any) -> bytes:
    """Return the JSON text; what only looks like a text or a number is no matter for the quick way."""
    try:
        return msgspec.json.encode(body)
    except (TypeError, ValueError, OverflowError):
        return json.dumps(body, ensure_ascii=False, allow_nan=False).encode()


async def in_turn(batches: Batches, records: list[Any], exchange: Exchange) -> list[Any]:
    """Return the predictions when the model has had time for them.

    Raises:
        ProblemError: 422, with the records for which the model has no answer; 503 if it has no time.
    """
    try:
        return await batches.answer(records, exchange)
    except RecordsRefused as error:
        said = no_answers(error, records)
        raise ProblemError(422, "The model has no answer for some records.", said) from None
    except RecordsUnanswered as error:
        said = [{"record": place, "field": None, "message": NOT_COMPILED} for place in error.places]
        raise ProblemError(501, "Some records take a service that runs without SLIM.", said) from None


def no_answers(error: RecordsRefused, records: list[Any]) -> list[dict[str, Any]]:
    """Return what there is to say of each record and field."""
    return [
        {"record": position, "field": field, "message": no_answer(field, records[position])}
        for position, fields in error.refused.items()
        for field in (*fields,) or (None,)
    ]


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
