"""Columns that are put into a table beside the ones that a model is asked about: the rows are still what they were."""

from __future__ import annotations

import ast

from nb2prod.analysis.inference.expressions import root_name
from nb2prod.analysis.model import Dataflow


def before_stores(
    flow: Dataflow, name: str, now: frozenset[int] | None, wanted: frozenset[int], rows: str
) -> frozenset[int] | None:
    """Return the sources of a table as they were before columns were put into it that are not among ``rows``, which
    choose others by their names."""
    whole = ast.parse(rows or "None", mode="eval")
    chosen = [n.value for n in ast.walk(whole) if isinstance(n, ast.Subscript) and _names_columns(n.slice)]
    read = [n for n in ast.walk(whole) if isinstance(n, ast.Name) and n.id == name]
    if not read or not all(any(n is table for table in chosen) for n in read):
        return now
    while now != wanted and now is not None and len(now) == 1:
        (source,) = now
        if not stores_beside(flow.statements[source].node, name, rows):
            break
        now = flow.sources[source].get(name)
    return now


def _names_columns(key: ast.expr) -> bool:
    names = key.elts if isinstance(key, ast.List) else [key]
    return all(isinstance(each, ast.Constant) and isinstance(each.value, str) for each in names)


def stores_beside(node: ast.stmt, name: str, rows: str) -> bool:
    """Return whether a statement puts answers into a column of the table that it takes the rows from, and it is another
    column than theirs."""
    if not isinstance(node, ast.Assign) or not all(isinstance(each, ast.Subscript) for each in node.targets):
        return False
    stores = [each for each in node.targets if isinstance(each, ast.Subscript)]
    plain = all(isinstance(each.slice, ast.Constant) and root_name(each) == name for each in stores)
    return plain and not any(repr(each.slice.value) in rows for each in stores if isinstance(each.slice, ast.Constant))
