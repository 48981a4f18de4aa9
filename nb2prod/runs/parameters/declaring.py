"""A notebook goes in; the parameters that it declares come out: types, defaults, help, as its text says them."""

from __future__ import annotations

import ast
import inspect
import io
import re
import tokenize
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any

from nb2prod.notebook.model import Cell, Notebook
from nb2prod.notebook.syntax import tree_of
from nb2prod.runs.parameters.forms import form_of
from nb2prod.runs.parameters.literals import HasToBeRun, value_of
from nb2prod.runs.parameters.model import Declared, Type
from nb2prod.runs.parameters.types import type_of_annotation, type_of_call, type_of_default

TITLE = re.compile(r"#\s*@title\s+(.*?)\s*(?:\{.*\})?\s*$")
TYPE_COMMENT = re.compile(r"#\s*type:\s*(?!ignore)([^#\s]+(?:\[[^#]*\])?)\s*#?\s*(.*)$")
FOR_TOOLS = re.compile(
    r"#\s*(?:@(?:param|title|markdown)|noqa|type:\s*ignore|pylint:|pragma:|fmt:|nb2prod:|%%|[-=#*_]{3,}|\W*$)"
)


def declared(notebook: Notebook) -> tuple[Declared, ...]:
    """Return the parameters that the parameters cells declare, in order; empty if there is no such cell.

    A parameter is what is assigned or annotated at the top of a cell, also below an ``if`` or a ``try``. Its type is
    what its annotation says, ``x: int = 1``, or a comment ``# type: int``, or a form ``#@param``, else its default's.
    Its help is the comment behind it, else the one above, else the text below.
    """
    found: dict[str, Declared] = {}
    for cell in notebook.cells:
        if cell.section == "parameters":
            for each in _of_cell(cell):
                earlier = found.get(each.name)
                found[each.name] = each if earlier is None else _again(earlier, each)
    return tuple(found.values())


def _again(earlier: Declared, later: Declared) -> Declared:
    """Return a parameter that is assigned twice: the last default counts, and whatever was said of its type."""
    said = later if later.said or not earlier.said else replace(later, type=earlier.type, said=True)
    return replace(said, help=later.help or earlier.help)


@dataclass(frozen=True)
class _Assignment:
    name: str
    statement: ast.stmt
    value: ast.expr | None
    """What it is assigned, where that is certain."""
    source: str
    """The same as written; empty where nothing is assigned."""
    annotation: ast.expr | None = None
    below: str = ""
    """A text that stands below it, as below attributes of a class."""


def _of_cell(cell: Cell) -> Iterator[Declared]:
    try:
        tree = tree_of(cell.code)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    comments = _comments(cell.code)
    title = next((match[1] for text in comments.values() if (match := TITLE.match(text))), cell.heading)
    for assignment in _assignments(tree.body, cell.code):
        yield _declared(assignment, cell, comments, title)


def _declared(assignment: _Assignment, cell: Cell, comments: dict[int, str], title: str) -> Declared:
    statement = assignment.statement
    behind = comments.get(statement.end_lineno or 0, "") or comments.get(statement.lineno, "")
    default, understood = None, False
    if assignment.value is not None:
        with suppress(HasToBeRun):
            default, understood = value_of(assignment.value), True
    said = _said(assignment, behind, default)
    of_default = type_of_default(default) if understood else type_of_call(assignment.value)
    return Declared(
        name=assignment.name,
        cell=cell.index,
        line=statement.lineno,
        type=of_default if said is None else said,
        said=said is not None,
        source=assignment.source,
        default=default,
        understood=understood,
        help=_help(behind, statement.lineno, comments, cell.code) or assignment.below,
        section=title,
    )


def _said(assignment: _Assignment, behind: str, default: Any) -> Type | None:
    """Return the type that something says, or ``None`` where only the default can tell."""
    form = form_of(behind)
    if assignment.annotation is not None:
        kind = type_of_annotation(assignment.annotation)
        return kind if form is None else form.bounds_on(kind)
    if match := TYPE_COMMENT.match(behind):
        return type_of_annotation(match[1])
    return None if form is None else form.type_beside(default)


def _assignments(body: list[ast.stmt], code: str, *, certain: bool = True) -> Iterator[_Assignment]:
    """Yield what is assigned, also in blocks that may or may not be run; there it is not certain which it will be."""
    for statement, below in zip(body, [*body[1:], None], strict=False):
        source = ast.get_source_segment(code, getattr(statement, "value", None) or statement) or "..."
        if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
            value = statement.value if certain else None
            source = "" if statement.value is None else source
            yield _Assignment(statement.target.id, statement, value, source, statement.annotation, _text(below))
        elif isinstance(statement, ast.Assign):
            for target in statement.targets:
                for name, part in _pairs(target, statement.value):
                    whole = ast.get_source_segment(code, part) if part is not None else None
                    yield _Assignment(name, statement, part if certain else None, whole or source, None, _text(below))
        elif isinstance(statement, ast.AugAssign) and isinstance(statement.target, ast.Name):
            yield _Assignment(statement.target.id, statement, None, source)
        elif isinstance(statement, ast.If | ast.Try | ast.TryStar | ast.With | ast.For | ast.While):
            for name in ("body", "orelse", "finalbody"):
                yield from _assignments(getattr(statement, name, []), code, certain=False)
            for handler in getattr(statement, "handlers", []):
                yield from _assignments(handler.body, code, certain=False)


def _pairs(target: ast.expr, value: ast.expr) -> Iterator[tuple[str, ast.expr | None]]:
    """Yield the names of ``a, b = 1, 2`` with what each is assigned, ``None`` where that is not written apart."""
    if isinstance(target, ast.Name):
        yield target.id, value
    elif isinstance(target, ast.Tuple | ast.List):
        values: list[ast.expr | None] = [None] * len(target.elts)
        if isinstance(value, ast.Tuple | ast.List) and len(value.elts) == len(target.elts):
            values = [*value.elts]
        for inner, part in zip(target.elts, values, strict=True):
            if isinstance(inner, ast.Name):
                yield inner.id, None if any(isinstance(each, ast.Starred) for each in values) else part
            else:
                yield from ((node.id, None) for node in ast.walk(inner) if isinstance(node, ast.Name))


def _text(statement: ast.stmt | None) -> str:
    if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
        value = statement.value.value
        return inspect.cleandoc(value) if isinstance(value, str) else ""
    return ""


def _comments(code: str) -> dict[int, str]:
    """Return the comments by their lines."""
    try:
        tokens = list(tokenize.generate_tokens(io.StringIO(code).readline))
    except (tokenize.TokenError, SyntaxError):
        return {}
    return {token.start[0]: token.string for token in tokens if token.type == tokenize.COMMENT}


def _help(behind: str, line: int, comments: dict[int, str], code: str) -> str:
    """Return what the comment behind says, or those that stand directly above, alone on their lines."""
    if said := _words(behind):
        return said
    lines, above = code.splitlines(), []
    while line > 1 and line - 1 in comments and lines[line - 2].lstrip().startswith("#"):
        line -= 1
        above.append(_words(comments[line]))
    return " ".join(filter(None, reversed(above)))


def _words(comment: str) -> str:
    """Return what a comment says to people."""
    if match := TYPE_COMMENT.match(comment):
        return match[2].strip()
    return "" if FOR_TOOLS.match(comment) else comment.lstrip("#").strip()
