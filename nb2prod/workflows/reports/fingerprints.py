"""Findings to fingerprints that stay while the lines of a notebook move."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from hashlib import sha256

from nb2prod.notebook.model import Notebook
from nb2prod.rules.model import Found

TEXTS = re.compile(r"(\"[^\"\n]*\"|'[^'\n]*')")
NUMBERS = re.compile(r"\d+")


def fingerprints(found: Iterable[Found], notebook: Notebook | None) -> list[str]:
    """Return one for each finding: of its rule, what it says and its line, and its number among those that are alike.

    Numbers that are said may count cells or lines, so they do not matter; texts in the line may be secrets.
    """
    alike: Counter[str] = Counter()
    made = []
    for each in found:
        said = NUMBERS.sub("#", each.finding.what)
        line = TEXTS.sub("''", _line(each, notebook).strip())
        digest = sha256("\0".join((each.rule.code, said, line)).encode("utf-8", "surrogatepass")).hexdigest()[:16]
        made.append(f"{digest}:{alike[digest]}")
        alike[digest] += 1
    return made


def _line(found: Found, notebook: Notebook | None) -> str:
    cell, line = found.finding.cell, found.finding.line
    if notebook is None or cell is None or line < 1:
        return ""
    lines = notebook.cells[cell].source.split("\n")
    return lines[line - 1] if line <= len(lines) else ""
