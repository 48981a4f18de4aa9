"""Tensors in, tensors out: a request of the Open Inference Protocol and its answer."""

from __future__ import annotations

import json
from typing import Any

from fastapi import Request, Response

from .body import read_in_time
from .exchange import Exchange
from .oip_bodies import read_tensors, write_tensors
from .oip_model import NAME
from .oip_parts import HEADER_LENGTH, parts_of, wanted_outputs
from .oip_tensors import TensorError, records_of, tensors_of
from .problems import ProblemError
from .records import refuse_wrong
from .service import Service


async def answer(service: Service, request: Request) -> Response:
    """Read tensors, have the records answered, write tensors."""
    exchange: Exchange = request.state.exchange
    settings = service.settings
    raw = await read_in_time(exchange.receive, settings)
    body, rest = parts_of(raw, request.headers.get(HEADER_LENGTH), settings.max_nesting)
    try:
        records = records_of(read_tensors(body, rest))
    except TensorError as error:
        raise ProblemError(
            400, f"The request is not what the protocol asks for: {error}."
        ) from None
    if not 1 <= len(records) <= settings.max_records:
        most = settings.max_records
        raise ProblemError(400, f"There must be between 1 and {most} records.")
    refuse_wrong(records)
    predictions = await service.ask(exchange, records)
    tensors = tensors_of(predictions)
    wanted, binary = wanted_outputs(body, [tensor.name for tensor in tensors])
    said: dict[str, Any] = {"model_name": NAME, "model_version": service.loaded.version}
    if exchange.flags:  # a parameter is a text, a number or a truth value
        said["parameters"] = {"flags": json.dumps(exchange.flags)}
    if isinstance(body.get("id"), str):
        said["id"] = body["id"]
    text, length = write_tensors(
        said, [tensor for tensor in tensors if tensor.name in wanted], binary
    )
    if length is None:
        return Response(text, media_type="application/json")
    return Response(
        text, media_type="application/octet-stream", headers={HEADER_LENGTH: str(length)}
    )
