"""What one run showed to what the text cannot tell: which unknown calls really changed an object, which did not."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence

from nb2prod.analysis.model import SeenChanges, Statement
from nb2prod.analysis.state import Touch

RUN_FOR_CERTAIN = (ast.Expr, ast.Assign, ast.AnnAssign)
"""Statements without branches: what they did not do in the run they do not do."""


def take_seen(
    statements: Sequence[Statement], touches: Sequence[Touch], changes: Mapping[int, SeenChanges]
) -> dict[int, frozenset[str]]:
    """Let the run decide where the text is uncertain: correct ``touches``, and return for each statement the names
    whose change nothing but the run tells of."""
    cells: dict[int, list[int]] = {}
    for statement in statements:
        cells.setdefault(statement.cell, []).append(statement.index)
    found: dict[int, set[str]] = {}
    for cell, seen in changes.items():
        places = cells.get(cell, [])
        for index in places:
            if isinstance(statements[index].node, RUN_FOR_CERTAIN):
                touches[index].changes -= (touches[index].guessed - touches[index].sure) & seen.unchanged
        told = set().union(*(touches[index].changes | touches[index].binds for index in places))
        for name in sorted(seen.changed - told):
            for index in _suspects(name, [place for place in places if _calls(statements[place])], touches):
                touches[index].changes.add(name)
                touches[index].altered.add(name)
                found.setdefault(index, set()).add(name)
    return {index: frozenset(names) for index, names in found.items()}


def _suspects(name: str, places: Sequence[int], touches: Sequence[Touch]) -> Sequence[int]:
    """Return the statements that may have changed ``name``: those that read it, else those that may do anything."""
    readers = [index for index in places if name in touches[index].reads]
    acting = [index for index in readers or places if touches[index].effects]
    return acting or readers or places


def _calls(statement: Statement) -> bool:
    return any(isinstance(node, ast.Call | ast.AugAssign | ast.With | ast.For) for node in ast.walk(statement.node))
