"""Several processes: every job gets its report, whatever becomes of the process that had it."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import pytest

from nb2prod.workflows.reports.model import Job, Report
from nb2prod.workflows.reports.report import unfinished
from nb2prod.workflows.reports.several import reports_of


def work(job: Job) -> Report:
    """Do what the notebook's name says."""
    if "dies" in job.path.name:
        os.kill(os.getpid(), signal.SIGKILL)
    if "sleeps" in job.path.name:
        time.sleep(600)
    return Report(job.path, fixed=(str(os.getpid()),))


def lost(job: Job, why: str) -> Report:
    return unfinished(job.path, why)


def run(*names: str, seconds: float = 60.0) -> dict[str, Report]:
    jobs = [Job(Path(name), ()) for name in names]
    return {names[at]: report for at, report in reports_of(jobs, work, lost, workers=2, seconds=seconds)}


def test_each_job_gets_its_report_from_one_of_the_processes() -> None:
    names = [f"n{number}" for number in range(30)]
    found = run(*names)
    assert sorted(found) == sorted(names)
    assert all(found[name].path == Path(name) for name in names)
    assert len({found[name].fixed for name in names}) <= 2


def findings_of(found: dict[str, Report]) -> dict[str, list[str]]:
    return {name: [each.what for each in report.findings] for name, report in found.items()}


def test_one_that_dies_costs_one_report() -> None:
    found = run("a", "dies", "b", "c", "dies too", "d")
    said = findings_of(found)
    assert said.pop("dies") == said.pop("dies too") == ["ended the process that checked it"]
    assert said == {"a": [], "b": [], "c": [], "d": []}
    assert [each.code for each in found["dies"].findings] == ["NB003"]


def test_one_that_does_not_end_costs_one_report() -> None:
    for seconds in (2, 10, 50):  # on a machine at work, the start of a process may take longer than a notebook may
        said = findings_of(run("a", "sleeps", "b", "sleeps too", "c", seconds=seconds))
        late = [f"was not understood within {seconds} seconds"]
        assert said.pop("sleeps") == said.pop("sleeps too") == late
        if said == {"a": [], "b": [], "c": []}:
            return
    pytest.fail(f"the others have no reports: {said}")


def test_left_early_all_processes_are_ended_at_once() -> None:
    reports = reports_of([Job(Path(name), ()) for name in ("a", "sleeps", "sleeps")], work, lost, workers=2)
    _, first = next(reports)
    before = time.monotonic()
    reports.close()
    assert time.monotonic() - before < 30
    with pytest.raises(ProcessLookupError):
        for _ in range(100):
            os.kill(int(first.fixed[0]), 0)
            time.sleep(0.1)
            try:
                os.waitpid(int(first.fixed[0]), os.WNOHANG)
            except ChildProcessError:
                continue
