"""The request schema as JSON Schema, for ``/docs``."""

from __future__ import annotations

from typing import Any

from .scalars import Field, number_type

TYPES: dict[str, dict[str, Any]] = {
    "integer": {"type": "integer"},
    "number": {"type": "number"},
    "boolean": {"type": "boolean"},
    "string": {"type": "string"},
    "datetime": {"type": "string", "format": "date-time"},
    "any": {},
}


def value_schema(field: Field) -> dict[str, Any]:
    """Return the JSON Schema of a value."""
    if field["type"] == "array":
        schema = array_schema(field)
    elif field["type"] == "object":
        schema = object_schema(field)
    else:
        schema = dict(TYPES[field["type"]])
    if field.get("fixed"):
        schema["enum"] = list(field["categories"])
    if field.get("nullable") and "type" in schema:
        schema["type"] = [schema["type"], "null"]
        if "enum" in schema:
            schema["enum"].append(None)
    if seen(field):
        schema["description"] = seen(field)
    return schema


def object_schema(field: Field) -> dict[str, Any]:
    """Return the JSON Schema of an object."""
    schema: dict[str, Any] = {
        "type": "object",
        "properties": {inner["name"]: value_schema(inner) for inner in field["fields"]},
        "required": [inner["name"] for inner in field["fields"]],
        "additionalProperties": False,
    }
    if field.get("ignored"):
        names = ", ".join(field["ignored"])
        schema["description"] = f"May also have, and the model does not use them: {names}"
        schema["properties"].update({name: {"description": "Ignored"} for name in field["ignored"]})
    return schema


def array_schema(field: Field) -> dict[str, Any]:
    """Return the JSON Schema of nested lists."""
    schema: dict[str, Any] = {"type": number_type(field)}
    for length in reversed(field.get("shape", [-1])):
        schema = {"type": "array", "items": schema, "minItems": max(length, 1)}
        if length >= 0:
            schema["maxItems"] = length
    return schema


def seen(field: Field) -> str:
    """Say what the notebook's rows held; this describes and does not forbid."""
    if field.get("categories") and not field.get("fixed"):
        return "Seen in the notebook: " + ", ".join(map(str, field["categories"]))
    if field.get("minimum") is not None and field.get("maximum") is not None:
        return f"Seen in the notebook: {field['minimum']} to {field['maximum']}"
    return ""
