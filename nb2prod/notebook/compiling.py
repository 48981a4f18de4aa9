"""A cell's code to whether Python's compiler may refuse it though its parser does not, as far as the text can tell."""

from __future__ import annotations

import re
import unicodedata
from keyword import kwlist

SHORT = 800
"""Characters: in so few, nothing is nested as deeply as the compiler gives up on where each level takes two."""
_WORDS = (
    "return", "yield", "await", "async", "break", "continue", "global", "nonlocal", "def", "class", "lambda", "type",
    "with", "try", "except", "case", "__future__", "__debug__",
)  # fmt: skip
"""One of them, or of the signs, stands wherever the compiler refuses what is outside its place, twice or too often."""
_SIGNS = (":=", "\r", "\f", "\\\n")
_WORD = re.compile(rf"\b(?:{'|'.join(_WORDS)})\b")
_STAR = re.compile(rf"(?:^|[^\w\s)\]}}\"'*]|\b(?:{'|'.join(kwlist)}))[ \t]*\*(?!\*)", re.MULTILINE)
"""A star behind nothing that could be multiplied."""
_DEEP = re.compile(
    r"[-+~]\s*[-+~]"  # a level a character
    r"|^[ \t]{15,}(?:for|while)\b",  # 20 blocks are one too many, and each is a column further in
    re.MULTILINE,
)
_KEYWORD = re.compile(r"[(,]\s*(?:#[^\n]*\n\s*)*([^\s(),=]+)\s*=(?!=)")
"""A keyword argument, which may be there only once in a call; names may have marks that are no ``\\w``."""


def may_not_compile(code: str) -> bool:
    """Return whether the compiler may refuse ``code``, which the parser has taken: ``False`` is for certain.

    What the parser lets pass is in ``symtable.c``, ``compile.c`` and ``future.c`` of CPython.
    """
    if len(code) > SHORT or any(map(code.__contains__, _SIGNS)) or _DEEP.search(code):
        return True
    if "*" in code and _STAR.search(code):
        return True
    if not (code.isascii() or unicodedata.is_normalized("NFKC", code)):  # names are not what they look like
        return True
    if any(map(code.__contains__, _WORDS)) and _WORD.search(code):
        return True
    names = _KEYWORD.findall(code)
    return len(set(names)) < len(names)
