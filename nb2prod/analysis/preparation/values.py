"""What an expression is, seen from the raw rows: rows, several of them, or something that has none."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from enum import StrEnum

RANGE = 0
"""Labels of rows that are counted from nought, as behind ``read_csv`` and ``reset_index(drop=True)``."""


class Shape(StrEnum):
    """How rows are held."""

    FRAME = "frame"
    SERIES = "series"
    ARRAY = "array"
    LIST = "list"
    BUNCH = "bunch"
    ACCESSOR = "accessor"
    GROUPS = "groups"
    LABELS = "labels"
    """The labels of rows that a condition chooses, held as the condition."""
    UNKNOWN = "unknown"


class Raw(StrEnum):
    """Whether anything was done to rows since they came."""

    NO = ""
    READ = "read"
    """As they were read."""
    NAMED = "named"
    """As they were read, and known by a name."""
    MADE = "made"
    """Made by the notebook, as random numbers are; what is done in the same statement belongs to the making."""


@dataclass(frozen=True)
class Free:
    """A value without rows: a constant, a function, a fitted object, a mean."""

    learnt: bool = False
    """Whether the expression itself reads rows, so that it has to be taken where the notebook has them."""
    local: frozenset[str] = frozenset()
    """Names it depends on that exist only inside the expression or the loop."""


@dataclass(frozen=True)
class Rows:
    """A table, column, array or list that has one entry for each record."""

    shape: Shape
    rowset: int
    """Which records, in which order. Two values fit together only where this is the same."""
    labels: int = RANGE
    """What the rows are called, which is what pandas fits columns together by."""
    raw: Raw = Raw.NO
    keys: ast.expr | None = None
    """Of groups: what they are grouped by, as it stands in the notebook."""
    options: tuple[ast.keyword, ...] = ()
    of: ast.expr | None = None
    """Of groups: the table or column that is grouped, as it stands in the notebook."""
    local: frozenset[str] = frozenset()
    """Loop variables that say which column this is."""
    columns: tuple[str, ...] | None = None
    """Of a table: its columns in their order, where the notebook spells them out."""
    by_hand: bool = False
    """Whether the notebook makes it of values that are no rows, as people write down a request."""


@dataclass(frozen=True)
class Several:
    """A list, tuple or dictionary with rows among its elements."""

    parts: tuple[Term, ...]


@dataclass(frozen=True)
class Lost:
    """What a statement that was not understood left behind."""

    why: Stuck


Value = Free | Rows | Several | Lost


@dataclass(frozen=True)
class Term:
    """A value, and the expression that gives it for records alone."""

    value: Value
    node: ast.expr


class Stuck(Exception):
    """A step that cannot be split into what is learnt and what is done to each row."""

    def __init__(self, why: str, remedy: str, line: int = 0) -> None:
        super().__init__(why)
        self.why, self.remedy, self.line = why, remedy, line
        self.statement = -1
