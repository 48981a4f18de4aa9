"""Check values of any type. A problem is a pair: where in the record, and what is wrong there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from .scalars import SIMPLE, Field, not_fixed, number_type

Problems = Iterator[tuple[str, str]]


def problems_with(value: Any, field: Field, where: str) -> Problems:
    """Yield what is wrong with a value of any type."""
    if value is None:
        if not field.get("nullable"):
            yield where, "must not be null"
    elif field["type"] in NESTED:
        yield from NESTED[field["type"]](value, field, where)
    else:
        message = SIMPLE[field["type"]](value, field) or not_fixed(value, field)
        if message:
            yield where, message


def array(value: Any, field: Field, where: str) -> Problems:
    """Yield what is wrong with nested lists of numbers: shape first, then what is in them."""
    shape = list(field.get("shape", [-1]))
    complaint = wrong_shape(value, shape, where)
    if complaint:
        yield complaint
        return
    element = field.get("element") or {"type": number_type(field), "dtype": field.get("dtype")}
    for reported, problem in enumerate(leaves(value, len(shape), element, where)):
        if reported == 10:
            yield where, "has more of the same problems"
            return
        yield problem


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
    ignored = field.get("ignored", [])
    for name, inner in known.items():
        if name in value:
            yield from problems_with(value[name], inner, f"{prefix}{name}")
        else:
            yield f"{prefix}{name}", "is missing"
    extra = [name for name in value if name not in known and name not in ignored]
    for name in extra[:10]:
        yield f"{prefix}{ascii(name)[1:-1][:80]}", "is not a known field"
    if len(extra) > 10:
        yield where, f"has {len(extra) - 10} more fields that are not known"


NESTED: dict[str, Callable[[Any, Field, str], Problems]] = {"array": array, "object": mapping}
