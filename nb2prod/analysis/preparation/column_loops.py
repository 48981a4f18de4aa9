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


def reads_own(node: ast.For, table: str) -> bool:
    """Return whether a turn reads the column that it stores."""
    return any(
        isinstance(child, ast.Subscript) and isinstance(child.ctx, ast.Load) and _is_name(child.value, table)
        for inner in node.body
        for child in ast.walk(inner)
    )


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
    if not isinstance(node, ast.For):
        return step
    leaves = list(_leaves(node.body))
    tables = step.changes if len(step.changes) > 1 else frozenset[str]()
    kept = leaves
    while unread := [leaf for leaf in kept if _unread(leaf, node, kept, wanted, tables)]:
        kept = [leaf for leaf in kept if leaf not in unread]
    if not kept or len(kept) == len(leaves):
        return step
    body = _only(node.body, kept)
    stored = {root for inner in body for root in step.changes if any(_is_name(n, root) for n in ast.walk(inner))}
    made = ast.copy_location(ast.For(node.target, node.iter, body, []), node)
    return replace(step, node=ast.fix_missing_locations(made), changes=frozenset(stored), unchanged=False)


def _leaves(block: list[ast.stmt]) -> Iterator[ast.stmt]:
    """Yield the statements of a block, those inside of conditions and loops one by one."""
    for inner in block:
        if isinstance(inner, ast.If | ast.For):
            yield from _leaves([*inner.body, *inner.orelse])
        elif not isinstance(inner, ast.Pass):
            yield inner


def _only(block: list[ast.stmt], kept: list[ast.stmt]) -> list[ast.stmt]:
    """Return a block with only some of its statements, and the conditions and loops that these stand in."""
    made: list[ast.stmt] = []
    for inner in block:
        if not isinstance(inner, ast.If | ast.For):
            made += [inner] if inner in kept else []
            continue
        body, otherwise = _only(inner.body, kept), _only(inner.orelse, kept)
        if isinstance(inner, ast.For) and body:
            made.append(ast.copy_location(ast.For(inner.target, inner.iter, body, []), inner))
        elif isinstance(inner, ast.If) and (body or otherwise):
            made.append(ast.copy_location(ast.If(inner.test, body or [ast.Pass()], otherwise), inner))
    return made


def _unread(
    leaf: ast.stmt, loop: ast.For, kept: list[ast.stmt], wanted: Container[str], tables: Container[str]
) -> bool:
    """Return whether a statement stores a column in a table that is not wanted, or names something, and nothing else
    reads that."""
    match leaf:
        case ast.Assign(targets=[ast.Subscript(value=ast.Name(id=root) | ast.Attribute(value=ast.Name(id=root)))]):
            if root in wanted or root not in tables:
                return False
        case ast.Assign(targets=[ast.Name(id=root)]) if root not in wanted:
            pass
        case _:
            return False
    others = [inner for inner in kept if inner is not leaf]
    asked = [part for part in _conditions(loop) if any(inner in kept for inner in _leaves([part]))]
    tests = [part.test if isinstance(part, ast.If) else part.iter for part in asked]
    read = (n for inner in others for n in _read(inner, root))
    return not any(_is_name(n, root) for n in (*read, *(n for test in tests for n in ast.walk(test))))


def _conditions(node: ast.For | ast.If) -> Iterator[ast.For | ast.If]:
    """Yield the conditions and loops inside of a loop."""
    for inner in (*node.body, *node.orelse):
        if isinstance(inner, ast.If | ast.For):
            yield inner
            yield from _conditions(inner)


def _read(node: ast.stmt, root: str) -> Iterator[ast.AST]:
    """Yield what a statement reads beside its own table, which a store in it only passes on."""
    match node:
        case ast.Assign(
            targets=[ast.Subscript(value=ast.Name(id=table) | ast.Attribute(value=ast.Name(id=table)), slice=key)]
        ) if table == root:
            yield from (n for n in ast.walk(key) if not _is_name(n, root))
            return
        case ast.Assign(targets=[ast.Name()], value=value):
            yield from ast.walk(value)
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
