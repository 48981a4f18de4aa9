"""What libraries' functions and methods change, return and draw: one readable TOML file for each library beside this.

``docs/analysis.md`` says what the keys mean and how to add a library.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Any

MOST_PATHS = 10_000
"""Paths whose answer is kept."""


@dataclass(frozen=True)
class ClassFacts:
    """What the methods and attributes of one class, or of all classes of a library, do to their object."""

    closed: bool = False
    """Whether methods that are not named here leave the object alone."""
    changes: frozenset[str] = frozenset()
    changes_unused: frozenset[str] = frozenset()
    """Methods that change the object only where nobody uses the result, as ``list.append`` and unlike ``df.append``."""
    changes_content: frozenset[str] = frozenset()
    """Methods that change what the object was made from, as ``optimizer.step`` changes the model."""
    changes_arguments: frozenset[str] = frozenset()
    switches: frozenset[str] = frozenset()
    """Those of ``changes`` that only put the object into another mode: nothing that it has learnt is touched."""
    same: frozenset[str] = frozenset()
    views: frozenset[str] = frozenset()
    keeps: frozenset[str] = frozenset()
    """Methods whose result keeps the arguments or stays in the object."""
    reads: frozenset[str] = frozenset()
    """Methods that are known to change nothing anywhere."""
    writes: frozenset[str] = frozenset()
    """Methods that change the world outside: files, networks."""
    draws: frozenset[str] = frozenset()
    returns: Mapping[str, str] = field(default_factory=dict)

    def says(self, method: str) -> bool:
        """Return whether something is said about a method."""
        return (
            method in self.changes
            or method in self.changes_unused
            or method in self.changes_content
            or method in self.same
            or method in self.views
            or method in self.reads
            or method in self.writes
            or method in self.draws
            or method in self.returns
        )


NO_FACTS = ClassFacts(closed=True)


@dataclass(frozen=True)
class Knowledge:
    """All files together; functions and classes go by their dotted path, with aliases resolved."""

    classes: Mapping[str, ClassFacts]
    aliases: Mapping[str, str]
    returns: Mapping[str, str]
    function_changes: Mapping[str, tuple[int, ...]]
    copies: frozenset[str]
    keeps: frozenset[str]
    views: frozenset[str]
    pure: frozenset[str]
    writes: frozenset[str]
    display: frozenset[str]
    seeds: Mapping[str, tuple[str, ...]]
    draws: Mapping[str, str]
    draw_free: frozenset[str]
    draws_unless_seeded: Mapping[str, str]
    settings: Mapping[str, str]
    uses: Mapping[str, str]

    def canonical(self, path: str) -> str:
        """Return the one path that a function or class goes by here."""
        found = self.known_paths.get(path)
        if found is None:
            if len(self.known_paths) >= MOST_PATHS:
                self.known_paths.clear()
            found = self.known_paths[path] = self._canonical(path)
        return found

    def _canonical(self, path: str) -> str:
        for prefix in prefixes(path):
            if prefix in self.aliases:
                return self.aliases[prefix] + path[len(prefix) :]
        return path

    def facts_of(self, type: str, method: str) -> ClassFacts:
        """Return the facts that apply to a method of the class ``type``: the nearest that say something about it."""
        key = (type, method)
        found = self.cache.get(key)
        if found is None:
            found = self.cache[key] = self._facts_of(type, method)
        return found

    def _facts_of(self, type: str, method: str) -> ClassFacts:
        for prefix in prefixes(type):
            facts = self.classes.get(prefix)
            if facts is not None and facts.says(method):
                return facts
            if facts is not None and facts.closed:
                return NO_FACTS
        return self.classes["*"]

    def is_display(self, type: str) -> bool:
        """Return whether objects of a class are there to be looked at."""
        found = self.displays.get(type)
        if found is None:
            if len(self.displays) >= MOST_PATHS:
                self.displays.clear()
            found = self.displays[type] = nearest(self.display, type) is not None
        return found

    cache: dict[tuple[str, str], ClassFacts] = field(default_factory=dict, repr=False, compare=False)
    known_paths: dict[str, str] = field(default_factory=dict, repr=False, compare=False)
    displays: dict[str, bool] = field(default_factory=dict, repr=False, compare=False)


def prefixes(path: str) -> Iterator[str]:
    """Yield ``a.b.c``, ``a.b`` and ``a``."""
    while path:
        yield path
        path = path.rpartition(".")[0]


def nearest(table: Mapping[str, str] | frozenset[str], path: str) -> str | None:
    """Return the longest prefix of ``path`` in ``table``."""
    while path and path not in table:
        path = path.rpartition(".")[0]
    return path or None


@cache
def load_knowledge() -> Knowledge:
    """Return what all the files say."""
    tables = [
        tomllib.loads(file.read_text(encoding="utf-8"))
        for file in sorted(resources.files(__package__).iterdir(), key=lambda file: file.name)
        if file.name.endswith(".toml")
    ]
    return Knowledge(
        classes={path: _class_facts(facts) for path, facts in _merged(tables, "classes").items()},
        aliases=_merged(tables, "aliases"),
        returns=_inverted(_merged(tables, "returns")),
        function_changes={path: tuple(places) for path, places in _merged(tables, "function_changes").items()},
        copies=_joined(tables, "copies"),
        keeps=_joined(tables, "keeps"),
        views=_joined(tables, "views"),
        pure=_joined(tables, "pure"),
        writes=_joined(tables, "writes"),
        display=_joined(tables, "display"),
        seeds={path: tuple(names) for path, names in _merged(tables, "seeds").items()},
        draws=_inverted(_merged(tables, "draws")),
        draw_free=_joined(tables, "draw_free"),
        draws_unless_seeded=_inverted(_merged(tables, "draws_unless_seeded")),
        settings=_inverted(_merged(tables, "settings")),
        uses=_merged(tables, "uses"),
    )


def _class_facts(facts: Mapping[str, Any]) -> ClassFacts:
    given = {key: frozenset(value) for key, value in facts.items() if key not in {"closed", "returns"}}
    return ClassFacts(closed=facts.get("closed", False), returns=_inverted(facts.get("returns", {})), **given)


def _merged(tables: list[dict[str, Any]], key: str) -> dict[str, Any]:
    return {name: value for table in tables for name, value in table.get(key, {}).items()}


def _joined(tables: list[dict[str, Any]], key: str) -> frozenset[str]:
    return frozenset(name for table in tables for name in table.get(key, ()))


def _inverted(table: Mapping[str, list[str]]) -> dict[str, str]:
    return {name: value for value, names in table.items() for name in names}
