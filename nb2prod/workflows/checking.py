"""Notebooks and folders go in; what the readiness rules find in each comes out."""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from stat import S_ISREG

from nb2prod.errors import Problem, UsageError
from nb2prod.workflows.reports.choosing import beginnings, chosen_rules, refuse_unknown
from nb2prod.workflows.reports.configuration import Configurations
from nb2prod.workflows.reports.exported import Exported, exported_into
from nb2prod.workflows.reports.kept import Kept, keeps
from nb2prod.workflows.reports.looked_for import looked_for
from nb2prod.workflows.reports.model import Job, Mode, Report
from nb2prod.workflows.reports.report import Measure, report_on, unfinished
from nb2prod.workflows.reports.several import reports_of

__all__ = ["Measure", "Wanted", "check", "chosen_rules", "exported_into", "job_for"]

HIDDEN = "."
"""Folders whose names begin with it, such as ``.ipynb_checkpoints``, are not looked into."""
FEW = 4
"""Notebooks that other processes are not worth while for."""

Watch = Callable[[int, int], None]
"""Is told how many notebooks are done, and of how many."""


@dataclass(frozen=True)
class Wanted:
    """What somebody asks for beside what is set where the notebooks are."""

    select: Sequence[str] = ()
    """How codes of rules begin; instead of what is set."""
    extend_select: Sequence[str] = ()
    ignore: Sequence[str] = ()
    mode: Mode = Mode.LOOK
    unsafe: bool = False
    """Whether fixes may change what a notebook computes."""
    sure: bool = False
    """Whether it is tried if a finding can be mended; else it is said of those whose rule can mend some."""
    cached: bool = True
    """Whether reports are taken from the cache and kept there."""
    asks: bool = True
    """Whether a database of vulnerabilities is asked, where one is named."""
    workers: int = 0
    """Processes; as many as there are processors if 0."""


def check(
    paths: Iterable[Path],
    wanted: Wanted | None = None,
    watch: Watch | None = None,
    measure: Measure | None = None,
    exported: Exported | None = None,
) -> Iterator[Report]:
    """Yield what is found in each notebook, in order, folders looked through; nothing is run but by ``measure``.

    With ``exported`` there is to be one notebook, and what its export has shown is told too.

    A notebook of another language that is found in a folder has a report that says so, and no findings.

    With fixes asked for, what is left is reported. Raises what ``measure`` raises, but for runs that fail, and
    ``UsageError`` with everything that is wrong with the paths, the codes of rules and the settings.
    """
    wanted = wanted or Wanted()
    refuse_unknown((*wanted.select, *wanted.extend_select, *wanted.ignore), "--select, --ignore")
    set_here = Configurations()
    jobs = [
        replace(job_for(path, wanted, set_here), walked=folder is not None, outside=_leads_out(path, folder))
        for path, folder in _notebooks(paths, set_here).items()
    ]
    if exported is not None and len(jobs) != 1:
        what = f"is of one notebook, and there are {len(jobs)}"
        raise UsageError(Problem(what, f"--evidence {exported.repository}", "name that notebook"))
    if measure is not None or exported is not None:
        for job in jobs:
            report = report_on(job, measure, exported)
            codes = looked_for(job, report, run=measure is not None, exported=exported is not None)
            yield replace(report, looked_for=codes)
        return
    kept = Kept() if wanted.cached else None
    keys = [kept.key(job) if kept else None for job in jobs]
    done: dict[int, Report] = {}
    for at, (job, key) in enumerate(zip(jobs, keys, strict=True)):
        known = kept.get(key, job.path) if kept and key else None
        if known is not None and not (job.mode != Mode.LOOK and _could_be_mended(known, job)):
            done[at] = known
    reports = _in_order(jobs, done, _made(jobs, done, keys, kept, wanted), watch)
    with closing(reports):
        for job, report in zip(jobs, reports, strict=True):
            yield replace(report, looked_for=looked_for(job, report))
    if kept:
        kept.drop_old()


def job_for(path: Path, wanted: Wanted, configurations: Configurations | None = None) -> Job:
    """Return how a notebook is to be looked at, by what is asked for and what is set at its place.

    Raises ``UsageError`` with everything that is wrong with what is set.
    """
    set_here = (configurations or Configurations()).of(path)
    asked = (wanted.select, wanted.ignore) if wanted.select else (set_here.select, (*set_here.ignore, *wanted.ignore))
    extended = (*set_here.extend_select, *wanted.extend_select)
    codes = _codes(tuple(asked[0]), tuple(asked[1]), extended, str(set_here.root or "the environment"))
    if ignored := set_here.ignored(path):
        refuse_unknown(ignored, f"per-file-ignores of {set_here.root}")
        codes = tuple(code for code in codes if not code.startswith(beginnings(ignored)))
    return Job(
        path,
        codes,
        set_here.settings,
        set_here.above,
        mode=wanted.mode,
        unsafe=wanted.unsafe,
        sure=wanted.sure,
        asks=wanted.asks,
    )


@cache
def _codes(select: Sequence[str], ignore: Sequence[str], extend: Sequence[str], where: str) -> tuple[str, ...]:
    return tuple(each.rule.code for each in chosen_rules(select, ignore, extend, where))


def _could_be_mended(report: Report, job: Job) -> bool:
    return any(each.fix == "safe" or (each.fix and job.unsafe) for each in report.findings)


def _made(
    jobs: Sequence[Job], done: Mapping[int, Report], keys: Sequence[str | None], kept: Kept | None, wanted: Wanted
) -> Iterator[tuple[int, Report]]:
    """Yield the reports that have to be made, with their places, as they come."""
    missing = [at for at in range(len(jobs)) if at not in done]
    made: list[tuple[str, Job, Report]] = []
    try:
        with closing(_worked([jobs[at] for at in missing], wanted.workers or os.cpu_count() or 1)) as worked:
            for place, report in worked:
                at = missing[place]
                key = keys[at]
                if key and keeps(jobs[at], report):
                    made.append((key, jobs[at], report))
                yield at, report
    finally:  # what is done is kept though the rest is not, as after Ctrl-C
        if kept:
            kept.put_unchanged(made)


def _worked(jobs: Sequence[Job], workers: int) -> Generator[tuple[int, Report]]:
    if len(jobs) < FEW or workers < 2:
        return ((at, report_on(job)) for at, job in enumerate(jobs))
    return reports_of(jobs, report_on, lambda job, why: unfinished(job.path, why), workers=workers)


def _in_order(
    jobs: Sequence[Job], done: dict[int, Report], made: Iterator[tuple[int, Report]], watch: Watch | None
) -> Generator[Report]:
    with closing(made):  # type: ignore[type-var]
        for at in range(len(jobs)):
            while at not in done:
                place, report = next(made)
                done[place] = report
                if watch:
                    watch(len(done), len(jobs))
            yield done[at]


def _notebooks(paths: Iterable[Path], set_here: Configurations) -> dict[Path, Path | None]:
    """Return the notebooks, in order, and of each the folder that was named; ``None`` where it was named itself."""
    given = list(paths)
    missing = [path for path in given if not path.exists()]
    if missing:
        raise UsageError(Problem("no such file or folder", str(path), "give notebooks or folders") for path in missing)
    found: dict[Path, Path | None] = {}
    for path in given:
        for each in _below(path, set_here) if path.is_dir() else [path]:
            found[each] = path if path.is_dir() and found.get(each, path) is not None else None
    return _once_each(found)


def _once_each(found: Mapping[Path, Path | None]) -> dict[Path, Path | None]:
    """Return the notebooks but for links to others of them: one that two mend at once has a loser."""
    files: dict[Path, Path] = {}
    folders: dict[Path, Path] = {}
    for path in sorted(found, key=Path.is_symlink):
        files.setdefault(_file(path, folders), path)
    once = set(files.values())
    return {path: folder for path, folder in found.items() if path in once}


def _file(path: Path, folders: dict[Path, Path]) -> Path:
    """Return the file that a path leads to; ``folders`` is where those of earlier ones lead to."""
    try:
        if path.is_symlink() or path.name in {"", ".."}:
            return path.resolve()
        if path.parent not in folders:
            folders[path.parent] = path.parent.resolve()
        return folders[path.parent] / path.name
    except (OSError, RuntimeError):  # a link in a circle, which is told when it is to be read
        return path.absolute()


def _leads_out(path: Path, folder: Path | None) -> bool:
    """Say whether a notebook that was found in a folder is a link to one elsewhere."""
    try:
        return folder is not None and path.is_symlink() and not path.resolve().is_relative_to(folder.resolve())
    except (OSError, RuntimeError):  # a link in a circle, which is told when it is to be read
        return False


def _below(folder: Path, set_here: Configurations) -> list[Path]:
    """Return the notebooks of a folder, in order, but for hidden ones and those that are excluded where they lie.

    A named pipe or a device is none; a link to nowhere may have been one, which is told.
    """
    found: list[Path] = []
    for place, folders, files in os.walk(folder):
        folders[:] = [each for each in folders if not each.startswith(HIDDEN)]
        inside = [Path(place, name) for name in files if name.endswith(".ipynb")]
        found += [each for each in inside if not (set_here.of(each).excludes(each) or _is_special(each))]
    return sorted(found, key=lambda path: path.parts)  # as they are themselves, in half the time


def _is_special(path: Path) -> bool:
    try:
        return not S_ISREG(path.stat().st_mode)
    except (OSError, ValueError):  # that it is not there, or cannot be looked at, is told when it is to be read
        return False
