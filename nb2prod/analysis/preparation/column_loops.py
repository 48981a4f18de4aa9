"""Loops that treat one column a turn: which turns are needed, and which tables."""

from __future__ import annotations

import ast
from collections.abc import Container, Iterator
from dataclasses import replace

from nb2prod.analysis.preparation.stores import Step
from nb2prod.analysis.preparation.syntax import name, pattern


def column_by_column(node: ast.For, table: str) -> bool:
    """Return whether each turn reads and stores only its own column of ``table``."""
    if not isinstance(node.target, ast.Name):
        return False
    key = node.target.id
    own = 0
    for inner in node.body:
        for child in ast.walk(inner):
            match child:
                case ast.Subscript(value=ast.Name(id=root), slice=ast.Name(id=column)) if (root, column) == (
                    table,
                    key,
                ):
                    own += 1
    mentioned = sum(isinstance(n, ast.Name) and n.id == table for inner in node.body for n in ast.walk(inner))
    return 0 < own == mentioned and all(_stores_own(inner, table, key) for inner in _simple(node.body))


def _simple(block: list[ast.stmt]) -> Iterator[ast.stmt]:
    for inner in block:
        if isinstance(inner, ast.If):
            yield from _simple([*inner.body, *inner.orelse])
        elif not isinstance(inner, ast.Pass):
            yield inner


def _stores_own(node: ast.stmt, table: str, key: str) -> bool:
    match node:
        case ast.Assign(targets=[ast.Subscript(value=ast.Name(id=root), slice=ast.Name(id=column))]):
            return (root, column) == (table, key)
    return False


def only_needed(step: Step, wanted: Container[str]) -> Step:
    """Return a loop without what it stores in tables that nobody needs: the training rows beside those asked about."""
    node = step.node
    if not isinstance(node, ast.For) or len(step.changes) < 2:
        return step
    kept = list(node.body)
    while unread := [inner for inner in kept if _stores_unread(inner, kept, wanted)]:
        kept = [inner for inner in kept if inner not in unread]
    if not kept or len(kept) == len(node.body):
        return step
    stored = {root for inner in kept for root in step.changes if any(_is_name(n, root) for n in ast.walk(inner))}
    made = ast.copy_location(ast.For(node.target, node.iter, kept, []), node)
    return replace(step, node=ast.fix_missing_locations(made), changes=frozenset(stored), unchanged=False)


def _stores_unread(node: ast.stmt, block: list[ast.stmt], wanted: Container[str]) -> bool:
    """Return whether a statement stores a column in a table that is not wanted and that no other statement reads."""
    match node:
        case ast.Assign(targets=[ast.Subscript(value=ast.Name(id=root))]) if root not in wanted:
            others = [inner for inner in block if inner is not node]
            return not any(_is_name(n, root) for inner in others for n in _read(inner, root))
    return False


def _read(node: ast.stmt, root: str) -> Iterator[ast.AST]:
    """Yield what a statement reads beside its own table, which a store in it only passes on."""
    match node:
        case ast.Assign(targets=[ast.Subscript(value=ast.Name(id=table), slice=key)]) if table == root:
            yield from ast.walk(key)
            return
    yield from ast.walk(node)


def _is_name(node: ast.AST, spelled: str) -> bool:
    return isinstance(node, ast.Name) and node.id == spelled


def without(node: ast.For, unwanted: frozenset[str]) -> ast.For:
    """Return the loop without the turns of columns that nobody needs."""
    if isinstance(node.iter, ast.List | ast.Tuple) and all(isinstance(each, ast.Constant) for each in node.iter.elts):
        kept = [each for each in node.iter.elts if getattr(each, "value", None) not in unwanted]
        return _over(node, ast.List(kept, ast.Load()))
    names = ast.List([ast.Constant(column) for column in sorted(unwanted)], ast.Load())
    return _over(node, _chosen(node, "KEY not in NAMES", NAMES=names))


def only_there(node: ast.For, table: str) -> ast.For:
    """Return the loop over those columns only that the table has: it is not known which are needed."""
    return _over(node, _chosen(node, "KEY in TABLE", TABLE=name(table)))


def _chosen(node: ast.For, test: str, **parts: ast.expr) -> ast.expr:
    assert isinstance(node.target, ast.Name)
    key = node.target.id
    return pattern(f"[{key} for {key} in COLUMNS if {test.replace('KEY', key)}]", COLUMNS=node.iter, **parts)


def _over(node: ast.For, columns: ast.expr) -> ast.For:
    made = ast.copy_location(ast.For(node.target, columns, node.body, []), node)
    return ast.fix_missing_locations(made)
