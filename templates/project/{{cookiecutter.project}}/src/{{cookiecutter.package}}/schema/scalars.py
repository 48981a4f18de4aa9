"""Check single values: every check returns what is wrong, or nothing."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

Field = Mapping[str, Any]

FLOAT_LIMITS = {"float16": 65504.0, "float32": 3.4028234663852886e38}


def integer(value: Any, field: Field) -> str:
    """Complain unless it is an integer that the field's dtype can hold; 3.0 is JSON's 3."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return "must be an integer"
    low, high = integer_limits(str(field.get("dtype", "int64")))
    if not math.isfinite(value):
        return "must be an integer, not NaN or Infinity"
    if not low <= value <= high:
        return f"must be an integer between {low} and {high}"
    return "" if value == int(value) else "must be an integer, without a fraction"


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
    """Complain unless it is text."""
    if not isinstance(value, str):
        return "must be a string"
    return "" if is_unicode(value) else "must be valid Unicode, without lone surrogates"


def is_unicode(text: str) -> bool:
    """Say whether the text can be written as UTF-8."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def moment(value: Any, field: Field) -> str:
    """Complain unless it is in ISO 8601, in a table with a UTC offset just where the notebook's had one."""
    try:
        parsed = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        return "must be a date and time as in ISO 8601, such as 2024-05-31T12:00:00"
    dtype = str(field.get("dtype", ""))
    aware = "," in dtype
    if dtype.startswith("datetime64[") and aware != (parsed.tzinfo is not None):
        return f"must have {'a' if aware else 'no'} UTC offset"
    return ""


def anything(value: Any, field: Field) -> str:
    """Accept every value."""
    return ""


def not_fixed(value: Any, field: Field) -> str:
    """Complain if only certain values can be represented, and this is none of them."""
    if not field.get("fixed") or value in field["categories"]:
        return ""
    return f"must be one of {', '.join(map(repr, field['categories']))}"


def number_type(field: Field) -> str:
    """Return the type of an array's numbers."""
    dtype = str(field.get("dtype", "float64")).lower().removeprefix("torch.")
    if dtype.startswith(("int", "uint")):
        return "integer"
    return "boolean" if dtype.startswith("bool") else "number"


SIMPLE: dict[str, Callable[[Any, Field], str]] = {
    "integer": integer,
    "number": number,
    "boolean": boolean,
    "string": string,
    "datetime": moment,
    "any": anything,
}
