"""The parts of a record that an answer is explained by, and records that are mixed of two."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Protocol

from .words import Words

MOST_PLACES = 100
"""Of an array, that are told apart."""


class Parts(Protocol):
    """How records of one kind are taken apart."""

    def names(self, record: Any) -> list[str]:
        """Return what the parts are called."""

    def values(self, record: Any) -> list[Any]:
        """Return them."""

    def together(self, values: Sequence[Any]) -> Any:
        """Return the record with these parts."""


class Fields:
    """An object's fields, those that the schema knows."""

    def __init__(self, fields: Sequence[Mapping[str, Any]]) -> None:
        self.fields = [str(field["name"]) for field in fields]

    def names(self, record: Any) -> list[str]:
        """Return their names."""
        return self.fields

    def values(self, record: Any) -> list[Any]:
        """Return their values."""
        return [record[name] for name in self.fields]

    def together(self, values: Sequence[Any]) -> Any:
        """Return the object."""
        return dict(zip(self.fields, values, strict=True))


class Places:
    """The places of an array that always has the same shape; a single value has one, without a name."""

    def __init__(self, shape: Sequence[int]) -> None:
        self.shape = shape

    def names(self, record: Any) -> list[str]:
        """Return where they are, counted from 0."""
        names = [""]
        for length in self.shape:
            names = [f"{name}[{place}]" for name in names for place in range(length)]
        return names

    def values(self, record: Any) -> list[Any]:
        """Return what is there."""
        return list(leaves(record)) if self.shape else [record]

    def together(self, values: Sequence[Any]) -> Any:
        """Return the array."""
        nested: list[Any] = list(values)
        for length in reversed(self.shape[1:]):
            nested = [nested[start : start + length] for start in range(0, len(nested), length)]
        return nested if self.shape else nested[0]


def leaves(value: Any) -> Iterator[Any]:
    """Yield what is in nested lists."""
    for inner in value if isinstance(value, list) else ():
        if isinstance(inner, list):
            yield from leaves(inner)
        else:
            yield inner


def parts_of(request: Mapping[str, Any]) -> Parts | str:
    """Return how records of this schema are taken apart, or why they cannot be."""
    if request.get("fields"):
        return Fields(request["fields"])
    if request["kind"] == "text":
        return Words()
    shape = request.get("shape", [-1]) if request["kind"] == "array" else []
    if any(length < 0 for length in shape):
        return "Its records are arrays whose length varies: no place of one is to be compared with that of another."
    if math.prod(shape) > MOST_PLACES:
        return f"Its records are arrays with more than {MOST_PLACES} places: what one of them adds is next to nothing."
    return Places(shape)
