"""Tensors in, tensors out: a request of the Open Inference Protocol and its answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import Request, Response

from .body import read_in_time
from .exchange import Exchange
from .oip_bodies import read_tensors, write_tensors
from .oip_model import NAME
from .oip_tensors import TensorError, records_of, tensors_of
from .parsing import parse
from .problems import ProblemError
from .records import refuse_wrong
from .service import Service

HEADER_LENGTH = "inference-header-content-length"


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
    said = {"model_name": NAME, "model_version": service.loaded.version}
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


def parts_of(
    raw: bytes, header_length: str | None, max_nesting: int
) -> tuple[dict[str, Any], bytes]:
    """Return the JSON of a body, and the bytes behind it."""
    length = len(raw)
    if header_length is not None:
        if (
            not header_length.isascii()
            or not header_length.isdigit()
            or int(header_length) > length
        ):
            raise ProblemError(400, f"{HEADER_LENGTH} must say how long the JSON is.")
        length = int(header_length)
    body = parse(raw[:length], max_nesting)
    if not isinstance(body, dict):
        raise ProblemError(400, "The request must be an object.")
    return body, raw[length:]


def wanted_outputs(body: Mapping[str, Any], names: list[str]) -> tuple[list[str], dict[str, bool]]:
    """Return which outputs are asked for, and which of them as bytes."""
    parameters = body.get("parameters")
    every = isinstance(parameters, dict) and parameters.get("binary_data_output") is True
    asked = body.get("outputs")
    if not asked:
        return names, dict.fromkeys(names, every)
    if not isinstance(asked, list) or not all(isinstance(each, dict) for each in asked):
        raise ProblemError(400, '"outputs" must be a list of objects.')
    found: dict[str, bool] = {}
    for each in asked:
        if each.get("name") not in names:
            raise ProblemError(
                400, f"There are outputs that are not known; known are {', '.join(names)}."
            )
        own = each.get("parameters")
        found[each["name"]] = (
            bool(own.get("binary_data", every)) if isinstance(own, dict) else every
        )
    return list(found), found
