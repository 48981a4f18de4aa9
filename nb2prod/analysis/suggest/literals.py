"""Literals that people vary, as they stand in cells of their own."""

from __future__ import annotations

import ast

from nb2prod.analysis.model import Statement

LONGEST = 120


def literal_of(node: ast.stmt) -> tuple[str, ast.expr] | None:
    """Return the name and the value of ``name = literal``."""
    if isinstance(node, ast.Assign) and len(node.targets) == 1 and isinstance(node.targets[0], ast.Name):
        return node.targets[0].id, node.value
    if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value is not None:
        return node.target.id, node.value
    return None


def is_varied(statement: Statement) -> bool:
    """Return whether a statement sets a name to a literal that one would vary: a number, a truth value, a path or a
    word, a short list or dictionary of them; a text of several words and rows of data are not."""
    found = literal_of(statement.node)
    return found is not None and is_setting(found[1])


def is_setting(node: ast.expr) -> bool:
    """Return whether an expression is a literal that one would vary."""
    if isinstance(node, ast.UnaryOp):
        return is_setting(node.operand)
    if isinstance(node, ast.BinOp):
        return all(isinstance(each, ast.Constant | ast.BinOp) and is_setting(each) for each in (node.left, node.right))
    if isinstance(node, ast.Constant):
        return not isinstance(node.value, str) or _is_word(node.value)
    if isinstance(node, ast.List | ast.Tuple):
        return 0 < len(node.elts) <= 20 and _flat(node)
    if isinstance(node, ast.Dict):
        keys = all(isinstance(key, ast.Constant) and isinstance(key.value, str) for key in node.keys)
        return bool(node.keys) and keys and all(_is_choice(each) for each in node.values)
    return False


def _is_choice(node: ast.expr) -> bool:
    """Return whether it is a setting, or a list of settings to choose from."""
    if isinstance(node, ast.List | ast.Tuple):
        return all(is_setting(each) for each in node.elts)
    return is_setting(node)


def _is_word(text: str) -> bool:
    return len(text) <= LONGEST and (len(text.split()) <= 1 or "/" in text or "\\" in text or "." in text[-6:-1])


def _flat(node: ast.List | ast.Tuple) -> bool:
    """Return whether a list holds numbers; texts in a list are columns, which belong to the data."""
    numbers = (each.operand if isinstance(each, ast.UnaryOp) else each for each in node.elts)
    return all(isinstance(each, ast.Constant) and not isinstance(each.value, str) for each in numbers)
