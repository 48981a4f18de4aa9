"""Findings that were there before: a file that lists them, so that only new ones are told."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Sequence
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
    known: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict, repr=False)
    """Notebook, from the file's folder on, to its entries by their fingerprints."""
    hidden: int = 0
    """How many findings it has kept back so far."""

    def without_known(self, report: Report) -> Report:
        """Return a report without the findings that the baseline lists."""
        known = self.known.get(_place(report.path, self.path), {})
        left = tuple(each for each in report.findings if each.fingerprint not in known)
        self.hidden += len(report.findings) - len(left)
        return replace(report, findings=left)

    def gone(self, reports: Iterable[Report]) -> int:
        """Return how many findings it lists that were looked for, in notebooks that were looked at, and are no more."""
        count = 0
        for report in reports:
            found = {each.fingerprint for each in report.findings}
            known = self.known.get(_place(report.path, self.path), {})
            count += sum(each["code"] in report.looked_for for key, each in known.items() if key not in found)
        return count

    def not_looked_for(self, reports: Iterable[Report], paths: Iterable[Path] = ()) -> list[dict[str, Any]]:
        """Return the entries that a check says nothing about: of other notebooks, and of what it did not look for.

        Not those of notebooks that are no more and would have been found in one of the folders ``paths``.
        """
        here = {_place(report.path, self.path): report.looked_for for report in reports}
        folders = [each.resolve() for each in paths]
        return [
            each
            for place, known in self.known.items()
            if place in here or not self._was_below(place, folders)
            for each in known.values()
            if each["code"] not in here.get(place, ())
        ]

    def _was_below(self, place: str, folders: Iterable[Path]) -> bool:
        notebook = self.path.resolve().parent / place
        return not notebook.exists() and any(notebook.resolve().is_relative_to(each) for each in folders)


def baseline_to_write(path: Path) -> Baseline:
    """Return what a file lists so far, nothing where there is none. Raises ``UsageError`` where it is no baseline."""
    try:
        is_new = not path.read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        is_new = True
    except (OSError, ValueError):  # said in the same words as elsewhere
        is_new = False
    return Baseline(path) if is_new else read_baseline(path)


def read_baseline(path: Path) -> Baseline:
    """Return what a file lists. Raises ``UsageError`` where it is not there, or is no baseline."""
    remedy = "make one: nb2prod check NOTEBOOK... --baseline FILE --write-baseline"
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        listed = list(document["findings"])
        if not all(isinstance(each[name], str) for each in listed for name in ("path", "code", "fingerprint")):
            raise TypeError
    except OSError as error:
        raise UsageError(Problem(f"cannot be read: {error.strerror}", str(path), remedy)) from None
    except (ValueError, KeyError, TypeError):
        remedy = f"restore it, or remove it and {remedy}"
        raise UsageError(Problem("is no baseline", str(path), remedy)) from None
    found = Baseline(path)
    for each in listed:
        found.known.setdefault(each["path"], {})[each["fingerprint"]] = each
    return found


def write_baseline(path: Path, reports: Sequence[Report], others: Iterable[dict[str, Any]] = ()) -> int:
    """Write a file that lists the findings of all reports and ``others``, whole or not at all; return how many.

    Raises ``UnusableInput`` where it cannot be written.
    """
    entries = [*others, *(_entry(report, each, path) for report in reports for each in report.findings)]
    listed = list({(each["path"], each["fingerprint"]): each for each in entries}.values())
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
