"""JSON text in, the value out: strictly, and by words that say where it is wrong."""

from __future__ import annotations

import json
from typing import Any

from .problems import ProblemError


def parse(raw: bytes, max_nesting: int) -> Any:
    """Return the JSON value. NaN and Infinity get through: the schema's check names their place.

    Raises:
        ProblemError: 400 if it is not JSON, or says the same thing twice, or is nested too deeply.
    """
    try:
        value = json.loads(raw.decode("utf-8"), parse_int=integer, object_pairs_hook=unique)
        refuse_deeper(value, max_nesting)
        return value
    except UnicodeDecodeError:
        raise ProblemError(400, "The body is not valid UTF-8.") from None
    except RecursionError:
        raise ProblemError(400, "The body is nested too deeply.") from None
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise ProblemError(400, f"The body is not valid JSON at {place}.") from None


def refuse_deeper(value: Any, levels: int) -> None:
    """Raise if lists and objects lie deeper in each other than that."""
    if isinstance(value, dict | list):
        if levels == 0:
            raise ProblemError(400, "The body is nested too deeply.")
        for inner in value.values() if isinstance(value, dict) else value:
            refuse_deeper(inner, levels - 1)


def integer(digits: str) -> int | float:
    """Return the integer; beyond 30 digits a float, which costs no time and fits no integer."""
    return int(digits) if len(digits) <= 30 else float(digits)


def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return the object, unless it says the same thing twice."""
    result = dict(pairs)
    if len(result) != len(pairs):
        raise ProblemError(400, "An object in the body has the same key twice.")
    return result


def records_of(body: Any, limit: int) -> list[Any]:
    """Return the list of records.

    Raises:
        ProblemError: 422 if the body has another form.
    """
    if not isinstance(body, dict) or "records" not in body:
        raise ProblemError(422, 'The body must be an object: {"records": [...]}.')
    if len(body) > 1:
        raise ProblemError(422, 'The body must hold "records" and nothing else.')
    records = body["records"]
    if not isinstance(records, list):
        raise ProblemError(422, '"records" must be a list.')
    if not 1 <= len(records) <= limit:
        raise ProblemError(422, f'"records" must hold between 1 and {limit} records.')
    return records
