"""A cell's code to its top-level statements, each with its text and the comments that belong to it."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterator, Sequence

from nb2prod.analysis.model import Kind
from nb2prod.notebook.kept import Kept
from nb2prod.notebook.syntax import tree_of
from nb2prod.records import record


@record
class Piece:
    """One top-level statement as it stands in its cell; ``line`` counts from 1 and is its decorator's if it has one."""

    line: int
    source: str
    node: ast.stmt
    kind: Kind


def split_statements(code: str) -> Iterator[Piece]:
    """Yield the top-level statements of ``code``; raises SyntaxError (or ValueError for NUL bytes) like ``ast.parse``.

    A statement's text includes the comment lines directly above it and a comment behind its last line. What stands
    below ``if __name__ == "__main__":`` counts as standing at the top level, as it does when a notebook runs.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield from _pieces(code, ast.parse(code))


@Kept
def kept_statements(code: str, copy: int = 0) -> Sequence[Piece]:
    """Return what :func:`split_statements` yields, with nodes that nobody may change: they are kept for whoever asks
    for the same again. ``copy`` is as for ``tree_of``."""
    return tuple(_pieces(code, tree_of(code, copy)))


def _pieces(code: str, tree: ast.Module) -> Iterator[Piece]:
    if "__main__" in code and any(map(_is_main_guard, tree.body)):
        code = _without_main_guards(code, tree)
        tree = ast.parse(code)
    lines = code.split("\n")
    encoded = None if code.isascii() else [line.encode() for line in lines]
    previous_end = 0
    for place, node in enumerate(tree.body):
        decorators = getattr(node, "decorator_list", ())
        first = min(node.lineno, *(each.lineno for each in decorators)) if decorators else node.lineno
        last = node.end_lineno or node.lineno
        if first == last and encoded is None:
            text = lines[first - 1][node.col_offset : node.end_col_offset]
        else:
            text = _text(node, first, last, lines, encoded)
        alone = place + 1 == len(tree.body) or tree.body[place + 1].lineno > last
        if alone and "#" in lines[last - 1]:
            text += _trailing_comment(
                lines[last - 1], encoded[last - 1] if encoded is not None else None, node.end_col_offset or 0
            )
        above: list[str] = []
        if first - 2 >= previous_end and "#" in lines[first - 2] and _starts_line(lines[first - 1], node, first):
            above = _comments_above(lines, first, previous_end)
        yield Piece(first, "\n".join([*above, text]) if above else text, node, kind_of(node))
        previous_end = last


def _is_main_guard(node: ast.stmt) -> bool:
    if not isinstance(node, ast.If):
        return False
    match node:
        case ast.If(
            test=ast.Compare(left=ast.Name("__name__"), ops=[ast.Eq()], comparators=[ast.Constant("__main__")]),
            orelse=[],
        ):
            return True
    return False


def _without_main_guards(code: str, tree: ast.Module) -> str:
    """Return the code with the bodies of ``if __name__ == "__main__":`` moved out, line for line."""
    lines = code.encode().split(b"\n")
    inside = {
        line
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant | ast.JoinedStr) and (node.end_lineno or 0) > node.lineno
        for line in range(node.lineno + 1, (node.end_lineno or 0) + 1)
    }
    for guard in tree.body:
        if not (isinstance(guard, ast.If) and _is_main_guard(guard)):
            continue
        first, margin = guard.body[0].lineno, guard.body[0].col_offset
        for number in range(guard.lineno, first):
            lines[number - 1] = b""
        for number in range(first, (guard.end_lineno or first) + 1):
            line = lines[number - 1]
            if number not in inside and (number == first or not line[:margin].strip()):
                lines[number - 1] = line[margin:]
    return b"\n".join(lines).decode()


_KINDS: dict[type[ast.stmt], Kind] = {
    ast.Import: Kind.IMPORT,
    ast.ImportFrom: Kind.IMPORT,
    ast.FunctionDef: Kind.FUNCTION,
    ast.AsyncFunctionDef: Kind.FUNCTION,
    ast.ClassDef: Kind.CLASS,
}


def kind_of(node: ast.stmt) -> Kind:
    """Return what a statement is, as far as moving it is concerned."""
    kind = type(node)
    if kind in _KINDS:
        return _KINDS[kind]
    if kind is not ast.Assign and kind is not ast.AnnAssign:
        return Kind.OTHER
    targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
    value = getattr(node, "value", None)
    if value is None or not is_literal(value):
        return Kind.OTHER
    return Kind.CONSTANT if all(isinstance(target, ast.Name) for target in targets) else Kind.OTHER


_ENDS_LITERALS = frozenset((ast.Call, ast.Name, ast.Attribute, ast.Subscript))
"""The expressions that are met most, and are no literals."""


def is_literal(node: ast.expr) -> bool:
    """Return whether an expression is built from constants alone."""
    if isinstance(node, ast.Constant):
        return True
    if type(node) in _ENDS_LITERALS:
        return False
    if isinstance(node, ast.List | ast.Tuple | ast.Set):
        return all(map(is_literal, node.elts))
    if isinstance(node, ast.Dict):
        return all(key is not None and is_literal(key) for key in node.keys) and all(map(is_literal, node.values))
    if isinstance(node, ast.UnaryOp):
        return is_literal(node.operand)
    if isinstance(node, ast.BinOp):
        return is_literal(node.left) and is_literal(node.right)
    return False


def _text(node: ast.stmt, first: int, last: int, lines: list[str], encoded: list[bytes] | None) -> str:
    start = node.col_offset if first == node.lineno else 0
    end = node.end_col_offset or 0
    if encoded is None:
        part = lines[first - 1 : last]
        part[-1] = part[-1][:end]
        part[0] = part[0][start:]
        return "\n".join(part)
    raw = encoded[first - 1 : last]
    raw[-1] = raw[-1][:end]
    raw[0] = raw[0][start:]
    return b"\n".join(raw).decode()


def _trailing_comment(line: str, encoded: bytes | None, end: int) -> str:
    rest = (encoded[end:].decode() if encoded is not None else line[end:]).lstrip("; \t")
    return f"  {rest.rstrip()}" if rest.startswith("#") else ""


def _starts_line(line: str, node: ast.stmt, first: int) -> bool:
    return first != node.lineno or not node.col_offset or not line.encode()[: node.col_offset].strip()


def _comments_above(lines: list[str], first: int, previous_end: int) -> list[str]:
    above: list[str] = []
    number = first - 2
    while number >= previous_end and lines[number].lstrip().startswith("#"):
        above.append(lines[number].strip())
        number -= 1
    return above[::-1]
