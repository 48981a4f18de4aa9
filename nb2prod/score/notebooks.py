"""A notebook to what is known of it: what is established now, and what would be if it were exported."""

from __future__ import annotations

import re
from collections.abc import Mapping

from nb2prod.analysis.groups import tells_groups_apart
from nb2prod.notebook.model import Notebook
from nb2prod.notebook.options import wrong_metadata
from nb2prod.score.attestations import attestations
from nb2prod.score.model import Known
from nb2prod.score.rubric import TESTS

TIMES = re.compile(r"\b(to_datetime|parse_dates|DatetimeIndex|date_range|datetime64|PeriodIndex)\b")
"""What a notebook says that has the times of its rows."""
NUMBER = re.compile(r"^\w+\s*(?::\s*\w+\s*)?=\s*-?[\d.]", re.MULTILINE)
"""An assignment of a number, as ``parameters`` cells have them."""
MEASURED = ("D2", "M3", "M4", "M5", "M6", "M7", "I4")
"""Tests that take the notebook's own metrics."""
MAY_HOLD = "its data, which only an export reads, may have"
"""What is said of a test that may be established all the same."""
NAME = re.compile(r"[A-Za-z_]\w*")


def known_now(notebook: Notebook) -> Known:
    """Return what is established of a notebook as it is: nothing is repeated, and people may have said something."""
    return Known(
        attested=attestations(notebook.metadata)[0], nothing="nothing repeats it before the notebook is exported"
    )


def known_if_exported(notebook: Notebook) -> Known:
    """Return what an export is expected to establish; only the export itself, which runs everything, can tell."""
    hindrance = _hindrance(notebook)
    repeats = {name: hindrance or _gap(test.id, notebook) for test in TESTS for name in test.repeated_by}
    return Known(repeats, attestations(notebook.metadata)[0])


def _hindrance(notebook: Notebook) -> str:
    """Return why the notebook cannot be exported at all; empty if nothing of that can be seen without running it."""
    if notebook.refused:
        return f"the notebook cannot be exported: {notebook.refused[0].problem.what}"
    for problem in wrong_metadata(notebook.metadata):
        return f"the notebook cannot be exported: {problem.what}, in the notebook's metadata"
    sections = {cell.section for cell in notebook.cells}
    missing = [name for name in ("training", "inference") if name not in sections]
    return f"the notebook cannot be exported: no cell is tagged `{'` or `'.join(missing)}`" if missing else ""


def _gap(test: str, notebook: Notebook) -> str:
    """Return why the exported repository would have nothing to do for a test."""
    sections = {cell.section for cell in notebook.cells}
    if test in MEASURED and "evaluation" not in sections:
        return "no cell that measures the model is tagged `evaluation`"
    if test == "M3" and not any(c.section == "parameters" and NUMBER.search(c.code) for c in notebook.cells):
        return "no cell with numbers is tagged `parameters`"
    if test == "M4" and not any(TIMES.search(cell.code) for cell in notebook.cells):
        return f"the notebook's code names no times of its rows; {MAY_HOLD} some"
    if test == "M7" and not _names_groups(notebook):
        return (
            f"the notebook's code names no column that tells groups of people apart; {MAY_HOLD} one, or English texts"
        )
    return ""


def _names_groups(notebook: Notebook) -> bool:
    own = notebook.metadata.get("nb2prod")
    if isinstance(own, Mapping) and own.get("groups"):
        return True
    return any(tells_groups_apart(name) for cell in notebook.cells for name in NAME.findall(cell.code))
