"""Check single values. A problem is a pair: where in the record, and what is wrong there."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any

Field = Mapping[str, Any]
Problems = Iterator[tuple[str, str]]

FLOAT_LIMITS = {"float16": 65504.0, "float32": 3.4028234663852886e38}


def problems_with(value: Any, field: Field, where: str) -> Problems:
    """Yield what is wrong with a value of any type."""
    if value is None:
        if not field.get("nullable"):
            yield where, "must not be null"
    elif field["type"] in NESTED:
        yield from NESTED[field["type"]](value, field, where)
    else:
        message = SIMPLE[field["type"]](value, field)
        if message:
            yield where, message


def integer(value: Any, field: Field) -> str:
    """Complain unless it is an integer that the field's dtype can hold."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return "must be an integer"
    low, high = integer_limits(str(field.get("dtype", "int64")))
    if not math.isfinite(value):
        return "must be an integer, not NaN or Infinity"
    if not low <= value <= high:
        return f"must be an integer between {low} and {high}"
    return "" if isinstance(value, int) else "must be an integer, written without a fraction"


def integer_limits(dtype: str) -> tuple[int, int]:
    """Return the smallest and largest integer of a dtype such as ``uint8``; of int64 if unknown."""
    match = re.fullmatch(r"(u?)int(8|16|32|64)", dtype.lower().removeprefix("torch."))
    unsigned, bits = (match[1], int(match[2])) if match else ("", 64)
    return (0, 2**bits - 1) if unsigned else (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1)


def number(value: Any, field: Field) -> str:
    """Complain unless it is a finite number that the field's dtype can hold."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return "must be a number"
    if not math.isfinite(value):
        return "must be a finite number, not NaN or Infinity"
    dtype = str(field.get("dtype", "")).lower().removeprefix("torch.")
    limit = FLOAT_LIMITS.get(dtype, math.inf)
    return "" if abs(value) <= limit else f"must be between {-limit} and {limit}"


def boolean(value: Any, field: Field) -> str:
    """Complain unless it is true or false."""
    return "" if isinstance(value, bool) else "must be true or false"


def string(value: Any, field: Field) -> str:
    """Complain unless it is text, and one of the categories where these are fixed."""
    if not isinstance(value, str):
        return "must be a string"
    if not is_unicode(value):
        return "must be valid Unicode, without lone surrogates"
    if field.get("fixed") and value not in field["categories"]:
        return f"must be one of {', '.join(map(repr, field['categories']))}"
    return ""


def is_unicode(text: str) -> bool:
    """Say whether the text can be written as UTF-8."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def moment(value: Any, field: Field) -> str:
    """Complain unless it is an ISO 8601 date and time, with a UTC offset where training had one."""
    try:
        parsed = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        return "must be a date and time as in ISO 8601, such as 2024-05-31T12:00:00"
    aware = "," in str(field.get("dtype", "")) or "UTC" in str(field.get("dtype", ""))
    if aware != (parsed.tzinfo is not None):
        return f"must have {'a' if aware else 'no'} UTC offset"
    return ""


def array(value: Any, field: Field, where: str) -> Problems:
    """Yield what is wrong with nested lists of numbers: shape first, then what is in them."""
    shape = list(field.get("shape", [-1]))
    complaint = wrong_shape(value, shape, where)
    if complaint:
        yield complaint
        return
    element = {"type": number_type(field), "dtype": field.get("dtype")}
    for reported, problem in enumerate(leaves(value, len(shape), element, where)):
        if reported == 10:
            yield where, "has more of the same problems"
            return
        yield problem


def number_type(field: Field) -> str:
    """Return the type of an array's numbers."""
    dtype = str(field.get("dtype", "float64")).lower().removeprefix("torch.")
    if dtype.startswith(("int", "uint")):
        return "integer"
    return "boolean" if dtype.startswith("bool") else "number"


def wrong_shape(value: Any, shape: list[int], where: str) -> tuple[str, str] | None:
    """Return the first place where the lists do not have the shape; -1 is any length above 0."""
    if not shape:
        return (where, "must not be a list here") if isinstance(value, list) else None
    if not isinstance(value, list):
        return where, "must be a list"
    if not value or shape[0] not in (-1, len(value)):
        wanted = "at least one item" if shape[0] == -1 else f"{shape[0]} items"
        return where, f"must have {wanted}, not {len(value)}"
    rest = list(shape[1:])
    if rest and rest[0] == -1 and isinstance(value[0], list):
        rest[0] = len(value[0])
    found = (wrong_shape(item, rest, f"{where}[{place}]") for place, item in enumerate(value))
    return next((problem for problem in found if problem), None)


def leaves(value: Any, depth: int, element: Field, where: str) -> Problems:
    """Yield what is wrong with the numbers of lists whose shape is right."""
    if depth == 0:
        yield from problems_with(value, element, where)
        return
    for place, item in enumerate(value):
        yield from leaves(item, depth - 1, element, f"{where}[{place}]")


def mapping(value: Any, field: Field, where: str) -> Problems:
    """Yield what is wrong with an object: missing, extra and wrong fields."""
    if not isinstance(value, dict):
        yield where, "must be an object"
        return
    prefix = f"{where}." if where else ""
    known = {inner["name"]: inner for inner in field.get("fields", [])}
    for name, inner in known.items():
        if name in value:
            yield from problems_with(value[name], inner, f"{prefix}{name}")
        else:
            yield f"{prefix}{name}", "is missing"
    extra = [name for name in value if name not in known]
    for name in extra[:10]:
        yield f"{prefix}{ascii(name)[1:-1][:80]}", "is not a known field"
    if len(extra) > 10:
        yield where, f"has {len(extra) - 10} more fields that are not known"


def anything(value: Any, field: Field) -> str:
    """Accept every value."""
    return ""


SIMPLE: dict[str, Callable[[Any, Field], str]] = {
    "integer": integer,
    "number": number,
    "boolean": boolean,
    "string": string,
    "datetime": moment,
    "any": anything,
}
NESTED: dict[str, Callable[[Any, Field, str], Problems]] = {"array": array, "object": mapping}
