"""The request schema as a type that msgspec reads JSON by: what it takes passes ``check``, and is what JSON says."""

from __future__ import annotations

from collections.abc import Callable
from types import new_class
from typing import Annotated, Any, Literal, TypedDict

from msgspec import Meta

from .contract import REQUEST
from .scalars import FLOAT_LIMITS, Field, integer_limits, number_type

LOWEST, HIGHEST = -(2**63), 2**63 - 1
"""What msgspec can compare an integer with; what lies beyond goes through ``check``."""

WHOLE = Annotated[int, Meta(ge=LOWEST, le=HIGHEST)]
NOT_USED = WHOLE | float | str | bool | None


DAY = (
    "(?!0000)[0-9]{4}-((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])"
    "|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|1[0-9]|2[0-8]))"
)
TIME = "[T ]([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\\.([0-9]{3}|[0-9]{6}))?"
OFFSET = "[+-]([01][0-9]|2[0-3]):[0-5][0-9]"
"""Of ISO 8601 what is written most: the rest, as the 29th of February, goes through ``check``."""


class NotQuick(Exception):
    """The schema asks for something that msgspec cannot check to the letter."""


def record_type() -> Any:
    """Return the type of a record, or None where there is none: then every record goes through ``check``."""
    try:
        if REQUEST["kind"] in ("table", "record"):
            return an_object(REQUEST)
        if REQUEST["kind"] == "array":  # its numbers may be missing, and not the record itself
            known = {key: REQUEST[key] for key in ("type", "dtype", "nullable") if key in REQUEST}
            return an_array({**REQUEST, "element": known})
        return value_type({**REQUEST, "type": "string"} if REQUEST["kind"] == "text" else REQUEST)
    except NotQuick:
        return None


def value_type(field: Field) -> Any:
    """Return the type of a value.

    Raises:
        NotQuick: if there is none.
    """
    if field["type"] not in TYPES:
        raise NotQuick(field["type"])
    found = fixed(field) if field.get("fixed") else TYPES[field["type"]](field)
    return found | None if field.get("nullable") else found


def fixed(field: Field) -> Any:
    """Return the type of the only texts that can be represented."""
    if field["type"] != "string" or not all(type(each) is str for each in field["categories"]):
        raise NotQuick("fixed")
    return Literal[tuple(field["categories"])]


def whole(field: Field) -> Any:
    """Return the type of integers; 3.0 for 3 goes through ``check``."""
    low, high = integer_limits(str(field.get("dtype", "int64")))
    return Annotated[int, Meta(ge=max(low, LOWEST), le=min(high, HIGHEST))]


def number(field: Field) -> Any:
    """Return the type of finite numbers."""
    limit = FLOAT_LIMITS.get(str(field.get("dtype", "")).lower().removeprefix("torch."))
    if limit is None:
        return WHOLE | float
    bound = min(int(limit), HIGHEST)
    return Annotated[int, Meta(ge=-bound, le=bound)] | Annotated[float, Meta(ge=-limit, le=limit)]


def moment(field: Field) -> Any:
    """Return the type of texts that are a date and time, with an offset just where a table's column has one."""
    after = f"{TIME}{OFFSET}" if "," in str(field.get("dtype", "")) else f"({TIME})?"
    return Annotated[str, Meta(pattern=f"^{DAY}{after}\\Z")]


def an_array(field: Field) -> Any:
    """Return the type of nested lists; -1, for any length above 0, can be checked only where it is the first."""
    shape = list(field.get("shape", [-1]))
    if not shape or -1 in shape[1:]:
        raise NotQuick("shape")
    found = value_type(field.get("element") or {"type": number_type(field), "dtype": field.get("dtype")})
    for length in reversed(shape):
        limits = Meta(min_length=1) if length == -1 else Meta(min_length=max(length, 1), max_length=length)
        found = Annotated[list[found], limits]
    return found


def an_object(field: Field) -> Any:
    """Return the type of an object. Names that it does not know are left out without a word: count the keys."""
    known = {inner["name"]: value_type(inner) for inner in field.get("fields", [])}
    ignored = TypedDict("Ignored", {name: NOT_USED for name in field.get("ignored", [])}, total=False)
    return new_class("Record", (ignored,), {}, lambda space: space.update(__annotations__=known))


TYPES: dict[str, Callable[[Field], Any]] = {
    "integer": whole,
    "number": number,
    "boolean": lambda field: bool,
    "string": lambda field: str,
    "datetime": moment,
    "any": lambda field: WHOLE | float | str | bool,
    "array": an_array,
    "object": an_object,
}

RECORD: Any = record_type()
"""What msgspec reads a record as, or None."""
