"""A cell's code and its statements to whether Python's compiler may refuse it though its parser does not."""

from __future__ import annotations

import ast
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from keyword import kwlist

SHORT = 800
"""Characters: in so few, nothing is nested as deeply as the compiler gives up on where each level takes two."""
DEEPEST = 6
"""Blocks within each other that are certain not to be too many: each counts for three at most, and 20 are."""
MOST_ITEMS = 3
"""Of ``with``: each counts for a block."""
_WORDS = ("yield", "await", "async", "global", "nonlocal", "__future__", "__debug__")
"""One of them, or one of the signs, stands wherever the compiler refuses an expression for its place, or a name."""
_SIGNS = (":=", "\r", "\f", "\\\n")
_WORD = re.compile(rf"\b(?:{'|'.join(_WORDS)})\b")
_STAR = re.compile(rf"(?:^|[^\w\s)\]}}\"'*]|\b(?:{'|'.join(kwlist)}))[ \t]*\*(?!\*)", re.MULTILINE)
"""A star behind nothing that could be multiplied."""
_SIGNED = re.compile(r"[-+~]\s*[-+~]")
"""A level a character."""
_LAMBDA = re.compile(r"\blambda\b([^:]*)")
_PLAIN_NAMES = re.compile(r"[\w\s,]*")
_KEYWORD = re.compile(r"[(,]\s*(?:#[^\n]*\n\s*)*([^\s(),=]+)\s*=(?!=)")
"""A keyword argument, which may be there only once in a call; names may have marks that are no ``\\w``."""
_SIMPLE = frozenset(
    (ast.Expr, ast.Assign, ast.AugAssign, ast.AnnAssign, ast.Import, ast.ImportFrom, ast.Delete, ast.Assert, ast.Raise,
     ast.Pass)
)  # fmt: skip
"""Statements that may stand anywhere, where none of the words and signs does."""


def may_not_compile(code: str, statements: Sequence[ast.stmt]) -> bool:
    """Return whether the compiler may refuse ``code``, which the parser has taken: ``False`` is for certain.

    ``statements`` are those at its top. What the parser lets pass is in ``symtable.c``, ``compile.c`` and ``future.c``
    of CPython.
    """
    if any(map(code.__contains__, _SIGNS)):
        return True
    if code.count("-") + code.count("+") + code.count("~") > 1 and _SIGNED.search(code):
        return True
    if "*" in code and _STAR.search(code):
        return True
    if not (code.isascii() or unicodedata.is_normalized("NFKC", code)):  # names are not what they look like
        return True
    if any(map(code.__contains__, _WORDS)) and _WORD.search(code):
        return True
    if "lambda" in code and any(map(_may_name_twice, _LAMBDA.findall(code))):
        return True
    if _misplaced(statements):
        return True
    if len(code) > SHORT:
        return any(len(text) > SHORT or _repeats_a_keyword(text) for text in _texts(code, statements))
    return _repeats_a_keyword(code) and any(map(_repeats_a_keyword, _texts(code, statements)))


def _repeats_a_keyword(code: str) -> bool:
    if code.count("=") < 2:
        return False
    names = _KEYWORD.findall(code)
    return len(set(names)) < len(names)


def _may_name_twice(parameters: str) -> bool:
    """Return whether a lambda may have two parameters of one name: certainly not where they are mere names."""
    names = [each.strip() for each in parameters.split(",")]
    return not _PLAIN_NAMES.fullmatch(parameters) or len(set(names)) < len(names)


def _misplaced(
    statements: Iterable[ast.stmt], depth: int = 0, *, in_function: bool = False, in_loop: bool = False
) -> bool:
    """Return whether one of the statements may be where, or as, it must not be."""
    for each in statements:
        kind = type(each)
        if kind in _SIMPLE:
            continue
        if kind is ast.Return:
            wrong = not in_function
        elif kind is ast.Break or kind is ast.Continue:
            wrong = not in_loop
        else:
            wrong = depth >= DEEPEST or _misplaced_in(each, depth + 1, in_function, in_loop)
        if wrong:
            return True
    return False


def _misplaced_in(block: ast.stmt, depth: int, in_function: bool, in_loop: bool) -> bool:
    """Return whether a statement with others in it may be wrong; any that is not known here may."""
    if isinstance(block, ast.FunctionDef):
        return _has_types(block) or _names_twice(block.args) or _misplaced(block.body, depth, in_function=True)
    if isinstance(block, ast.ClassDef):
        return _has_types(block) or _misplaced(block.body, depth)
    within: list[Sequence[ast.stmt]]
    if isinstance(block, ast.For | ast.While):
        if _misplaced(block.body, depth, in_function=in_function, in_loop=True):
            return True
        within = [block.orelse]
    elif isinstance(block, ast.If):
        within = [block.body, block.orelse]
    elif isinstance(block, ast.With) and len(block.items) <= MOST_ITEMS:
        within = [block.body]
    elif isinstance(block, ast.Try) and all(each.type is not None for each in block.handlers[:-1]):
        within = [block.body, *(each.body for each in block.handlers), block.orelse, block.finalbody]
    else:
        return True
    return any(_misplaced(each, depth, in_function=in_function, in_loop=in_loop) for each in within)


def _has_types(block: ast.FunctionDef | ast.ClassDef) -> bool:
    """Return whether it has parameters for types, which only newer Pythons know."""
    return bool(getattr(block, "type_params", ()))


def _names_twice(given: ast.arguments) -> bool:
    names = [each.arg for each in (*given.posonlyargs, *given.args, *given.kwonlyargs)]
    names += [each.arg for each in (given.vararg, given.kwarg) if each is not None]
    return len(set(names)) < len(names)


def _texts(code: str, statements: Sequence[ast.stmt]) -> Iterator[str]:
    """Yield the lines from where one statement begins to where the next does, those in blocks too: whatever expression
    there is stands in one of these texts."""
    lines = code.split("\n")  # as the parser counts them: others' signs for the end of a line are among ``_SIGNS``
    starts = sorted({each.lineno - 1 for each in _all(statements)})
    for start, end in pairwise((0, *starts, len(lines))):
        yield "\n".join(lines[start:end])


def _all(statements: Iterable[ast.stmt]) -> Iterator[ast.stmt]:
    """Yield statements and those in their blocks."""
    for each in statements:
        yield each
        if type(each) not in _SIMPLE:
            for name in ("body", "orelse", "finalbody"):
                yield from _all(getattr(each, name, ()))
            for handler in getattr(each, "handlers", ()):
                yield from _all(handler.body)
