"""Names that only hold what the last turn of a loop left in them, which says nothing of a model."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from nb2prod.analysis.model import Statement

NUMBERS_ONLY = ast.BinOp | ast.UnaryOp | ast.Name | ast.Constant | ast.operator | ast.unaryop | ast.expr_context


def left_by_loops(statements: Iterable[Statement]) -> set[str]:
    """Return the names that hold, behind these statements, what the last turn of a loop left in them, and what is
    reckoned from such numbers: ``tp / (tp + fp)``."""
    passing: set[str] = set()
    for statement in statements:
        node = statement.node
        value = node.value if isinstance(node, ast.Assign) else None
        reckoned = value is not None and _is_reckoned_from(value, passing)
        defined = set(statement.facts.definitions)
        passing = passing | defined if reckoned else passing - defined
        passing |= of_last_turn(node)
    return passing


def of_last_turn(node: ast.stmt) -> set[str]:
    """Return the variables of a statement's loops, and the values of one turn alone.

    Of ``for t in steps: f = f1_score(y, p > t)`` with ``if f > best: best, best_t = f, t`` these are ``t`` and ``f``.
    What turns add to, what is kept under a condition, and all values of a loop that stops where one is found are more
    than that.
    """
    found: set[str] = set()
    for loop in (n for n in ast.walk(node) if isinstance(n, ast.For)):
        target = _names(loop.target)
        found |= target
        if not any(isinstance(n, ast.Break) for n in _outside_loops(loop.body)):
            found |= _of_one_turn(loop, target)
        for chosen in (n for n in ast.walk(loop) if isinstance(n, ast.If) and isinstance(n.test, ast.Compare)):
            kept = {n.id for each in chosen.body for n in ast.walk(each) if _is_stored(n)}  # type: ignore[attr-defined]
            compared = {n.id for n in ast.walk(chosen.test) if isinstance(n, ast.Name)}
            if kept & compared:
                found |= compared - kept
    return found


def _of_one_turn(loop: ast.For, target: set[str]) -> set[str]:
    """Return the names that each turn sets anew to what follows from the loop's variables."""
    made = [pair for each in loop.body for pair in _made(each)]
    carried, stored = set[str](), set[str]()
    for names, read, _ in made:
        carried |= read - stored
        stored |= names
    certain = {name for names, _, under_condition in made if not under_condition for name in names}
    following = set(target)
    for _ in made:
        following |= {name for names, read, _ in made if read & following for name in names - carried}
    return following & certain - carried


def _made(node: ast.stmt, under_condition: bool = False) -> Iterator[tuple[set[str], set[str], bool]]:
    """Yield the names that a statement stores, those that it reads for that, and whether it need not, in order."""
    match node:
        case ast.Assign(targets=targets, value=value):
            yield {name for each in targets for name in _stored(each)}, _names(value), under_condition
        case ast.AnnAssign(target=target, value=ast.expr() as value):
            yield _stored(target), _names(value), under_condition
        case ast.AugAssign(target=target, value=value):
            yield _names(target), _names(value) | _names(target), under_condition
        case ast.For(target=target, iter=rows):
            yield _stored(target), _names(rows), under_condition
        case ast.With(items=items):
            for item in items:
                if item.optional_vars is not None:
                    yield _stored(item.optional_vars), _names(item.context_expr), under_condition
    conditional = under_condition or isinstance(node, ast.If | ast.While | ast.Try)
    for each in (n for n in ast.iter_child_nodes(node) if isinstance(n, ast.stmt)):
        yield from _made(each, conditional)


def _outside_loops(body: Iterable[ast.stmt]) -> Iterator[ast.AST]:
    """Yield what stands in the body of a loop, without the loops inside, whose ``break`` is their own."""
    for each in body:
        if not isinstance(each, ast.For | ast.While):
            yield each
            yield from _outside_loops(n for n in ast.iter_child_nodes(each) if isinstance(n, ast.stmt))


def _is_reckoned_from(value: ast.expr, passing: set[str]) -> bool:
    return all(isinstance(n, NUMBERS_ONLY) for n in ast.walk(value)) and bool(_names(value) & passing)


def _names(node: ast.AST) -> set[str]:
    return {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}


def _stored(node: ast.AST) -> set[str]:
    return {n.id for n in ast.walk(node) if _is_stored(n)}  # type: ignore[attr-defined]


def _is_stored(node: ast.AST) -> bool:
    return isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
