"""The repository's own tests and lint, in its own environment."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path
from textwrap import shorten
from xml.etree import ElementTree

from nb2prod.environment.process import Finished
from nb2prod.verify.model import TestRun
from nb2prod.verify.repository import Repository

SHOWN_LINES = 40
WIDTH = 200
"""Characters of what a test says."""
LINTERS = (("check", "--no-cache", "--output-format", "concise", "."), ("format", "--check", "--no-cache", "."))


MEASURING = ("tests/quality/", "tests/test_training.py", "tests/test_dependencies.py")
"""Tests that say how good a model is, and where it runs. They may fail in a repository that answers as its notebook
did."""


def run_tests(repository: Repository, *, measuring: bool = False) -> TestRun:
    """Run its tests with pytest and count them; with ``measuring`` those too that train again and measure the model."""
    with tempfile.TemporaryDirectory(prefix="nb2prod-tests-") as folder:
        report = Path(folder) / "junit.xml"
        every = ["-m", ""] if measuring else []
        own = [
            *every,
            f"--basetemp={Path(folder) / 'tmp'}",
            f"--junitxml={report}",
        ]  # else pytest keeps its folders for later
        # the impact of staleness is recorded once, here
        record = {"RECORD": "1"} if measuring else None
        done = repository.run(["-m", "pytest", "-q", "-p", "no:cacheprovider", *own], record)
        cases = _cases(report)
    passed = sum(said == "passed" for _, said in cases)
    failures = [name for name, said in cases if said.startswith("failed")]
    failed = sum(not name.startswith(MEASURING) for name in failures)
    # a run that was cut short, or broke before it had a test to blame, is no pass
    broken = not done.ok and not failures
    output = _words(done) if failed or broken else ""
    return TestRun(passed, failed + broken, output, _outcomes(cases))


def lint(repository: Repository) -> str:
    """Return what its linter and its formatter complain of; empty if nothing."""
    runs = [repository.run(["-m", "ruff", *arguments]) for arguments in LINTERS]
    return "\n".join(_words(done) for done in runs if not done.ok)


def _cases(report: Path) -> list[tuple[str, str]]:
    """Return every test that was run, by its function, and what became of it."""
    if not report.exists():
        return []
    found = []
    for case in ElementTree.parse(report).getroot().iter("testcase"):
        place = f"{case.get('classname', '').replace('.', '/')}.py" if case.get("classname") else "tests"
        found.append((f"{place}::{case.get('name', '').partition('[')[0]}", _outcome(case)))
    return found


def _outcome(case: ElementTree.Element) -> str:
    for kind, words in (("failure", "failed at the export"), ("error", "failed at the export")):
        if (failure := case.find(kind)) is not None:
            return f"{words}: {_first_line(failure)}"
    skipped = case.find("skipped")
    return "passed" if skipped is None else f"had nothing to do at the export: {_first_line(skipped)}"


def _first_line(element: ElementTree.Element) -> str:
    said = (element.get("message") or "").strip() or "it does not say why"
    return shorten(said.splitlines()[0].removeprefix("AssertionError: "), WIDTH, placeholder=" ...")


def _outcomes(cases: Sequence[tuple[str, str]]) -> dict[str, str]:
    """Return what became of each function: one failure is enough, and one pass where the others were skipped."""
    found: dict[str, str] = {}
    for name, said in cases:
        known = found.get(name)
        if known is None or said.startswith("failed") or (said == "passed" and not known.startswith("failed")):
            found[name] = said
    return found


def _words(done: Finished) -> str:
    said = f"{done.stdout.rstrip()}\n{done.stderr.rstrip()}".strip().splitlines()[-SHOWN_LINES:]
    cut = [f"not finished after {done.seconds:.0f} s"] if done.timed_out else []
    return "\n".join([*cut, *said]) or done.complaint()
