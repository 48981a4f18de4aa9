"""Texts in code that name files: where they stand, and where the file is that they mean."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path, PurePosixPath

from nb2prod.analysis.nodes import Placed, parents_of
from nb2prod.notebook.called import called_name
from nb2prod.notebook.elsewhere import note
from nb2prod.notebook.model import Cell, Notebook
from nb2prod.rules.editing import replaced
from nb2prod.rules.model import Finding, Fix, Source

LONGEST = 300
"""Characters that the name of a file may have here."""
LOOKED_UP = frozenset(
    ("count", "dirname", "endswith", "eq", "find", "get", "index", "isin", "len", "map", "ne", "pop", "replace",
     "rfind", "setdefault", "split", "startswith")
)  # fmt: skip
"""Functions and methods to which a text is more than the name of a file."""
_GOES_ELSEWHERE = re.compile(r"\bchdir\s*\(|^\s*%(?:cd|pushd|popd)\b", re.MULTILINE)
"""What makes another folder the current one."""


def paths_in(nodes: Mapping[type[ast.AST], Sequence[Placed]]) -> Iterator[tuple[Placed, str]]:
    """Yield the texts that may name a file by its folder, each once for a line; docstrings are none."""
    prose = {
        id(each.node.value)
        for each in nodes.get(ast.Expr, ())
        if isinstance(each.node, ast.Expr) and isinstance(each.node.value, ast.Constant)
    }
    told: set[tuple[int, int, str]] = set()
    for placed in nodes.get(ast.Constant, ()):
        node = placed.node
        text = node.value if isinstance(node, ast.Constant) else None
        if not isinstance(text, str) or ("/" not in text and "\\" not in text):
            continue
        if len(text) > LONGEST or "\n" in text or id(node) in prose:
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
        if note(folder / place).is_file():
            return str(place)
    return ""


def made_relative(
    finding: Finding, nodes: Mapping[type[ast.AST], Sequence[Placed]], cells: Sequence[Cell], notebook: Notebook
) -> Fix | None:
    """Return what writes the name of the same file below the notebook's folder in place of ``finding.subject``.

    ``None`` where there is no such file, where it is not the same, where the name is put together from parts or is more
    than a file's name to the code, and where the notebook changes its folder.
    """
    if any(_GOES_ELSEWHERE.search(each.source) for each in notebook.cells):
        return None
    text, folder = finding.subject, notebook.path.absolute().parent
    place = below(folder, text)
    cell = next((each for each in cells if each.index == finding.cell), None)
    if not place or cell is None or not _is_same(Path(text), folder / place):
        return None
    for placed in nodes.get(ast.Constant, ()):
        node = placed.node
        here = isinstance(node, ast.Constant) and placed.statement.cell == finding.cell and node.lineno == finding.line
        if here and isinstance(node, ast.Constant) and node.value == text and _is_only_named(placed, nodes):
            new = replaced(cell, node, f'"{place}"')
            return Fix(f"Name it {place}", (Source(cell.index, new),)) if new is not None else None
    return None


def _is_only_named(placed: Placed, nodes: Mapping[type[ast.AST], Sequence[Placed]]) -> bool:
    """Say whether a text is handed on as it is, and so are the names that it is given, wherever they are read."""
    parents = parents_of(placed.statement.node)
    parent = parents[placed.node]
    if not _is_handed_on(placed.node, parent, parents):
        return False
    targets = {each.id for each in getattr(parent, "targets", ()) if isinstance(each, ast.Name)}
    read = (each for each in nodes.get(ast.Name, ()) if targets and getattr(each.node, "id", "") in targets)
    for each in read:
        above = parents_of(each.statement.node)
        if not _is_handed_on(each.node, above[each.node], above):
            return False
    return True


def _is_handed_on(node: ast.AST, parent: ast.AST, parents: Mapping[ast.AST, ast.AST]) -> bool:
    """Say whether nothing is computed of a text where it stands: it is no part of another, compared, or looked up."""
    if isinstance(parent, ast.keyword | ast.List | ast.Tuple | ast.Starred):
        return _is_handed_on(parent, parents[parent], parents)
    if isinstance(parent, ast.Call):
        return node is not parent.func and called_name(parent) not in LOOKED_UP
    if isinstance(parent, ast.Dict):
        return node not in parent.keys
    if isinstance(parent, ast.FormattedValue):  # what is told to people may be told otherwise
        told = parents.get(parents[parent])
        return isinstance(told, ast.Call) and called_name(told) == "print"
    return not isinstance(parent, ast.Attribute | ast.BinOp | ast.Compare | ast.JoinedStr | ast.Set | ast.Subscript)


def _is_same(one: Path, other: Path) -> bool:
    """Say whether a file is gone, or has the same content as another."""
    try:
        if not one.is_absolute() or not note(one).is_file():
            return True
        return one.samefile(other) or (
            one.stat().st_size == other.stat().st_size and one.read_bytes() == other.read_bytes()
        )
    except OSError:
        return False
