"""How the raw table becomes the model's input, split into what is learnt and what is done to each row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Learned:
    """A value that the training data give, taken where the notebook has it and frozen as an artifact."""

    name: str
    """A name that the notebook does not use."""
    expression: str
    """What it is, in the notebook's own names. Where it is a name alone, the object is meant as it is at that moment:
    copy or save it there."""
    statement: int
    """Index of the statement beside which it is taken."""
    after: bool
    """Whether it is taken behind the statement and not before."""
    what: str
    """In words: ``mean of `age```."""


@dataclass(frozen=True)
class Step:
    """What became of one statement on the way."""

    statement: int
    how: str
    """``row`` (done to each row), ``learnt`` (split), ``training`` (only training does it, as dropping rows)."""
    what: str
    """For the report: in words, or for what is done to each row, the statement."""


@dataclass(frozen=True)
class Preparation:
    """The way from the raw rows to the model's input.

    ``function`` defines ``prepare(records, ...)``: it takes raw rows in a table (columns that only training needs, such
    as the target, may be missing) and returns what the model is given. It never changes ``records`` and treats each
    row as if it were alone.
    """

    raw: str
    """Name of the variable that holds the raw rows."""
    statement: int
    """The statement behind which it holds them. Inside ``prepare`` its rows are counted from nought, so that the index
    of what it returns says nothing about the index of the records."""
    prepared: str
    """Name of the model's input."""
    function: str
    """Source of the definition of ``prepare``; everything else that it needs are its keyword-only arguments."""
    arguments: tuple[str, ...]
    """Names of these: of ``learned``, and of variables of the notebook as they are at the end (an encoder)."""
    learned: tuple[Learned, ...] = ()
    complete: str = ""
    """Name of the one of ``learned`` that says which columns of the model's input never lacked a value in training;
    empty where that is not known."""
    guards: str = ""
    """Source of functions that refuse what training never saw: those that ``function`` calls, and ``refuse_gaps``."""
    refuse_gaps: str = ""
    """Name of the one that is given the model's input and ``complete``."""
    rewritten: Mapping[int, str] = field(default_factory=dict)
    """Statement to its text with learned values in place of what computed them; the meaning is the same."""
    steps: tuple[Step, ...] = ()
    lines: tuple[int, ...] = ()
    """For each line of ``function`` the statement that it comes from, -1 where it comes from none."""


@dataclass(frozen=True)
class NotSplit:
    """Why the prepared input has to be served."""

    why: str
    """Which statement stands in the way, and how."""
    where: str
    """Cell and line; empty where there is no such place."""
    remedy: str
    """What would help."""
