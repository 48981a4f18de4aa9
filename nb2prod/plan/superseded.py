"""Functions and classes that a notebook defines again: those definitions that nothing needed goes back to."""

from __future__ import annotations

from collections.abc import Iterable

from nb2prod.analysis.model import Kind
from nb2prod.plan.graph import Graph


def superseded(graph: Graph, roots: Iterable[int]) -> frozenset[int]:
    """Return the definitions that stay behind, where of several of one name the statements ``roots`` need just one.

    People run a cell, improve the class in the next one and go on with that: what is served knows only one of them.
    """
    needed = graph.ancestors(roots)
    found: set[int] = set()
    for indices in graph.definers.values():
        statements = [graph.flow.statements[i] for i in indices]
        if len(indices) == 1 or any(s.kind not in {Kind.FUNCTION, Kind.CLASS} for s in statements):
            continue
        kept = [i for i in indices if i in needed]
        if len(kept) == 1:
            found |= set(indices) - set(kept)
    return frozenset(found)
