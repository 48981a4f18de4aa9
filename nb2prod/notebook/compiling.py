"""A cell's code to whether Python's compiler may refuse it though its parser does not, as far as the text can tell."""

from __future__ import annotations

import ast
import re
import unicodedata
from collections.abc import Iterator, Sequence
from keyword import kwlist

SHORT = 800
"""Characters: in so few, nothing is nested as deeply as the compiler gives up on where each level takes two."""
_WORDS = (
    "return", "yield", "await", "async", "break", "continue", "global", "nonlocal", "def", "class", "lambda", "type",
    "try", "except", "case", "__future__", "__debug__",
)  # fmt: skip
"""One of them, ``with`` at the beginning of a line, or one of the signs, stands wherever the compiler refuses what is
outside its place, twice or too often."""
_SIGNS = (":=", "\r", "\f", "\\\n")
_WORD = re.compile(rf"\b(?:{'|'.join(_WORDS)})\b")
_WITH = re.compile(r"^[ \t]*with\b", re.MULTILINE)
_STAR = re.compile(rf"(?:^|[^\w\s)\]}}\"'*]|\b(?:{'|'.join(kwlist)}))[ \t]*\*(?!\*)", re.MULTILINE)
"""A star behind nothing that could be multiplied."""
_SIGNED = re.compile(r"[-+~]\s*[-+~]")
"""A level a character."""
_LOOP = re.compile(r"^[ \t]*(?:for|while)\b", re.MULTILINE)
MOST_LOOPS = 20
"""So many blocks within each other are one too many, and each begins a line."""
_KEYWORD = re.compile(r"[(,]\s*(?:#[^\n]*\n\s*)*([^\s(),=]+)\s*=(?!=)")
"""A keyword argument, which may be there only once in a call; names may have marks that are no ``\\w``."""


def may_not_compile(code: str, statements: Sequence[ast.stmt] = ()) -> bool:
    """Return whether the compiler may refuse ``code``, which the parser has taken: ``False`` is for certain.

    ``statements`` are those at its top, where they are known: what may be there only once in a call is then counted in
    each by itself. What the parser lets pass is in ``symtable.c``, ``compile.c`` and ``future.c`` of CPython.
    """
    if len(code) > SHORT or any(map(code.__contains__, _SIGNS)) or _SIGNED.search(code):
        return True
    many = code.count("for") + code.count("while") >= MOST_LOOPS  # which is told sooner
    if (many and len(_LOOP.findall(code)) >= MOST_LOOPS) or ("with" in code and _WITH.search(code)):
        return True
    if "*" in code and _STAR.search(code):
        return True
    if not (code.isascii() or unicodedata.is_normalized("NFKC", code)):  # names are not what they look like
        return True
    if any(map(code.__contains__, _WORDS)) and _WORD.search(code):
        return True
    return _repeats_a_keyword(code) and (not statements or any(map(_repeats_a_keyword, _texts(code, statements))))


def _repeats_a_keyword(code: str) -> bool:
    names = _KEYWORD.findall(code)
    return len(set(names)) < len(names)


def _texts(code: str, statements: Sequence[ast.stmt]) -> Iterator[str]:
    """Yield the lines of each statement, decorators and comments above included."""
    lines = code.split("\n")  # as the parser counts them: others' signs for the end of a line are among ``_SIGNS``
    end = 0
    for each in statements:
        begin = min(end, each.lineno - 1)  # the last may have ended in the same line
        end = each.end_lineno or len(lines)
        yield "\n".join(lines[begin:end])
