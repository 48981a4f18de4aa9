"""Records that the request schema must refuse, made from a good one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any


WRONG = {"integer": "1", "number": "1.5", "boolean": "true", "string": 1, "datetime": "yesterday"}


def bad_records(good: dict[str, Any], request: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield what is wrong, and a record in which it is."""
    yield "not an object", [good]
    yield "extra field", {**good, "no such field": 1}
    for field in request["fields"]:
        name = field["name"]
        yield f"{name} missing", {key: value for key, value in good.items() if key != name}
        if field["type"] in WRONG:
            yield f"{name} of the wrong type", {**good, name: WRONG[field["type"]]}
            yield f"{name} nested", {**good, name: [[]]}
        if field["type"] in ("integer", "number"):
            yield f"{name} not finite", {**good, name: float("nan")}
            yield f"{name} boolean", {**good, name: True}
        if field["type"] == "integer":
            yield f"{name} huge", {**good, name: 10**30}
            yield f"{name} with a fraction", {**good, name: 1.5}
        if field["type"] == "string":
            yield f"{name} with a lone surrogate", {**good, name: "\ud800"}
        if not field.get("nullable") and field["type"] != "any":
            yield f"{name} null", {**good, name: None}
