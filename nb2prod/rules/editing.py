"""Places in a cell's code to its source with something else there; comments and layout stay."""

from __future__ import annotations

import ast
import io
import tokenize
from collections.abc import Sequence

from nb2prod.notebook.model import SKIP, Cell
from nb2prod.rules.model import Inserted, Source

Spot = tuple[int, int]
"""Line from 1 and column from 0, in characters."""


def replaced(cell: Cell, node: ast.expr, text: str) -> str | None:
    """Return the cell's source with ``text`` for an expression; ``None`` where its place is another in the source."""
    lines = cell.code.split("\n")
    start = _spot(lines, node.lineno, node.col_offset)
    end = _spot(lines, node.end_lineno or node.lineno, node.end_col_offset or 0)
    return _spliced(cell, start, end, text)


def with_argument(cell: Cell, call: ast.Call, argument: str) -> str | None:
    """Return the cell's source with one more argument at the end of a call; ``None`` where that cannot be written."""
    lines = cell.code.split("\n")
    end = _spot(lines, call.end_lineno or call.lineno, (call.end_col_offset or 1) - 1)
    given: list[ast.expr] = [*call.args, *(each.value for each in call.keywords)]
    if not given:
        return _spliced(cell, end, end, argument)
    if len(given) == 1 and isinstance(given[0], ast.GeneratorExp):
        return None
    last = max(given, key=lambda each: (each.end_lineno or 0, each.end_col_offset or 0))
    behind = _spot(lines, last.end_lineno or last.lineno, last.end_col_offset or 0)
    found = _last_token(lines, behind, end)
    if found is None:
        return _spliced(cell, behind, behind, f", {argument}")
    at, comma = found
    return _spliced(cell, at, at, f" {argument}," if comma else f", {argument}")


def with_line_above(cell: Cell, line: int, text: str) -> str | None:
    """Return the cell's source with a line above another (from 1); ``None`` where that is not the code's line."""
    lines, code = cell.source.split("\n"), cell.code.split("\n")
    if len(lines) != len(code) or lines[line - 1] != code[line - 1] or cell.source.lstrip().startswith("%%"):
        return None
    return "\n".join([*lines[: line - 1], text, *lines[line - 1 :]])


def parameter_cell(cells: Sequence[Cell], before: int, assignment: str) -> Source | Inserted:
    """Return what adds a parameter above a cell: to the parameters, or as a new cell of parameters at the top."""
    for cell in cells:
        if cell.section == "parameters" and cell.index < before:
            return Source(cell.index, f"{cell.source.rstrip()}\n{assignment}")
    first = next((cell.index for cell in cells if cell.section != SKIP), 0)
    return Inserted(min(first, before), assignment, "parameters")


def _spot(lines: Sequence[str], line: int, column: int) -> Spot:
    """Return a place that ``ast`` gives in bytes."""
    text = lines[line - 1]
    return line, column if text.isascii() else len(text.encode()[:column].decode(errors="ignore"))


def _spliced(cell: Cell, start: Spot, end: Spot, text: str) -> str | None:
    lines, code = cell.source.split("\n"), cell.code.split("\n")
    if len(lines) != len(code) or lines[start[0] - 1 : end[0]] != code[start[0] - 1 : end[0]]:
        return None
    first, last = lines[start[0] - 1], lines[end[0] - 1]
    between = f"{first[: start[1]]}{text}{last[end[1] :]}"
    return "\n".join([*lines[: start[0] - 1], between, *lines[end[0] :]])


def _last_token(lines: Sequence[str], start: Spot, end: Spot) -> tuple[Spot, bool] | None:
    """Return where the last token between two places ends, and whether it is a comma; comments are none."""
    between = "\n".join(lines[start[0] - 1 : end[0]])
    found = None
    try:
        for token in tokenize.generate_tokens(io.StringIO(f"{between}\n").readline):
            at = (token.start[0] + start[0] - 1, token.start[1])
            if start <= at < end and token.type == tokenize.OP:
                found = (token.end[0] + start[0] - 1, token.end[1]), token.string == ","
    except (tokenize.TokenError, SyntaxError):
        pass  # the text begins and ends amid a statement; what comes behind the call does not matter
    return found
