"""The parts of a request of the Open Inference Protocol: its JSON, the bytes behind it, and which outputs it wants."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .parsing import parse
from .problems import ProblemError

HEADER_LENGTH = "inference-header-content-length"
DIGITS = 18
"""Of a length: Python reads no number of some thousands."""


def parts_of(
    raw: bytes, header_length: str | None, max_nesting: int
) -> tuple[dict[str, Any], bytes]:
    """Return the JSON of a body, and the bytes behind it."""
    length = len(raw)
    if header_length is not None:
        if (
            not header_length.isascii()
            or not header_length.isdigit()
            or len(header_length) > DIGITS
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
