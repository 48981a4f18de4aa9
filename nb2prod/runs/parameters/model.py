"""What a notebook takes for parameters, as plain data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Type:
    """What values a parameter takes."""

    text: str
    """As annotations write it: ``int``, ``list[float]``, ``Literal['a', 'b']``."""
    exact: Any
    """A type for pydantic's strict mode, in which values are what they are."""
    lenient: Any
    """A type for pydantic that also takes what files, forms and command lines can say: a text for a date or a path, a
    list for a tuple, a whole float for an int, an int for a float. Nothing is lost by any of these."""
    optional: bool = False
    """Whether it takes ``None``."""
    choices: tuple[Any, ...] = ()
    """All the values that it takes, where they are listed."""
    minimum: float | None = None
    maximum: float | None = None
    """Bounds; values may lie on them."""
    step: float | None = None


ANYTHING = Type("Any", Any, Any, optional=True)
"""The type of what neither an annotation nor a default tells anything of."""


@dataclass(frozen=True)
class Declared:
    """One parameter, as the parameters cell declares it."""

    name: str
    cell: int
    """Index of its cell among the code cells."""
    line: int
    """In the cell, from 1."""
    type: Type = ANYTHING
    said: bool = False
    """Whether an annotation, a type comment or a form says the type; else it is the default's."""
    source: str = ""
    """The default as written; empty where there is none, and a value has to be given."""
    default: Any = None
    understood: bool = False
    """Whether ``default`` is the value of ``source``; of what would have to be run it is not."""
    help: str = ""
    """What its comment says."""
    section: str = ""
    """The title that its cell has."""

    @property
    def required(self) -> bool:
        """Whether there is no default."""
        return not self.source


def by_name(declared: Sequence[Declared]) -> dict[str, Declared]:
    """Return the parameters by their names."""
    return {each.name: each for each in declared}
