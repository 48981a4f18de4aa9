"""Data files: which of them travel with the repository, and how the moved code finds them."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from nb2prod.capture.model import FileRead
from nb2prod.errors import Problem
from nb2prod.plan.graph import Graph
from nb2prod.plan.write.text import replace_nodes

LARGEST = 10_000_000
"""Bytes; larger files stay where they are and are recorded with their checksum."""


@dataclass(frozen=True)
class DataFiles:
    """The files that the notebook read, and how they are named in the repository."""

    folder: Path
    """The notebook's folder."""
    files: tuple[FileRead, ...]
    in_data_folder: bool = False
    """Whether the code runs inside the data folder with its paths as they were, because they are computed."""
    renamed: Mapping[str, str] = field(default_factory=dict)
    """Path as in the evidence to the name below the repository's data folder."""

    def copies(self) -> dict[str, str]:
        """Return path in the repository to the file to copy."""
        small = [f for f in self.files if f.size <= LARGEST]
        return {f"data/{self.renamed[f.path]}": str(self.folder / f.path) for f in small}

    def left_in_place(self) -> dict[str, str]:
        """Return path in the repository to the file, for those that are too large to copy."""
        large = [f for f in self.files if f.size > LARGEST]
        return {f"data/{self.renamed[f.path]}": str(self.folder / f.path) for f in large}

    def manifest(self) -> dict[str, dict[str, Any]]:
        """Return name below the data folder to checksum, size in bytes, and whether the file is in the repository."""
        return {
            self.renamed[f.path]: {"sha256": f.sha256, "size": f.size, "included": f.size <= LARGEST}
            for f in sorted(self.files, key=lambda f: self.renamed[f.path])
        }

    def file_of(self, text: str) -> str:
        """Return the name below the data folder of the file that a literal means, or an empty string."""
        relative = _relative(text, self.folder)
        return self.renamed.get(relative, "")

    def rewrite(self, source: str) -> str:
        """Return ``source`` with the literals that name data files replaced by calls of ``data_file``."""
        if self.in_data_folder or not self.files:
            return source
        found = []
        for node in _literals(ast.parse(source)):
            name = self.file_of(str(node.value))
            if name:
                found.append((node, f"data_file({name!r})"))
        return replace_nodes(source, found) if found else source


def plan_files(
    graph: Graph, statements: Iterable[int], read: Sequence[FileRead], parameters: Mapping[str, Any]
) -> tuple[DataFiles, list[Problem]]:
    """Return how the files are found, and the problems: literals that point outside the notebook's folder."""
    folder = graph.notebook.path.parent.resolve()
    inside = tuple(f for f in read if is_data(f))
    outside = {f.path for f in read if not f.inside}
    literals: dict[str, int] = {}
    for index in statements:
        for node in _literals(graph.flow.statements[index].node):
            literals.setdefault(str(node.value), index)
    for name, value in parameters.items():
        if isinstance(value, str):
            literals.setdefault(value, graph.parameters[name])
    named = {_relative(text, folder) for text in literals}
    computed = any(f.path not in named for f in inside)
    names = [f.path for f in inside]
    renamed = {path: path for path in names} if computed else _shortened(names)
    problems = [
        Problem(
            f"the file {text!r} lies outside the notebook's folder and would not be there for the service",
            graph.place(index),
            "put it next to the notebook and use a relative path",
        )
        for text, index in literals.items()
        if text in outside or _relative(text, folder) in outside
    ]
    return DataFiles(folder, inside, computed and bool(inside), renamed), problems


def is_data(file: FileRead) -> bool:
    """Return whether a file that was read is data: no code, and no hidden file, which holds settings or secrets."""
    path = PurePosixPath(file.path)
    return file.inside and path.suffix not in {".py", ".ipynb"} and not path.name.startswith(".")


def _literals(tree: ast.AST) -> Iterable[ast.Constant]:
    """Yield string constants outside f-strings that may be paths."""
    if isinstance(tree, ast.JoinedStr):
        return
    if isinstance(tree, ast.Constant) and isinstance(tree.value, str) and 0 < len(tree.value) < 1000:
        yield tree
    for child in ast.iter_child_nodes(tree):
        yield from _literals(child)


def _relative(text: str, folder: Path) -> str:
    try:
        path = (folder / text).resolve()
        return path.relative_to(folder).as_posix() if path.is_relative_to(folder) else str(path)
    except (ValueError, OSError):
        return text


def _shortened(paths: Sequence[str]) -> dict[str, str]:
    """Return shorter names: without a first folder such as ``data`` that all share and whose name says no more."""
    firsts = {PurePosixPath(p).parts[0] for p in paths if len(PurePosixPath(p).parts) > 1}
    if len(firsts) == 1 and all(len(PurePosixPath(p).parts) > 1 for p in paths):
        return {p: PurePosixPath(*PurePosixPath(p).parts[1:]).as_posix() for p in paths}
    return {p: p for p in paths}
