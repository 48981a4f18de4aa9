"""The repository's files as a drawing, each with the first words of its docstring."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

WIDTH = 100
QUIET = ("__init__.py", "py.typed", ".gitignore", ".editorconfig")
"""Files that need no mention."""
FOLDED = 4
"""How deep a package lies of which its own sentence is enough, as that of a concern."""
MACHINERY = "compiled"
"""A package of the repository of which that is enough, too: its owner can do without it."""


def tree(root: str, files: Mapping[str, str]) -> str:
    """Return the drawing of all files (path to text) below a folder."""
    lines = [f"{root}/"]
    known: set[str] = set()
    for path in sorted(files, key=_order):
        folders = _shown(path.split("/")[:-1], files)
        for depth, folder in enumerate(folders, 1):
            if folder not in known:
                known.add(folder)
                sentence = files.get(f"{folder}/__init__.py", "") if _is_folded(folder, files) else ""
                lines.append(_line(f"{'  ' * depth}{folder.rpartition('/')[2]}/", sentence))
        name = path.rpartition("/")[2]
        if name not in QUIET and not any(_is_folded(folder, files) for folder in folders):
            lines.append(_line(f"{'  ' * (len(folders) + 1)}{name}", files[path] if name.endswith(".py") else ""))
    return "\n".join(lines)


def _shown(parts: Iterable[str], files: Mapping[str, str]) -> list[str]:
    """Return the folders that a file lies in, up to the first whose sentence is enough."""
    found: list[str] = []
    for part in parts:
        if found and _is_folded(found[-1], files):
            break
        found.append(f"{found[-1]}/{part}" if found else part)
    return found


def _is_folded(folder: str, files: Mapping[str, str]) -> bool:
    parts = folder.split("/")
    deep = len(parts) >= FOLDED or (len(parts) == FOLDED - 1 and parts[-1] == MACHINERY)
    return deep and bool(files.get(f"{folder}/__init__.py", ""))


def _order(path: str) -> list[tuple[bool, str]]:
    """Sort folders before files, each by name."""
    parts = path.split("/")
    return [(depth == len(parts) - 1, part) for depth, part in enumerate(parts)]


def _line(name: str, text: str) -> str:
    found = re.match(r'(?:#.*\n)*"""(.+?)(?:"""|\n|$)', text)
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
