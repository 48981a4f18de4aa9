"""What the run showed of raw rows that were not prepared as the notebook does it goes in; the statement comes out."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator

from nb2prod.analysis.preparation.model import Preparation
from nb2prod.analysis.preparation.reading import named_columns
from nb2prod.capture.model import RawRows


def statement_in_the_way(preparation: Preparation, definitions: str, raw: RawRows) -> int:
    """Return the statement that raised, or that was the last to make the columns that differ; -1 where neither is
    known. ``definitions`` is the source that the probe ran, which has the function."""
    if raw.line:
        before = definitions[: max(definitions.find(preparation.function.strip()), 0)].count("\n")
        return _statement_at(preparation, raw.line - before)
    if raw.columns:
        stores = list(_stores(preparation.function))
        known = [line for line, made in stores if made is not None and made & set(raw.columns)]
        found = known or [line for line, made in stores if made is None]
        return _statement_at(preparation, found[-1]) if found else -1
    return -1


def _statement_at(preparation: Preparation, line: int) -> int:
    return preparation.lines[line - 1] if 0 < line <= len(preparation.lines) else -1


def _stores(function: str) -> Iterator[tuple[int, frozenset[str] | None]]:
    """Yield the lines of statements that make columns, and which: ``None`` where only the run knows them."""
    definition = ast.parse(function).body[0]
    assert isinstance(definition, ast.FunctionDef)
    for statement in definition.body:
        made = [_made(node) for node in ast.walk(statement) if isinstance(node, ast.Subscript)]
        stored = [columns for columns, is_store in made if is_store]
        if stored:
            known = [columns for columns in stored if columns is not None]
            over = named_columns(statement.iter) if isinstance(statement, ast.For) else None
            columns = frozenset[str]().union(*known) if len(known) == len(stored) else over
            yield statement.lineno, columns
        elif _calls(statement, {"get_dummies", "rename", "astype", "merge", "apply", "transform"}):
            yield statement.lineno, None


def _made(node: ast.Subscript) -> tuple[frozenset[str] | None, bool]:
    key = node.slice
    if isinstance(node.value, ast.Attribute) and isinstance(key, ast.Tuple):
        key = key.elts[-1]
    return named_columns(key), isinstance(node.ctx, ast.Store)


def _calls(node: ast.AST, names: Collection[str]) -> bool:
    return any(isinstance(n, ast.Call) and getattr(n.func, "attr", "") in names for n in ast.walk(node))
