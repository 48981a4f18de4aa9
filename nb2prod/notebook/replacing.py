"""Parts of a source text to other text, by the places that the syntax tree gives them."""

from __future__ import annotations

import ast
from collections.abc import Iterable


def replace_nodes(
    source: str, replacements: Iterable[tuple[ast.expr | ast.stmt, str]], *, keep_lines: bool = False
) -> str:
    """Return ``source`` with nodes (of its own parse, none inside another) replaced, the last first so that places
    hold; ``keep_lines`` puts empty lines where a node had several."""
    lines = source.encode().split(b"\n")
    ordered = sorted(replacements, key=lambda pair: (pair[0].lineno, pair[0].col_offset), reverse=True)
    for node, text in ordered:
        start, end = node.lineno - 1, (node.end_lineno or node.lineno) - 1
        head, tail = lines[start][: node.col_offset], lines[end][node.end_col_offset or 0 :]
        lines[start : end + 1] = [head + text.encode() + tail, *([b""] * (end - start) if keep_lines else [])]
    return b"\n".join(lines).decode()
