"""A cell and a statement that has its lines for itself to the cell's source with other lines there."""

from __future__ import annotations

import ast
from collections.abc import Sequence

from nb2prod.notebook.model import Cell


def with_lines(cell: Cell, node: ast.stmt, lines: Sequence[str]) -> str | None:
    """Return the source with ``lines`` in the place of a statement's; a comment behind it goes or stays with ``lines``.

    ``None`` where something else stands on its lines, or where magics make them others than what is run.
    """
    place = own_lines(cell, node)
    if place is None:
        return None
    source = cell.source.split("\n")
    return "\n".join([*source[: place[0]], *lines, *source[place[1] :]])


def own_lines(cell: Cell, node: ast.stmt) -> tuple[int, int] | None:
    """Return where a statement's lines begin and end, from 0, the end excluded; ``None`` where it shares them."""
    source, code = cell.source.split("\n"), cell.code.split("\n")
    first, last = node.lineno - 1, node.end_lineno or node.lineno
    if source[first:last] != code[first:last] or node.end_col_offset is None:
        return None
    before = source[first].encode()[: node.col_offset].strip()
    behind = source[last - 1].encode()[node.end_col_offset :].strip()
    return None if before or (behind and not behind.startswith(b"#")) else (first, last)


def is_written(cell: Cell, node: ast.stmt) -> bool:
    """Say whether a statement stands in the cell as people see it, and not only in what a magic stands for."""
    return cell.code.split("\n")[node.lineno - 1].strip() in cell.source


def shows_without(cell: Cell, place: tuple[int, int]) -> bool:
    """Say whether IPython would show a value that it does not show now if a cell's last lines went.

    ``place`` is where these begin and end, from 0, the end excluded.
    """
    lines = cell.code.split("\n")
    blank = [""] * (place[1] - place[0])
    try:
        body = ast.parse("\n".join([*lines[: place[0]], *blank, *lines[place[1] :]])).body
    except SyntaxError:
        return False
    return bool(body) and isinstance(body[-1], ast.Expr) and body[-1].lineno <= place[0]
