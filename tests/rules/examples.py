"""Annotated examples of rules: plain files with cells, in which ``# NB101`` marks each line that has to be found.

``# %%`` begins a cell; behind it may stand its tags in brackets, and its number in a run: ``# %% [data] 3``. A mark
on that line is a finding of the whole cell. ``# >> text`` is what the cell has printed, ``# >> ...2000`` a text of so
many characters, ``# >> !NameError`` an error, ``# >> [7] text`` a result that has a number of its own. Above the cells,
``metadata: {...}`` is the notebook's, and a mark is a finding of the whole notebook. Examples come in pairs: what must
be found, and what must be passed over.

With ``measured`` above the cells, they are run, and what the rule asks for is measured of the objects with the usual
names (``model``, ``X_train``, ``data``, ...), or with those of ``measured: {"model": "net"}``; ``# @fit`` at the end of
a line is the place of the fit.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nb2prod.notebook.model import Notebook
from nb2prod.notebook.read import draft_of

FOLDER = Path(__file__).parent / "cases"
CELL = re.compile(r"^# %%(?:\s*\[(?P<section>[\w, -]+)\])?(?:\s*(?P<count>\d+))?(?P<rest>.*)$")
MEASURED = re.compile(r"^measured(?::\s*(\{.*\}))?$")
AT = re.compile(r"\s*# @(\w+)\s*$")
METADATA = re.compile(r"^metadata:\s*(\{.*\})$")
PRINTED = re.compile(r"^# >> ?(.*)$")
LONG = re.compile(r"^\.\.\.(\d+)$")
RESULT = re.compile(r"^\[(\d+)\] (.*)$")
KERNEL = {"name": "python3", "display_name": "Python 3", "language": "python"}
WHOLE = -1
"""The cell of a finding of the whole notebook."""
MARK = re.compile(r"\s*# (NB\d{3}(?:, NB\d{3})*)\s*$")


@dataclass(frozen=True)
class Example:
    """A notebook and where which rules must find something: cell, line (0 for the cell), code."""

    notebook: Notebook
    document: dict[str, Any]
    expected: frozenset[tuple[int, int, str]]
    measured: dict[str, Any] | None = None
    """What to measure; ``None`` where nothing is run."""


def example(path: Path) -> Example:
    """Read an example."""
    return example_of(path.read_text(encoding="utf-8"), path)


def example_of(text: str, path: Path) -> Example:
    """Read an example from its text; ``path`` is where its notebook would lie."""
    cells: list[dict[str, Any]] = []
    metadata: dict[str, Any] = {}
    expected: set[tuple[int, int, str]] = set()
    measured: dict[str, Any] | None = None
    places: dict[str, tuple[int, int]] = {}
    for line in text.splitlines():
        head, codes = CELL.match(line), MARK.search(line)
        if head:
            tags = {"tags": head["section"].split(", ")} if head["section"] else {}
            count = int(head["count"]) if head["count"] else None
            cells.append({"lines": [], "metadata": tags, "count": count, "printed": []})
        elif not cells and (said := METADATA.match(line)):
            metadata = json.loads(said.group(1))
        elif not cells and (wanted := MEASURED.match(MARK.sub("", line))):
            measured = {"places": places, **json.loads(wanted.group(1) or "{}")}
        printed = PRINTED.match(line)
        number = len(cells[-1]["lines"]) + 1 if cells and not head and not printed else 0
        cell = len(cells) - 1 if cells else WHOLE
        expected |= {(cell, number, code) for code in (codes.group(1).split(", ") if codes else ())}
        if printed:
            cells[-1]["printed"].append(MARK.sub("", printed.group(1)))
        elif cells and not head:
            plain = MARK.sub("", line)
            if place := AT.search(plain):
                places[place.group(1)] = (cell, number)
            cells[-1]["lines"].append(AT.sub("", plain))
    document = _document(cells, metadata)
    return Example(draft_of(document, path.with_suffix(".ipynb")), document, frozenset(expected), measured)


def _document(cells: list[dict[str, Any]], metadata: dict[str, Any]) -> dict[str, Any]:
    return {
        "nbformat": 4,
        "nbformat_minor": 5,
        "metadata": {"kernelspec": KERNEL, **metadata},
        "cells": [
            {
                "cell_type": "code",
                "id": f"c{number}",
                "metadata": cell["metadata"],
                "execution_count": cell["count"],
                "source": "\n".join(cell["lines"]).strip("\n"),
                "outputs": outputs_of(cell["printed"]),
            }
            for number, cell in enumerate(cells)
        ],
    }


def outputs_of(lines: list[str]) -> list[dict[str, Any]]:
    """Return stored outputs as the lines behind ``# >>`` say."""
    printed = "".join(f"{_long(line)}\n" for line in lines if not line.startswith("!") and not RESULT.match(line))
    found: list[dict[str, Any]] = [{"output_type": "stream", "name": "stdout", "text": printed}] if printed else []
    for line in lines:
        result = RESULT.match(line)
        if result:
            data = {"output_type": "execute_result", "data": {"text/plain": result.group(2)}, "metadata": {}}
            found.append({**data, "execution_count": int(result.group(1))})
        elif line.startswith("!"):
            found.append({"output_type": "error", "ename": line[1:].strip(), "evalue": "", "traceback": []})
    return found


def _long(line: str) -> str:
    asked = LONG.match(line)
    return "x" * int(asked.group(1)) if asked else line
