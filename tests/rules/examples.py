"""Annotated examples of rules: plain files with cells, in which ``# NB101`` marks each line that has to be found.

``# %%`` begins a cell; behind it may stand its section in brackets, and its number in a run: ``# %% [data] 3``. A mark
on that line is a finding of the whole cell. Examples come in pairs: what must be found, and what must be passed over.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nb2prod.notebook.model import Notebook
from nb2prod.notebook.read import notebook_of

FOLDER = Path(__file__).parent / "cases"
CELL = re.compile(r"^# %%(?:\s*\[(?P<section>[\w-]+)\])?(?:\s*(?P<count>\d+))?(?P<rest>.*)$")
MARK = re.compile(r"\s*# (NB\d{3}(?:, NB\d{3})*)\s*$")


@dataclass(frozen=True)
class Example:
    """A notebook and where which rules must find something: cell, line (0 for the cell), code."""

    notebook: Notebook
    expected: frozenset[tuple[int, int, str]]


def example(path: Path) -> Example:
    """Read an example."""
    cells: list[dict[str, Any]] = []
    expected: set[tuple[int, int, str]] = set()
    for line in path.read_text(encoding="utf-8").splitlines():
        head = CELL.match(line)
        if head:
            count = head["count"]
            tags = {"tags": [head["section"]]} if head["section"] else {}
            cells.append({"lines": [], "metadata": tags, "count": int(count) if count else None})
        elif not cells:
            continue  # words about the example
        codes = MARK.search(line)
        number = 0 if head else len(cells[-1]["lines"]) + 1
        expected |= {(len(cells) - 1, number, code) for code in (codes.group(1).split(", ") if codes else ())}
        if not head:
            cells[-1]["lines"].append(MARK.sub("", line))
    return Example(notebook_of(_document(cells), path.with_suffix(".ipynb")), frozenset(expected))


def _document(cells: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "nbformat": 4,
        "nbformat_minor": 5,
        "metadata": {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}},
        "cells": [
            {
                "cell_type": "code",
                "id": f"c{number}",
                "metadata": cell["metadata"],
                "execution_count": cell["count"],
                "source": "\n".join(cell["lines"]).strip("\n"),
                "outputs": [],
            }
            for number, cell in enumerate(cells)
        ],
    }
