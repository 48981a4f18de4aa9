"""A finding and its notebook to whether the notebook's author has said to ignore it, and why."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from nb2prod.notebook.model import Cell, Notebook
from nb2prod.rules.model import Found

COMMENT = re.compile(r"#\s*nb2prod\s*:\s*ignore\s*\[([^\]]*)\]", re.IGNORECASE)
"""``# nb2prod: ignore[NB201, NB202] because ...``: on a line for that line, on a line of its own for the cell."""


def is_ignored(notebook: Notebook, found: Found) -> bool:
    """Say whether a comment in the cell, its metadata or the notebook's metadata names the rule's code."""
    code, finding = found.rule.code, found.finding
    if code in codes_in(notebook.metadata.get("nb2prod")):
        return True
    if finding.cell is None:
        return False
    cell = notebook.cells[finding.cell]
    if code in codes_in(cell.options):
        return True
    return any(code in codes and line in (0, finding.line) for line, codes in _commented(cell))


def codes_in(options: object) -> frozenset[str]:
    """Return the codes that ``{"ignore": [...]}`` names."""
    listed = options.get("ignore") if isinstance(options, Mapping) else None
    return (
        frozenset(each.strip().upper() for each in listed if isinstance(each, str))
        if isinstance(listed, list)
        else frozenset()
    )


def _commented(cell: Cell) -> Iterator[tuple[int, frozenset[str]]]:
    """Yield the codes that comments name, each with its line; 0 where it stands on a line of its own."""
    for number, line in enumerate(cell.source.splitlines(), 1):
        said = COMMENT.search(line)
        if said:
            codes = frozenset(code.strip().upper() for code in said.group(1).split(","))
            yield (0 if line.lstrip().startswith("#") else number), codes
