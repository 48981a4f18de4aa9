"""Names that only hold what the last turn of a loop left in them, which says nothing of a model."""

from __future__ import annotations

import ast


def of_last_turn(node: ast.stmt) -> set[str]:
    """Return the variables of a statement's loops, and the values of one turn that a loop sets against the best so far:
    of ``for t in steps: f = f1_score(...)`` with ``if f > best: best, best_t = f, t`` these are ``t`` and ``f``."""
    found: set[str] = set()
    for loop in (n for n in ast.walk(node) if isinstance(n, ast.For)):
        found |= {n.id for n in ast.walk(loop.target) if isinstance(n, ast.Name)}
        for chosen in (n for n in ast.walk(loop) if isinstance(n, ast.If) and isinstance(n.test, ast.Compare)):
            kept = {n.id for each in chosen.body for n in ast.walk(each) if _is_stored(n)}  # type: ignore[attr-defined]
            compared = {n.id for n in ast.walk(chosen.test) if isinstance(n, ast.Name)}
            if kept & compared:
                found |= compared - kept
    return found


def _is_stored(node: ast.AST) -> bool:
    return isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
