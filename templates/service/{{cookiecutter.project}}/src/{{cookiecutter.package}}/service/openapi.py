"""What ``/docs`` says of ``POST /predict``: the real request schema, with a real example."""

from __future__ import annotations

from typing import Any

from fastapi.routing import APIRoute

from ..schema import EXAMPLE, REASONS, record_schema
from .problems import MEDIA_TYPE
from .service import Service

PROBLEM_SCHEMA = {
    "type": "object",
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "request_id": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "record": {"type": "integer"},
                    "field": {"type": ["string", "null"]},
                    "message": {"type": "string"},
                },
            },
        },
    },
}
REQUEST_SCHEMA = {
    "type": "object",
    "properties": {"records": {"type": "array", "minItems": 1, "items": record_schema()}},
    "required": ["records"],
    "additionalProperties": False,
}
ANSWER_SCHEMA = {
    "type": "object",
    "properties": {
        "predictions": {"type": "array"},
        "model_version": {"type": "string"},
        "flags": {
            "type": "array",
            "description": "What the notebook's rows never had; left out where there is nothing",
            "items": {
                "type": "object",
                "properties": {
                    "record": {"type": "integer"},
                    "field": {"type": ["string", "null"]},
                    "reason": {"enum": list(REASONS)},
                },
            },
        },
    },
    "required": ["predictions", "model_version"],
}


def content(media_type: str, schema: dict[str, Any], example: Any = None) -> dict[str, Any]:
    """Return an OpenAPI ``content`` object."""
    described = {"schema": schema} if example is None else {"schema": schema, "example": example}
    return {"content": {media_type: described}}


def problem(description: str) -> dict[str, Any]:
    """Return an OpenAPI response for an error."""
    return {"description": description, **content(MEDIA_TYPE, PROBLEM_SCHEMA)}


REQUEST_EXAMPLE = EXAMPLE and {"records": [EXAMPLE["request"]]}
ANSWER_EXAMPLE = EXAMPLE and {"predictions": [EXAMPLE["response"]], "model_version": "0123456789ab"}

ANYWHERE: dict[int | str, dict[str, Any]] = {
    500: problem("A bug; the log has the details"),
    503: problem("Too much to do; `Retry-After` says when to come again"),
}
"""What whatever is asked may be told."""

REFUSED: dict[int | str, dict[str, Any]] = {
    400: problem("Not JSON"),
    408: problem("Too slow"),
    413: problem("Too large"),
    415: problem("Not of a content type that is taken"),
    422: problem("Not what the schema asks for"),
}
"""What may be wrong with a body."""

PREDICT: dict[str, Any] = {
    "openapi_extra": {
        "requestBody": {
            "required": True,
            **content("application/json", REQUEST_SCHEMA, REQUEST_EXAMPLE),
        }
    },
    "responses": {
        200: {
            "description": "One prediction for each record, in order",
            **content("application/json", ANSWER_SCHEMA, ANSWER_EXAMPLE),
        },
        **REFUSED,
        501: problem("A record that compiled code does not answer, where it is to answer alone (`SLIM`)"),
    },
}


def document(service: Service) -> None:
    """Say of every path what may be told instead of an answer, in the form in which the path tells it."""
    for route in service.app.routes:
        if not isinstance(route, APIRoute) or route.path in service.open_paths:
            continue
        form = {**ANYWHERE, **route.responses}[503]["content"]
        told = {
            status: {"description": words, "content": form}
            for status, words in service.told.items()
            if status != 429 or "POST" in route.methods
        }
        route.responses = {**told, **route.responses}
