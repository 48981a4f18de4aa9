"""A notebook's metadata and code to the language that it is written in."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from nb2prod.notebook.syntax import tree_of

MOST_REMEMBERED = 4096
"""Cells whose answer is kept."""
_PRINT_STATEMENT = re.compile(r"^\s*print\s+[\"'\w]", re.MULTILINE)
_OLD = re.compile(
    r"^\s*except\s+[\w.()]+(?:\s*,\s*\w+)+\s*:|^\s*raise\s+[\w.]+\s*,|^\s*exec\s+[\"'\w]|^\s*print\s*>>|\w\s*<>\s*\w|\b0[0-7]+\b(?!\.)"
    r"|\bur[\"']|\b\d+L\b|`\w+`",
    re.MULTILINE,
)
"""What only Python 2 understands: handlers with a comma, ``<>``, octal numbers, long ones, backticks."""
_NAMES = {"r": "R", "ir": "R", "julia": "Julia", "python2": "Python 2", "scala": "Scala", "sql": "SQL"}


def not_python(metadata: Mapping[str, Any], sources: Iterable[str]) -> str | None:
    """Return the name of the language where it is not Python 3, else ``None``."""
    kernel = metadata.get("kernelspec")
    info = metadata.get("language_info")
    kernel = kernel if isinstance(kernel, dict) else {}
    info = info if isinstance(info, dict) else {}
    for given in (info.get("name"), kernel.get("language")):
        if isinstance(given, str) and given.strip():
            language = given.strip().lower()
            if language not in {"python", "python3", "ipython", "ipython3", "xpython"}:
                return _NAMES.get(language, given.strip())
    version = info.get("version")
    if kernel.get("name") == "python2" or (isinstance(version, str) and version.startswith("2.")):
        # Many notebooks with old metadata are valid Python 3; only those that are not are Python 2.
        return "Python 2" if any(map(is_python_2, sources)) else None
    kernel_name = str(kernel.get("name", "")).lower()
    if kernel_name == "ir" or kernel_name.startswith("julia"):
        return _NAMES["ir"] if kernel_name == "ir" else "Julia"
    code = [each for each in sources if each.strip()]
    return "Python 2" if _are_mostly_python_2(code) else None  # else it is single cells that are wrong


def _are_mostly_python_2(cells: Sequence[str]) -> bool:
    others = 0
    for each in cells:
        others += not is_python_2(each)
        if 2 * others >= len(cells):
            return False
    return bool(cells)


@lru_cache(maxsize=MOST_REMEMBERED)
def is_python_2(source: str) -> bool:
    """Return whether the source has what only Python 2 has, such as its ``print`` statement, and is no Python 3."""
    try:
        tree_of(source)  # most are Python 3, and their trees are wanted next
    except SyntaxError as error:
        if not _PRINT_STATEMENT.search(source) and not _OLD.search(source):
            return False
        if "print" in error.msg:
            return True
        line = source.split("\n")[(error.lineno or 1) - 1] if error.lineno else ""
        return bool(_OLD.search(line))
    except (ValueError, RecursionError, MemoryError):
        return False
    return False
