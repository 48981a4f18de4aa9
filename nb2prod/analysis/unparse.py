"""An expression to its text: what ``ast.unparse`` gives, in a fraction of its time for what stands in calls most."""

from __future__ import annotations

import ast

_AS_REPR = frozenset((str, int, bool, bytes, type(None)))
"""Constants that ``repr`` writes; numbers with a point may be infinite, and strings can be told to be ``u"..."``."""


def unparsed(node: ast.AST) -> str:
    """Return what ``ast.unparse`` gives."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Constant) and type(node.value) in _AS_REPR and not node.kind:
        return repr(node.value)
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name | ast.Attribute):
        return f"{unparsed(node.value)}.{node.attr}"
    return ast.unparse(node)
