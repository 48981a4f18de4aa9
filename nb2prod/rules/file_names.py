"""Texts in code that name files: where they stand, and where the file is that they mean."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path, PurePosixPath

from nb2prod.analysis.nodes import Placed
from nb2prod.notebook.model import Cell, Notebook
from nb2prod.rules.editing import replaced
from nb2prod.rules.model import Finding, Fix, Source

LONGEST = 300
"""Characters that the name of a file may have here."""


def short_texts(nodes: Mapping[type[ast.AST], Sequence[Placed]]) -> Iterator[tuple[Placed, str]]:
    """Yield the texts that may name a file, the first of each statement line; docstrings are none."""
    prose = {
        id(each.node.value)
        for each in nodes.get(ast.Expr, ())
        if isinstance(each.node, ast.Expr) and isinstance(each.node.value, ast.Constant)
    }
    told: set[tuple[int, int, str]] = set()
    for placed in nodes.get(ast.Constant, ()):
        node = placed.node
        text = node.value if isinstance(node, ast.Constant) else None
        if not isinstance(text, str) or not 0 < len(text) <= LONGEST or "\n" in text or id(node) in prose:
            continue
        place = (placed.statement.cell, getattr(node, "lineno", 0), text)
        if place not in told:
            told.add(place)
            yield placed, text


def below(folder: Path, name: str) -> str:
    """Return the place below a folder of the file that a name ends with, the longest such end; empty where none is."""
    parts = [part for part in PurePosixPath(name.replace("\\", "/")).parts if part not in {"/", "~", ".."}]
    parts = [part for part in parts if not re.fullmatch(r"[A-Za-z]:/?", part)]
    for start in range(len(parts)):
        place = PurePosixPath(*parts[start:])
        if (folder / place).is_file():
            return str(place)
    return ""


def made_relative(
    finding: Finding, nodes: Mapping[type[ast.AST], Sequence[Placed]], cells: Sequence[Cell], notebook: Notebook
) -> Fix | None:
    """Return what writes the name of the same file below the notebook's folder in place of ``finding.subject``.

    ``None`` where there is no such file, where it is not the same, or where the name is put together from parts.
    """
    text, folder = finding.subject, notebook.path.absolute().parent
    place = below(folder, text)
    cell = next((each for each in cells if each.index == finding.cell), None)
    if not place or cell is None or not _is_same(Path(text), folder / place):
        return None
    joined = {id(part) for each in nodes.get(ast.JoinedStr, ()) for part in ast.walk(each.node)}
    for placed in nodes.get(ast.Constant, ()):
        node = placed.node
        here = isinstance(node, ast.Constant) and placed.statement.cell == finding.cell and node.lineno == finding.line
        if here and isinstance(node, ast.Constant) and node.value == text and id(node) not in joined:
            new = replaced(cell, node, f'"{place}"')
            return Fix(f"Name it {place}", (Source(cell.index, new),)) if new is not None else None
    return None


def _is_same(one: Path, other: Path) -> bool:
    """Say whether a file is gone, or has the same content as another."""
    try:
        if not one.is_absolute() or not one.is_file():
            return True
        return one.samefile(other) or (
            one.stat().st_size == other.stat().st_size and one.read_bytes() == other.read_bytes()
        )
    except OSError:
        return False
