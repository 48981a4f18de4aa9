"""What expressions give, as far as learning goes: rows and whence they come, fitted objects, literals."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from nb2prod.analysis.learning.model import Fit, Kind, Learnt, Model, Part, Place, Split
from nb2prod.analysis.learning.replacing import replace
from nb2prod.records import record

NOTHING: frozenset[str] = frozenset()
MOST_ANCESTORS = 200
"""How far back rows are followed that are chosen again and again."""
MOST_NAMES = 4096
"""Names of which it is remembered what they speak of."""
UNKNOWN = object()
"""The literal of a value that is not written down."""


@dataclass(eq=False)
class Splitting:
    """A split while the notebook is being read: its parts may get their names later."""

    index: int
    split: Split
    names: dict[Part, list[str]] = field(default_factory=dict)
    by_use: bool = False
    """Whether only what is done with its parts tells of it: a model learns from one, and is scored on the other."""


@dataclass(eq=False)
class Rows:
    """Some rows: of a table as it was read, chosen from others, a part of a split, or several together."""

    of: tuple[Rows, ...] = ()
    split: Splitting | None = None
    part: Part | None = None
    """Set where they are a part of ``split``, or of files that somebody else has split."""
    choices: dict[object, Rows] = field(default_factory=dict)
    """What was chosen from them before, by the text of the choice: ``X[:n]`` and ``y[:n]`` are the same rows."""
    choice: ast.expr | None = None
    """How they were chosen by hand: a slice, a mask."""
    by: Rows | None = None
    """The rows by whose labels or places they were chosen."""
    rest: bool = False
    """Whether they are all but those of ``by``."""
    piece: tuple[ast.Call, int] | None = None
    """The call that has cut their source into pieces, and which one they are."""
    place: Place | None = None
    """Where they were chosen."""
    counted: bool = False
    """Whether these are numbers in a row, and places of a table's rows only once something is chosen by them."""
    kind: Kind = Kind.ORDERED
    how: str = ""
    """How they were chosen: ``[:n]``."""
    named: Part | None = None
    """What the first name that they were given says."""
    read: tuple[object, ...] = ()
    """Of rows that are read from a file: how, in full, where all of that is written down."""
    among: tuple[Rows, ...] = ()
    """Where these are all or some of several parts' rows, and nobody knows which: those."""
    doubled: bool = False
    """Whether it is made of ``of`` by repeating rows or making some up."""

    @property
    def parting(self) -> Rows | None:
        """The rows nearest to the source of which these are a choice, and that are a part of a split."""
        rows: Rows | None = self
        for _ in range(MOST_ANCESTORS):
            if rows is None or rows.part is not None:
                return rows
            rows = rows.of[0] if len(rows.of) == 1 or rows.doubled else None
        return None

    def covers(self, other: Rows) -> bool:
        """Return whether all of ``other``'s rows are certain to be among these."""
        if len(self.of) > 1 and any(each.covers(other) for each in self.of):
            return True
        return self in other.ancestry()

    def ancestry(self) -> list[Rows]:
        """Return these rows and those that they are a choice of, the nearest first."""
        found: dict[Rows, None] = {}
        pending = [self]
        while pending and len(found) < MOST_ANCESTORS:
            rows = pending.pop()
            if rows not in found:
                found[rows] = None
                if len(rows.of) == 1 or rows.doubled:
                    pending += rows.of
        return list(found)

    def split_in(self, splitting: Splitting) -> Part | None:
        """Return which part of a split these rows are of, at any depth."""
        return next((rows.part for rows in self.ancestry() if rows.split is splitting), None)


Owed = tuple[Learnt, Rows | None, "frozenset[str] | None"]
"""Something that values owe to other rows, to which ones, and which columns do so (``None``: any)."""


@record
class Data:
    """What is known of some rows' values."""

    rows: Rows | None = None
    """``None`` for what is worked out from rows and has none itself: a mean."""
    columns: frozenset[str] | None = None
    """Those that it has; ``None`` for all of its table but ``without``."""
    column: str = ""
    """Where it is one column."""
    without: frozenset[str] = NOTHING
    table: bool = False
    """Whether its columns are certain: nobody has taken some away without a word."""
    learnt: tuple[Owed, ...] = ()
    made_of: tuple[tuple[str, frozenset[str]], ...] = ()
    """Columns that were worked out row by row, and from which others of the table."""
    uses: frozenset[str] = NOTHING
    """The columns of the table at the source that these values come from, where that is known."""
    sorted_by: str = ""
    grouped: frozenset[str] | None = None
    """What ``groupby`` has put together, in wait for a number of each group."""
    window: bool = False
    group: tuple[Rows, frozenset[str]] | None = None
    """Where these are the rows of one group after the other: all the rows, and the columns that say the group."""
    words: frozenset[str] = NOTHING
    """Columns that only say another one in other words, as a dictionary has them: ``map({"paid": 0, "late": 1})``."""
    said: bool = False
    """Whether these values are such a column."""
    index_of: Rows | None = None
    """The rows whose labels or places these are: ``train.index``, the halves of ``kf.split(X)``."""
    rest: bool = False
    """Whether these are the labels or places of all rows but those of ``index_of``."""
    answers: tuple[Fit, ...] = ()
    """The fits whose answers these are, or come from."""
    asked: Rows | None = None
    random: bool = False
    """Whether these are drawn numbers, as a random mask is."""
    origin: int = 0
    """The table as it was read."""
    bare: bool = False
    """Whether these are an array's or a list's: going over them gives rows, and no names of columns."""


@record
class Labels:
    """Names of columns: those that are written down, or all of a table's but some."""

    columns: frozenset[str] | None = None
    without: frozenset[str] = NOTHING
    certain: bool = True
    learnt: tuple[Owed, ...] = ()


@dataclass(eq=False)
class Value:
    """One object."""

    path: str = ""
    """Of a library's symbol, or the class of an object."""
    symbol: bool = False
    function: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef | None = None
    cell: int = -1
    """Of a function or class of the notebook's: where it is defined."""
    closure: Mapping[str, Value] | None = None
    bound: Value | None = None
    """The object that a method is of."""
    items: list[Value] | None = None
    keys: list[object] | None = None
    """Of a dict, the literals of its keys."""
    attributes: dict[str, Value] = field(default_factory=dict)
    parts: tuple[Value, ...] = ()
    keywords: Mapping[str, Value] | None = None
    estimator: Model | None = None
    fits: list[Fit] = field(default_factory=list)
    fitted_on: Rows | None = None
    learnt: tuple[Owed, ...] = ()
    """Of a fitted tool: what it hands on to whatever it changes."""
    data: Data | None = None
    literal: object = UNKNOWN
    varies: frozenset[int] = frozenset()
    """The loops whose turns it differs in, and from no data: ``k`` in ``for k in range(1, 40)``."""
    scored: tuple[int, ...] = ()
    """The scorings that it is the number of."""
    text: str = ""
    name: str = ""
    split: Splitting | None = None
    """Of what gives the parts of a split."""
    node: ast.expr | None = None
    labels: Labels | None = None
    """Of names of columns: which."""
    held: Value | None = None
    """The rows that it was made to hold, where a library has a kind of its own for them."""
    one: tuple[int, Value] | None = None
    """Of what holds objects: how many, and one of them that nobody knows which it is."""
    owner: tuple[Value, str] | None = None
    """The table and the column of it that this is, for what changes it in place."""

    @property
    def rows(self) -> Rows | None:
        """The rows that it has."""
        return self.data.rows if self.data is not None else None

    @property
    def is_table(self) -> bool:
        """Whether its columns are known by name."""
        return self.data is not None and self.data.table

    def with_data(self, data: Data | None) -> Value:
        """Return the same with other data."""
        return replace(self, data=data)


def part_of(rows: Rows | None) -> Part:
    """Return which part of all rows these are."""
    if rows is None:
        return Part.UNKNOWN
    parting = rows.parting
    if parting is not None and parting.part is not None:
        return parting.part
    around = rows.ancestry()
    joined = next((each for each in around if len(each.of) > 1), None)
    if joined is not None:
        parts = {part_of(each) for each in joined.of}
        held = parts & {Part.TEST, Part.VALIDATION}
        if len(parts) > 1 and held:
            return Part.MIXED
        return parts.pop() if len(parts) == 1 else Part.UNKNOWN
    return Part.UNKNOWN if around[-1].among else Part.WHOLE


def split_of(rows: Rows | None) -> Splitting | None:
    """Return the last split that these rows are a part of."""
    parting = rows.parting if rows is not None else None
    return parting.split if parting is not None else None


@lru_cache(maxsize=MOST_NAMES)
def kind_of_part(words: str) -> Part | None:
    """Return which part a name speaks of: ``X_test``, ``valid_df``, ``xTrain``."""
    spoken = [word.lower() for word in re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])", words)]
    spoken += [word[1:] for word in spoken if word[:1] in "xy"]
    for part, marks in _WORDS.items():
        if any(word in marks for word in spoken):
            return part
    return None


_WORDS = {
    Part.VALIDATION: frozenset({"valid", "val", "validation", "dev", "eval"}),
    Part.TEST: frozenset({"test", "testing", "tst", "te", "holdout", "unseen", "oot"}),
    Part.TRAIN: frozenset({"train", "training", "tr", "trn"}),
}
