"""A cell's code to whether Python's compiler may refuse it though its parser does not, as far as the text can tell."""

from __future__ import annotations

import re

SHORT = 800
"""Characters: in so few, nothing is nested as deeply as the compiler gives up on where each level takes two."""
_REFUSED = re.compile(
    r"\b(?:return|yield|await|async|break|continue|global|nonlocal|def|class|lambda|type|with|try|except|case"
    r"|__future__|__debug__)\b"
    r"|:=|\*|[\r\f]|\\\n"
    r"|[-+~]\s*[-+~]"  # a level a character
    r"|^[ \t]{15,}(?:for|while)\b",  # 20 blocks are one too many, and each is a column further in
    re.MULTILINE,
)
"""What stands wherever the compiler refuses something: outside its place, twice, too often or too deep."""
_KEYWORD = re.compile(r"[(,]\s*(?:#[^\n]*\s*)*(\w+)\s*=(?!=)")
"""A keyword argument, which may be there only once in a call."""


def may_not_compile(code: str) -> bool:
    """Return whether the compiler may refuse ``code``, which the parser has taken: ``False`` is for certain.

    What the parser lets pass is in ``symtable.c``, ``compile.c`` and ``future.c`` of CPython.
    """
    if len(code) > SHORT or not code.isascii() or _REFUSED.search(code):
        return True
    names = _KEYWORD.findall(code)
    return len(set(names)) < len(names)
