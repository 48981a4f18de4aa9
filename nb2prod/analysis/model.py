"""What analysis says of a notebook: statements, the names they define, change and read, and how values flow."""

from __future__ import annotations

import ast
import re
from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache, cached_property

from nb2prod.records import record


class Kind(StrEnum):
    """What a top-level statement is, as far as moving it is concerned."""

    IMPORT = "import"
    FUNCTION = "function"
    CLASS = "class"
    CONSTANT = "constant"
    """``NAME = literal``; whether it stays constant is for the dataflow to say."""
    OTHER = "other"


@record
class Facts:
    """The names that a statement touches. Names in angle brackets, such as ``<numpy.random>``, are resources:
    state that lives in a library and that no variable holds."""

    definitions: frozenset[str] = frozenset()
    """Names bound at the top level, conditional ones included."""
    conditional: frozenset[str] = frozenset()
    """Those of ``definitions`` that may stay unbound (in an ``if``, a loop that may not run, a ``try``)."""
    deletions: frozenset[str] = frozenset()
    mutations: frozenset[str] = frozenset()
    """Names whose object is changed in place, through whatever alias."""
    switched: frozenset[str] = frozenset()
    """Those of ``mutations`` whose object only goes into another mode, as by ``model.eval()``: what it has learnt
    stays."""
    references: frozenset[str] = frozenset()
    """Global names read when the statement runs, those that functions called by it read included."""
    deferred: frozenset[str] = frozenset()
    """Global names that a function, class or lambda defined here reads later, when it is called."""
    effects: bool = True
    """False where leaving the statement out can change nothing but what is displayed."""
    unseeded: frozenset[str] = frozenset()
    """Random generators of libraries that it draws from and that nothing above has seeded."""
    quiet: bool = False
    """Whether all that happens is that names are bound: leaving the statement out changes nothing for those who do not
    read them."""


@record
class Statement:
    """One top-level statement: the unit that is moved."""

    index: int
    """Place among all statements of the notebook, from 0."""
    cell: int
    """Index of its code cell."""
    line: int
    """Its first line in the cell's code, from 1 (of a decorator where it has one)."""
    source: str
    """Its text and the comment lines directly above it; a comment behind it on its last line included."""
    node: ast.stmt
    kind: Kind
    facts: Facts


@cache
def _any_of(*words: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(words)})\b", re.ASCII)


def may_name(statement: Statement, *words: str) -> bool:
    """Return whether one of the names or keywords may stand in a statement: a look at its text that spares one at its
    nodes. What is not ASCII may be read as another name than it is written."""
    text = statement.source
    return _any_of(*words).search(text) is not None or not text.isascii()


@dataclass(frozen=True, order=True)
class Edge:
    """Cell ``target`` reads what cell ``source`` was the last to define or change under ``name``
    (``data``), or calls what it defines (``code``)."""

    source: int
    target: int
    kind: str
    name: str


@dataclass(frozen=True)
class SeenChanges:
    """What a run showed of the objects that names held before and behind one cell."""

    changed: frozenset[str] = frozenset()
    unchanged: frozenset[str] = frozenset()
    """Those that certainly are what they were; names in neither were not looked at."""


@dataclass(frozen=True)
class Dataflow:
    """The statements of a notebook and, for each, where the values it needs come from."""

    statements: tuple[Statement, ...]
    sources: tuple[Mapping[str, frozenset[int]], ...]
    """For each statement: name to the statements that gave it the value it has there, which are its last definition
    or change and, where those are conditional, the earlier ones that may still hold. Imports count. Names that
    nobody in the notebook defines (builtins, misspellings) are missing. Resources are names like any other."""
    final: Mapping[str, frozenset[int]]
    """The same for a reader behind the last statement."""
    edges: tuple[Edge, ...] = ()
    undefined: Mapping[int, frozenset[str]] = field(default_factory=dict)
    """Statement to the names it reads that are neither defined before it nor builtin."""
    updates: tuple[Mapping[str, frozenset[int] | None], ...] = ()
    """For each statement: the names whose sources it changes, and what they are behind it (``None``: deleted)."""
    seen: Mapping[int, frozenset[str]] = field(default_factory=dict)
    """Statement to the names whose change was seen in the run and could not be told from the code."""

    def sources_after(self, index: int) -> Mapping[str, frozenset[int]]:
        """Return where each name's value comes from for a reader directly behind statement ``index``."""
        return _SourcesAt(self._history, index)

    @cached_property
    def _history(self) -> Mapping[str, tuple[list[int], list[frozenset[int] | None]]]:
        """For each name, the statements that changed its sources and what they were behind each."""
        history: dict[str, tuple[list[int], list[frozenset[int] | None]]] = {}
        for index, update in enumerate(self.updates):
            for name, sources in update.items():
                places, values = history.setdefault(name, ([], []))
                places.append(index)
                values.append(sources)
        return history

    def ancestors(self, wanted: Iterable[int], stop: Collection[int] = ()) -> frozenset[int]:
        """Return ``wanted`` and every statement that they need, directly or not; statements in ``stop`` are
        included but not followed."""
        seen = set(wanted)
        pending = list(seen)
        while pending:
            index = pending.pop()
            if index in stop:
                continue
            for origin in self.sources[index].values():
                for source in origin:
                    if source not in seen:
                        seen.add(source)
                        pending.append(source)
        return frozenset(seen)


@dataclass(frozen=True)
class _SourcesAt(Mapping[str, frozenset[int]]):
    """Where each name's value comes from behind one statement, looked up when asked for."""

    history: Mapping[str, tuple[list[int], list[frozenset[int] | None]]]
    index: int

    def __getitem__(self, name: str) -> frozenset[int]:
        places, values = self.history[name]
        place = bisect_right(places, self.index)
        found = values[place - 1] if place else None
        if found is None:
            raise KeyError(name)
        return found

    def __iter__(self) -> Iterator[str]:
        return (name for name in self.history if name in self)

    def __len__(self) -> int:
        return sum(1 for _ in self)
