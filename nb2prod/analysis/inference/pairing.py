"""Tables in which answers stand beside columns that no request has, such as a competition's submission."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from nb2prod.analysis.inference.expressions import calls, root_name
from nb2prod.analysis.inference.request import Request
from nb2prod.analysis.inference.section import Section
from nb2prod.notebook.called import called_name

JOINING = frozenset({"DataFrame", "concat", "Series"})


def paired_names(section: Section, request: Request) -> set[str]:
    """Return the names of tables inside that take a column from outside which is not part of the request: for a new
    row there is no such column, so they are no answers."""
    # of a table of which the request is a part, nothing else is asked
    asked = set() if request.expression is not None else {*request.names, *request.entries}
    found: set[str] = set()
    for index, statement in section.inside.items():
        node = statement.node
        foreign = [c for c in columns(node) if _is_foreign(section, index, c, asked)]
        if not foreign or not isinstance(node, ast.Assign):
            continue
        target = node.targets[0]
        found |= {target.id} if isinstance(target, ast.Name) else {root_name(target)} - asked
    return found - {""}


def columns(node: ast.stmt) -> Iterator[ast.expr]:
    """Yield what is put into a table as a column."""
    if not isinstance(node, ast.Assign):
        return
    if isinstance(node.targets[0], ast.Subscript):
        yield node.value
    for call in calls(node):
        name = called_name(call)
        if name in JOINING and call.args:
            first = call.args[0]
            if isinstance(first, ast.Dict):
                yield from first.values
            elif isinstance(first, ast.List | ast.Tuple):
                yield from first.elts


def _is_foreign(section: Section, index: int, column: ast.expr, asked: set[str]) -> bool:
    """Return whether a column is one of a table outside, or a name for one, and not of the request."""
    while isinstance(column, ast.Attribute) and column.attr == "values":
        column = column.value
    by_label = isinstance(column, ast.Subscript) and isinstance(column.slice, ast.Constant | ast.List)
    plain = isinstance(column, ast.Attribute | ast.Name) or by_label
    root = root_name(column)
    if not plain or root in asked or root_name(column) == "":
        return False
    return section.is_data(index, root)
