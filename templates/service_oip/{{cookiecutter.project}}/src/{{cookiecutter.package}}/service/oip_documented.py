"""What ``/docs`` says of paths of the Open Inference Protocol: who may be named, what is sent, and refusals in its own form."""

from __future__ import annotations

from typing import Any

from .oip_model import NAME
from .oip_tensors import INPUTS
from .openapi import content

ERROR = content("application/json", {"type": "object", "properties": {"error": {"type": "string"}}, "required": ["error"]})
TENSOR = {
    "type": "object",
    "properties": {
        "name": {"enum": [each.name for each in INPUTS]},
        "datatype": {"type": "string"},
        "shape": {"type": "array", "items": {"type": "integer", "minimum": 0}},
        "data": {"type": "array", "description": "Left out where the bytes follow the JSON"},
    },
    "required": ["name", "datatype", "shape"],
}
BODY = {
    "type": "object",
    "properties": {"id": {"type": "string"}, "inputs": {"type": "array", "minItems": 1, "items": TENSOR}},
    "required": ["inputs"],
}
BYTES = {"schema": {"type": "string", "format": "binary", "description": "The JSON, then the bytes of tensors"}}


def refusals(**said: str) -> dict[int | str, dict[str, Any]]:
    """Return OpenAPI responses for errors, such as ``at404="No such model"``."""
    return {int(at.removeprefix("at")): {"description": words, **ERROR} for at, words in said.items()}


SERVER = refusals(at500="A bug; the log has the details", at503="Not ready, or too much to do")
MODEL = {**SERVER, **refusals(at404="There is no such model, or no such version")}
REFUSED = refusals(at400="Not what the protocol or the schema asks for", at408="Too slow", at413="Too large", at501="Takes the notebook's own code")
INFER: dict[str, Any] = {
    "body": {"requestBody": {"required": True, **content("application/json", BODY)}},
    "responses": {**MODEL, **REFUSED, 200: {"description": "A tensor for each output", "content": {"application/octet-stream": BYTES}}},
}


def below(version: bool, body: dict[str, Any] | None = None, responses: Any = None) -> dict[str, Any]:
    """Return what ``add_api_route`` is to be told of a path that names the model, and maybe its version."""
    names = [("model", {"type": "string", "enum": [NAME]})]
    names += [("version", {"type": "string"})] if version else []
    parameters = [{"name": name, "in": "path", "required": True, "schema": schema} for name, schema in names]
    return {"openapi_extra": {"parameters": parameters, **(body or {})}, "responses": responses or MODEL}
