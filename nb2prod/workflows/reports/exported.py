"""What an export's own tests said of a notebook's model, read again where the notebook's code is still the same."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from nb2prod.errors import Problem, UsageError
from nb2prod.notebook.model import Notebook
from nb2prod.notebook.read import draft_of, read_document
from nb2prod.rules.engine_rules import FAILED_AT_EXPORT
from nb2prod.rules.model import Finding, Found
from nb2prod.score.repositories import VERIFY_FULL, is_repository, outcomes_of
from nb2prod.score.rubric import TESTS
from nb2prod.workflows.runtime_checks import RuntimeCheck

FAILED = "failed"
"""How an outcome of a test begins that did not pass; see ``TestRun.outcomes``."""
NOT_RUN = "it was not run at the export"
NONE_RUN = f"the export ran none of them ({VERIFY_FULL})"
SECTIONS = {
    "tests/quality/test_training_data.py": "data",
    "tests/quality/test_speed.py": "inference",
    "tests/quality/": "evaluation",
    "tests/test_training.py": "training",
}
"""How the names of tests begin, and the section of the notebook that they are about."""


@dataclass(frozen=True)
class Exported:
    """What an export has left of its evidence."""

    repository: Path
    outcomes: Mapping[str, str]
    """How its tests went at the export, by their names."""
    notebooks: tuple[Notebook, ...]
    """What was exported, as the repository keeps it."""


def exported_into(repository: Path) -> Exported:
    """Return the evidence of an export.

    Raises ``UsageError`` where ``repository`` is none, and ``UnusableInput`` where it cannot be read.
    """
    if not is_repository(repository):
        what = "is no repository that nb2prod has exported"
        raise UsageError(Problem(what, f"--evidence {repository}", "name the folder of an export"))
    copies = sorted((repository / "notebooks").glob("*.ipynb"))
    notebooks = tuple(draft_of(read_document(path), path) for path in copies)
    return Exported(repository, outcomes_of(repository), notebooks)


def shown_by(exported: Exported, notebook: Notebook) -> tuple[list[Found], list[dict[str, object]]]:
    """Return what the export's tests found, and how each of them ended: skipped where the code is not the same."""
    names = sorted({name for test in TESTS for name in test.repeated_by})
    other = "" if any(_code(each) == _code(notebook) for each in exported.notebooks) else _other(exported, notebook)
    ended = [RuntimeCheck(name, "skipped", other) if other else _ended(name, exported) for name in names]
    found = [Found(FAILED_AT_EXPORT, _finding(each.name, exported, notebook)) for each in ended if each.state == FAILED]
    return found, [asdict(each) for each in ended]


def _ended(name: str, exported: Exported) -> RuntimeCheck:
    said = exported.outcomes.get(name, "")
    if said == "passed":
        return RuntimeCheck(name, "passed")
    if said.startswith(FAILED):
        return RuntimeCheck(name, FAILED)
    return RuntimeCheck(name, "skipped", f"it {said}" if said else NOT_RUN if exported.outcomes else NONE_RUN)


def _finding(name: str, exported: Exported, notebook: Notebook) -> Finding:
    tests = ", ".join(f'{test.id} "{test.title}"' for test in TESTS if name in test.repeated_by)
    section = next((section for beginning, section in SECTIONS.items() if name.startswith(beginning)), None)
    cell = next((each.index for each in notebook.cells if section and each.section == section), None)
    return Finding(
        f"the export into `{exported.repository.name}` could not show {tests}: `{name}` failed",
        cell,
        remedy="run `make check` there, which says why, with numbers",
        subject=name,
    )


def _other(exported: Exported, notebook: Notebook) -> str:
    """Return why the evidence is not of this notebook."""
    if not exported.notebooks:
        return f"{exported.repository} keeps no notebook"
    known = {code for each in exported.notebooks for code in _code(each)}
    new = [cell.label for cell, code in zip(notebook.cells, _code(notebook), strict=True) if code not in known]
    if not new:
        return "cells were moved or taken away since it was exported"
    more = f" and {len(new) - 1} more" if new[1:] else ""
    return f"{new[0]}{more} {'are' if more else 'is'} not as exported"


def _code(notebook: Notebook) -> tuple[tuple[str | None, str], ...]:
    """Return what an export is made of: the cells' sections and sources; what they have shown is no part of it."""
    return tuple((cell.section, cell.source) for cell in notebook.cells)
