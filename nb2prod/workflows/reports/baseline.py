"""Findings that were there before: a file that lists them, so that only new ones are told."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from nb2prod.errors import Problem, UsageError
from nb2prod.notebook.write import replace_file
from nb2prod.workflows.reports.model import Report, Told

VERSION = 1


@dataclass
class Baseline:
    """What a baseline file lists, by notebook."""

    path: Path
    known: dict[str, set[str]] = field(default_factory=dict)
    """Notebook, from the file's folder on, to the fingerprints of its findings."""
    hidden: int = 0
    """How many findings it has kept back so far."""

    def without_known(self, report: Report) -> Report:
        """Return a report without the findings that the baseline lists."""
        known = self.known.get(_place(report.path, self.path), set())
        left = tuple(each for each in report.findings if each.fingerprint not in known)
        self.hidden += len(report.findings) - len(left)
        return replace(report, findings=left)

    def gone(self, reports: Iterable[Report]) -> int:
        """Return how many findings it lists of notebooks that were checked and have them no more."""
        here = {_place(report.path, self.path): report for report in reports}
        return sum(
            len(known - {each.fingerprint for each in here[place].findings})
            for place, known in self.known.items()
            if place in here
        )


def read_baseline(path: Path) -> Baseline:
    """Return what a file lists. Raises ``UsageError`` where it is not there, or is no baseline."""
    remedy = "make one: nb2prod check NOTEBOOK... --baseline FILE --write-baseline"
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        listed = [(each["path"], each["fingerprint"]) for each in document["findings"]]
    except OSError as error:
        raise UsageError(Problem(f"cannot be read: {error.strerror}", str(path), remedy)) from None
    except (ValueError, KeyError, TypeError):
        raise UsageError(Problem("is no baseline", str(path), remedy)) from None
    found = Baseline(path)
    for notebook, fingerprint in listed:
        found.known.setdefault(notebook, set()).add(fingerprint)
    return found


def write_baseline(path: Path, reports: Iterable[Report]) -> int:
    """Write a file that lists the findings of all reports, whole or not at all; return how many they are.

    Raises ``UnusableInput`` where it cannot be written.
    """
    listed = [_entry(report, each, path) for report in reports for each in report.findings]
    listed.sort(key=lambda each: (each["path"], each["code"], each["fingerprint"]))
    document = {"schema_version": VERSION, "findings": listed}
    replace_file(path, json.dumps(document, indent=1, ensure_ascii=False) + "\n")
    return len(listed)


def _entry(report: Report, found: Told, baseline: Path) -> dict[str, Any]:
    return {
        "path": _place(report.path, baseline),
        "code": found.code,
        "what": found.what,
        "fingerprint": found.fingerprint,
    }


def _place(notebook: Path, baseline: Path) -> str:
    try:
        return Path(os.path.relpath(notebook.resolve(), baseline.resolve().parent)).as_posix()
    except ValueError:  # another drive
        return notebook.resolve().as_posix()
