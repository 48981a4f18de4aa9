"""Whether what an expression gives somewhere in a notebook is still what it gives behind the last cell."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from nb2prod.analysis.model import Dataflow, Kind

ANYTHING = frozenset({"exec", "globals", "get_ipython"})
"""Functions by which any name may get another value."""


@dataclass(frozen=True)
class Changed:
    """A name that has another value at the end, and the statement that gave it that."""

    name: str
    statement: int


def free_names(source: str) -> list[str]:
    """Return the names that a piece of code reads before it has set them itself, in order."""
    found: dict[str, None] = {}
    bound: set[str] = set()
    for statement in ast.parse(source).body:
        names = [node for node in ast.walk(statement) if isinstance(node, ast.Name)]
        grown = {
            n.target.id for n in ast.walk(statement) if isinstance(n, ast.AugAssign) and isinstance(n.target, ast.Name)
        }
        read = [n.id for n in names if isinstance(n.ctx, ast.Load) or n.id in grown]
        found.update(dict.fromkeys(name for name in read if name not in bound))
        bound |= {n.id for n in names if isinstance(n.ctx, ast.Store)}
    return list(found)


def changed_later(flow: Dataflow, index: int, names: Iterable[str], *, after: bool) -> Changed | None:
    """Return the first of ``names`` that holds another value at the end than beside statement ``index``; ``None`` where
    all are what they were. What functions among them read when they are called counts."""
    place = index if after else index - 1
    here: Mapping[str, frozenset[int]] = flow.sources_after(place) if place >= 0 else {}
    waiting, seen = list(names), set[str]()
    while waiting:
        name = waiting.pop(0)
        if name in seen or name not in here:
            continue
        seen.add(name)
        now = flow.final.get(name, frozenset())
        if now != here[name]:
            later = [s for s in now if s > place]
            return Changed(name, min(later) if later else max(here[name]))
        waiting += sorted(_read_later(flow, here[name]))
    return _changed_unseen(flow, place)


def _read_later(flow: Dataflow, made: Iterable[int]) -> set[str]:
    """Return the names that a value reads when it is used: a function, an object of a class, what holds one of them."""
    found: set[str] = set()
    for index in made:
        statement = flow.statements[index]
        found |= statement.facts.deferred
        for name in statement.facts.references:
            for source in flow.sources[index].get(name, ()):
                if flow.statements[source].kind in {Kind.FUNCTION, Kind.CLASS}:
                    found |= flow.statements[source].facts.deferred
    return found


def _changed_unseen(flow: Dataflow, place: int) -> Changed | None:
    """Return a statement behind ``place`` that may change any name, without naming it."""
    for statement in flow.statements[place + 1 :]:
        for node in ast.walk(statement.node):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ANYTHING:
                return Changed(ast.unparse(node)[:60], statement.index)
    return None
