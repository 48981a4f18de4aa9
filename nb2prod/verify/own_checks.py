"""The repository's own tests and lint, in its own environment."""

from __future__ import annotations

import tempfile
from pathlib import Path
from xml.etree import ElementTree

from nb2prod.environment.process import Finished
from nb2prod.verify.model import TestRun
from nb2prod.verify.repository import Repository

SHOWN_LINES = 40
LINTERS = (("check", "--no-cache", "--output-format", "concise", "."), ("format", "--check", "--no-cache", "."))


def run_tests(repository: Repository) -> TestRun:
    """Run its tests with pytest and count them."""
    with tempfile.TemporaryDirectory(prefix="nb2prod-tests-") as folder:
        report = Path(folder) / "junit.xml"
        own = [f"--basetemp={Path(folder) / 'tmp'}", f"--junitxml={report}"]  # else pytest keeps its folders for later
        done = repository.run(["-m", "pytest", "-q", "-p", "no:cacheprovider", *own])
        passed, failed = _counted(report)
    # a run that was cut short, or broke before it had a test to blame, is no pass
    failed = failed if done.ok else max(failed, 1)
    return TestRun(passed=passed, failed=failed, output="" if done.ok else _words(done))


def lint(repository: Repository) -> str:
    """Return what its linter and its formatter complain of; empty if nothing."""
    runs = [repository.run(["-m", "ruff", *arguments]) for arguments in LINTERS]
    return "\n".join(_words(done) for done in runs if not done.ok)


def _counted(report: Path) -> tuple[int, int]:
    if not report.exists():
        return 0, 0
    suites = list(ElementTree.parse(report).getroot().iter("testsuite"))
    failed = sum(_number(suite, "failures") + _number(suite, "errors") for suite in suites)
    skipped = sum(_number(suite, "skipped") for suite in suites)
    return sum(_number(suite, "tests") for suite in suites) - failed - skipped, failed


def _number(suite: ElementTree.Element, name: str) -> int:
    return int(suite.get(name, "0"))


def _words(done: Finished) -> str:
    said = f"{done.stdout.rstrip()}\n{done.stderr.rstrip()}".strip().splitlines()[-SHOWN_LINES:]
    cut = [f"not finished after {done.seconds:.0f} s"] if done.timed_out else []
    return "\n".join([*cut, *said]) or done.complaint()
