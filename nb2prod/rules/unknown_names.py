"""A dataflow to the names that it reads and that nothing above gives a value: where, and what became of them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from nb2prod.analysis.children import walked
from nb2prod.analysis.model import Dataflow, Statement
from nb2prod.analysis.named_in_text import FORMULAS
from nb2prod.analysis.nodes import Placed
from nb2prod.notebook.model import SKIP, Notebook

ALIKE = 0.8
"""From which ratio on (``difflib``) a name is told as what may have been meant."""
HISTORY = re.compile(r"_{1,3}|_i{1,3}|_i?\d+|_[ido]h|In|Out")
"""The names under which IPython keeps what was run before."""
READING = frozenset(
    {"eval", "exec", "compile", "query", "globals", "locals", "vars", "dir", "Timer", "timeit", "repeat",
     "run_cell", "run_cell_magic", "run_line_magic", "system", *FORMULAS}
)  # fmt: skip
"""Calls that read names which a text says."""
TYPED = (
    (ast.arg, "annotation"),
    (ast.AnnAssign, "annotation"),
    (ast.FunctionDef, "returns"),
    (ast.AsyncFunctionDef, "returns"),
)
"""Where a type is said, which may be a text."""
_MAGIC = re.compile(r"\s*(?:[\w, ]+=\s*)?[%!]")
"""How a line begins that IPython reads, and not Python."""
_WORD = re.compile(r"[^\W\d]\w*")
_BY_THEMSELVES = re.compile(
    r"\b(?:exec|globals|locals|vars(?=\(\s*\))|load_session|run_line_magic|run_cell_magic)\s*\("
)
"""Calls that may give a value to any name."""
_SAID_BY_THEMSELVES = ("exec", "globals", "locals", "vars", "load_session", "run_line_magic", "run_cell_magic")
"""One of them is in whatever the pattern above fits: few cells have one, which a look tells faster."""
_GUARDED = re.compile(r"""(["'])(\w+)\1\s+(?:not\s+)?in\s+dir\(\s*\)""")
"""A question for whether a name has a value: the code knows that it may have none."""
_BY_TEXT = re.compile(r"\b(?:eval|query)\s*\(")
"""Calls that may read any name, as a text says."""


@dataclass(frozen=True)
class Unknown:
    """A name that a statement reads, and that has no value there in a run from the top."""

    name: str
    statement: Statement
    """One of those that read it; the first comes first."""
    line: int
    """In the cell, from 1."""
    direct: bool
    """Whether the statement itself reads it, and not only a function that it calls."""
    below: Statement | None = None
    """The first statement further down that defines it."""
    deleted: Statement | None = None
    """The last statement above that deletes it."""
    alike: str = ""
    """A name that is known there and almost the same."""


def reads_by_text(notebook: Notebook) -> bool:
    """Say whether the notebook may read names that are nowhere to be seen in its code."""
    return any(_brings_names(cell.source) or _BY_TEXT.search(cell.source) for cell in notebook.cells)


def _brings_names(source: str) -> bool:
    """Say whether something in a cell may give a value to any name."""
    return any(map(source.__contains__, _SAID_BY_THEMSELVES)) and _BY_THEMSELVES.search(source) is not None


def unknown_names(notebook: Notebook, flow: Dataflow) -> Sequence[Unknown]:
    """Return the names, in the order in which they are read; none where something may give any name a value."""
    if any(_brings_names(cell.source) for cell in notebook.cells):
        return ()
    return tuple(_unknown(notebook, flow))


def _unknown(notebook: Notebook, flow: Dataflow) -> Iterator[Unknown]:
    unseen = frozenset(named_unseen(notebook)) if flow.undefined else frozenset()
    silent = {said[2] for cell in notebook.cells if "dir(" in cell.source for said in _GUARDED.finditer(cell.source)}
    alike: dict[str, str] = {}
    for index in sorted(flow.undefined):
        statement = flow.statements[index]
        if notebook.cells[statement.cell].section == SKIP:
            continue
        for name in sorted(flow.undefined[index] - silent - unseen):
            if HISTORY.fullmatch(name):
                continue
            below = next((each for each in flow.statements[index + 1 :] if name in each.facts.definitions), None)
            above = flow.statements[:index]
            deleted = next((each for each in reversed(above) if name in each.facts.deletions), None)
            read, set_above = _lines(statement, name)
            if set_above or not (read or any(name in each.facts.deferred for each in above)):
                # An earlier turn of a loop may have set it; a formula in a text has words of its own.
                silent.update({name} - alike.keys())
                continue
            alike.setdefault(name, _alike(name, above) if name not in alike else "")
            yield Unknown(name, statement, read or statement.line, bool(read), below, deleted, alike[name])


def _lines(statement: Statement, name: str) -> tuple[int, bool]:
    """Return the first line that reads a name, 0 if none does, and whether a line above it sets the name."""
    named = [each for each in walked(statement.node) if isinstance(each, ast.Name) and each.id == name]
    grown = {id(each.target) for each in walked(statement.node) if isinstance(each, ast.AugAssign)}
    read = min((each.lineno for each in named if isinstance(each.ctx, ast.Load) or id(each) in grown), default=0)
    return read, any(isinstance(each.ctx, ast.Store) and each.lineno < read for each in named)


def _alike(name: str, above: Sequence[Statement]) -> str:
    known = sorted({each for statement in above for each in statement.facts.definitions} - {name})
    return next(iter(get_close_matches(name, known, n=1, cutoff=ALIKE)), "")


def named_unseen(notebook: Notebook) -> Iterator[str]:
    """Yield the words of what analysis cannot read: cells that are refused, and lines of magics."""
    refused = {each.cell for each in notebook.refused if each.kind != "await"}
    for cell in notebook.cells:
        whole = cell.index in refused or cell.source.lstrip().startswith("%%")
        if not whole and "%" not in cell.source and "!" not in cell.source:
            continue
        goes_on = False
        for line in cell.source.splitlines():
            if whole or goes_on or _MAGIC.match(line):
                yield from _WORD.findall(line)
                goes_on = line.endswith("\\")


def named_in_texts(
    nodes: Mapping[type[ast.AST], Sequence[Placed]], words: frozenset[str] | None = None
) -> Iterator[str]:
    """Yield the words of texts where some code is run, or some name looked up, that a text says; and of those that
    are said to be types, which pydantic and dataclasses look up.

    ``words`` are all names and attributes in ``nodes``, where they are known.
    """
    reads = not words or not READING.isdisjoint(words)
    called = (each.node.func for each in nodes.get(ast.Call, ()) if isinstance(each.node, ast.Call))
    if reads and any(
        (node.id if isinstance(node, ast.Name) else getattr(node, "attr", "")) in READING for node in called
    ):
        for each in nodes.get(ast.Constant, ()):
            yield from _words(each.node)
    for kind, part in TYPED:
        for each in nodes.get(kind, ()):
            said = getattr(each.node, part)
            for node in walked(said) if said is not None else ():
                yield from _words(node)


def brings_any_name(statement: Statement) -> bool:
    """Say whether a statement imports everything from a module."""
    node = statement.node
    return isinstance(node, ast.ImportFrom) and any(alias.name == "*" for alias in node.names)


def _words(node: ast.AST) -> Sequence[str]:
    return _WORD.findall(node.value) if isinstance(node, ast.Constant) and isinstance(node.value, str) else ()
