"""The repository's files as a drawing, each with the first words of its docstring."""

from __future__ import annotations

import re
from collections.abc import Mapping

WIDTH = 100
QUIET = ("__init__.py", "py.typed", ".gitignore", ".editorconfig")
"""Files that need no mention."""


def tree(root: str, files: Mapping[str, str]) -> str:
    """Return the drawing of all files (path to text) below a folder."""
    lines = [f"{root}/"]
    shown = sorted((path for path in files if path.rpartition("/")[2] not in QUIET), key=_order)
    known: set[str] = set()
    for path in shown:
        parts = path.split("/")
        for depth in range(1, len(parts)):
            folder = "/".join(parts[:depth])
            if folder not in known:
                known.add(folder)
                lines.append(f"{'  ' * depth}{parts[depth - 1]}/")
        lines.append(_line(f"{'  ' * len(parts)}{parts[-1]}", files[path]))
    return "\n".join(lines)


def _order(path: str) -> list[tuple[bool, str]]:
    """Sort folders before files, each by name."""
    parts = path.split("/")
    return [(depth == len(parts) - 1, part) for depth, part in enumerate(parts)]


def _line(name: str, text: str) -> str:
    found = re.match(r'(?:#.*\n)*"""(.+?)(?:"""|\n|$)', text) if name.endswith(".py") else None
    if not found or "{{" in found[1]:
        return name
    sentence = found[1].replace("``", "").strip().partition(". ")[0].rstrip(".")
    return f"{name:<32} {_short(sentence, WIDTH - 33)}"


def _short(sentence: str, width: int) -> str:
    """Return as much of a sentence as fits, up to a comma or the like where it must be cut."""
    if len(sentence) <= width:
        return sentence
    cut = sentence[:width]
    found = re.match(r"(.{15,})(?:[:;,.] | \()", cut)
    return found[1] if found else cut.rpartition(" ")[0] + " ..."
