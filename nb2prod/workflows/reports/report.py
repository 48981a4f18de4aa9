"""One notebook goes in; what the rules find there, and with fixes applied what is left, comes out."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from nb2prod.analysis.room import without_collecting
from nb2prod.capture.measurements import Measured
from nb2prod.errors import (
    KernelDied,
    Nb2ProdError,
    NotebookRaised,
    OtherLanguage,
    Problem,
    TimedOut,
    UnusableInput,
)
from nb2prod.notebook.elsewhere import noticing
from nb2prod.notebook.model import Notebook
from nb2prod.notebook.options import wrong_options
from nb2prod.notebook.read import draft_of, read_document
from nb2prod.notebook.write import write_edited
from nb2prod.rules.discovery import known_rules
from nb2prod.rules.engine import findings, fix_of, without_secrets
from nb2prod.rules.engine_rules import BAD_SETTING, BROKEN, FAILED, UNFINISHED, UNREADABLE, UNWRITABLE
from nb2prod.rules.facts import Facts
from nb2prod.rules.model import Finding, Fixing, Found, Loaded
from nb2prod.rules.secret_texts import redacted
from nb2prod.rules.settings import Settings
from nb2prod.workflows.fixing import Mended, cell_id, mend
from nb2prod.workflows.reports.diffs import diff_of
from nb2prod.workflows.reports.exported import Exported, shown_by
from nb2prod.workflows.reports.fingerprints import fingerprints
from nb2prod.workflows.reports.model import Job, Mode, Report, Told
from nb2prod.workflows.reports.typed_settings import typed_settings
from nb2prod.workflows.runtime_checks import runtime_checks

MOST_TOLD = 300
"""Characters of what a run ended with that are told."""
Measure = Callable[[Facts, Sequence[str]], Measured]
"""Takes the facts of a notebook and the names of the rules that are wanted; measures its objects, by a run or else."""


def report_on(job: Job, measure: Measure | None = None, exported: Exported | None = None) -> Report:
    """Return what is found in a notebook; what cannot be read, written or understood is a finding too.

    What its export has shown is told with it. Raises what ``measure`` raises, but for a run that fails: that is a
    finding.
    """
    if measure is not None:
        return _report_on(job, measure, exported)
    with noticing() as places, without_collecting():  # until the facts are gone: what is left then is next to nothing
        report = _report_on(job, None, exported)
    return replace(report, elsewhere=True) if places else report


def _report_on(job: Job, measure: Measure | None, exported: Exported | None) -> Report:
    try:
        report, facts, rules = report_of(job, read_document(job.path))
    except Nb2ProdError as error:
        if isinstance(error, OtherLanguage) and job.walked and not error.language.startswith("Python"):
            return Report(job.path, other_language=error.language)
        return told(job.path, [Found(UNREADABLE, as_finding(each)) for each in error.problems])
    except (RecursionError, MemoryError):
        return unread(job.path, "is nested too deeply, or too big, to be understood", "split its longest expressions")
    except Exception as error:  # one notebook that we stumble on does not keep the others from being checked
        what = f"nb2prod raised {type(error).__name__}: {str(error)[:200]}"
        return told(job.path, [Found(BROKEN, Finding(what, remedy="report this as a bug of nb2prod"))])
    report = report if measure is None else _measured(job, report, facts, rules, measure)
    return report if exported is None else _with_export(report, facts, exported)


def unread(path: Path, what: str, remedy: str) -> Report:
    """Return the report of a notebook that cannot be understood."""
    return told(path, [Found(UNREADABLE, Finding(what, remedy=remedy))])


def unfinished(path: Path, why: str) -> Report:
    """Return the report of a notebook of which nothing is known because its check did not come to an end."""
    remedy = "move data that stands in its code into files, split it, or leave it out by `exclude`"
    return told(path, [Found(UNFINISHED, Finding(why, remedy=remedy))])


def as_finding(problem: Problem) -> Finding:
    """Return why a notebook cannot be read as what is found there."""
    where = f"{problem.where}: " if problem.where.startswith(("cell", "line")) else ""
    return Finding(f"{where}{_sentence(problem.what)}", remedy=problem.remedy)


def told(
    path: Path,
    found: Sequence[Found],
    facts: Facts | None = None,
    rules: Iterable[Loaded] = (),
    secrets: Sequence[str] = (),
) -> Report:
    """Return what was found as plain data; for findings of ``rules`` it is tried whether they can be mended.

    ``secrets``, and those of ``facts``, are not shown.
    """
    by_code = {each.rule.code: each for each in rules}
    notebook = facts.notebook if facts else None
    fixes = [_fix(each, facts, by_code) for each in found]
    broken = list(facts.broken.values()) if facts else []
    known = (*secrets, *(facts.secrets if facts else ()))
    found = [_without_secrets(each, known) for each in (*found, *broken)]
    fixes = [*fixes, *(None for _ in broken)]
    return Report(
        path,
        tuple(
            Told(
                code=each.rule.code,
                name=each.rule.name,
                severity=each.rule.severity.value,
                cell=each.finding.cell,
                id=cell_id(notebook, each.finding.cell),
                line=each.finding.line or None,
                what=each.finding.what,
                remedy=each.finding.remedy,
                fix=fix,
                fingerprint=fingerprint,
                picture=each.finding.picture,
            )
            for each, fix, fingerprint in zip(found, fixes, fingerprints(found, notebook), strict=True)
        ),
    )


def _without_secrets(found: Found, known: Sequence[str]) -> Found:
    finding = without_secrets(found.finding, known)
    return found if finding is found.finding else replace(found, finding=finding)


def report_of(job: Job, document: dict[str, Any]) -> tuple[Report, Facts, list[Loaded]]:
    """Return what is found in a document of nbformat 4, and what that was found by. Raises as ``draft_of`` does."""
    with without_collecting():
        return _report_of(job, document)


def _report_of(job: Job, document: dict[str, Any]) -> tuple[Report, Facts, list[Loaded]]:
    rules = rules_of(job)
    settings, wrong = settings_of(job, document)
    mended = Mended.nothing(document)
    if job.mode != Mode.LOOK:
        mended = mend(document, job.path, rules, settings, unsafe=job.unsafe)
    if mended.fixed and job.mode == Mode.FIX and job.outside:
        what = "nothing in it is mended: the file is a link that leads out of the folder that was named"
        wrong += [Found(UNWRITABLE, Finding(what, remedy="name the notebook itself"))]
        mended = Mended.nothing(document)
    if mended.fixed and job.mode == Mode.FIX:
        try:
            write_edited(job.path, document, mended.after)
        except UnusableInput as error:
            wrong += [Found(UNWRITABLE, _not_written(each)) for each in error.problems]
            mended = Mended.nothing(document)
    facts = Facts(draft_of(mended.after.document, job.path), mended.after.document, settings, asks=job.asks)
    facts.broken.update((each.finding.what, each) for each in mended.broken)
    had = Facts(draft_of(document, job.path), document).secrets if mended.fixed else facts.secrets
    found = told(job.path, [*wrong, *findings(facts, rules)], facts, rules if job.sure else (), had)
    diff = diff_of(job.path, document, mended, had) if job.mode == Mode.DIFF else ()
    fixed = tuple(each.found.rule.code for each in mended.fixed)
    return replace(found, fixed=fixed, diff=diff, complete=not facts.unanswered), facts, rules


def _measured(job: Job, report: Report, facts: Facts, rules: Sequence[Loaded], measure: Measure) -> Report:
    """Return a report with what the objects tell."""
    try:
        facts = facts.with_measured(measure(facts, [each.rule.name for each in rules]))
    except (NotebookRaised, KernelDied, TimedOut) as error:
        found = [Found(FAILED, _with_place(each, facts.notebook)) for each in error.problems]
        failed = told(report.path, found, replace(facts, broken={}))
        return replace(report, findings=failed.findings + report.findings)
    found = findings(facts, rules)
    assert facts.measured is not None
    checks = tuple(
        {**asdict(each), "why": redacted(each.why, facts.secrets)} for each in runtime_checks(facts.measured, found)
    )
    wrong = tuple(each for each in report.findings if each.code in {BAD_SETTING.code, UNWRITABLE.code})
    return replace(
        report, findings=wrong + told(job.path, found, facts, rules if job.sure else ()).findings, checks=checks
    )


def _with_export(report: Report, facts: Facts, exported: Exported) -> Report:
    found, checks = shown_by(exported, facts.notebook)
    findings = told(report.path, found, replace(facts, broken={})).findings
    return replace(report, findings=report.findings + findings, checks=(*(report.checks or ()), *checks))


def _with_place(problem: Problem, notebook: Notebook) -> Finding:
    """Return a failed run as a finding of the line that its place names."""
    label = problem.where.split(",")[0]
    cell = next((each.index for each in notebook.cells if each.label == label), None)
    where = "" if cell is not None or not problem.where else f"{problem.where}: "
    said = re.search(r", line (\d+)$", problem.where)
    line = int(said.group(1)) if said and cell is not None else 0
    return Finding(f"{where}{_sentence(problem.what)}", cell, line, problem.remedy)


def _sentence(what: str) -> str:
    """Return the first line of what is wrong: below it stands a traceback, which is in the run's notebook."""
    first, _, _ = what.partition("\n")
    return first.strip()[:MOST_TOLD]


def _not_written(problem: Problem) -> Finding:
    return Finding(f"nothing in it is mended: the file {problem.what}", remedy=problem.remedy)


def rules_of(job: Job) -> list[Loaded]:
    """Return the rules that a job names."""
    codes = frozenset(job.codes)
    return [each for each in known_rules() if each.rule.code in codes]


def settings_of(job: Job, document: Mapping[str, Any]) -> tuple[Settings, list[Found]]:
    """Return the settings for a notebook, and what is wrong with those that it brings."""
    metadata = document.get("metadata")
    own = metadata.get("nb2prod") if isinstance(metadata, dict) else None
    said = own.get("check") if isinstance(own, dict) else None
    values, problems = typed_settings(said, "metadata") if isinstance(said, dict) else ({}, [])
    wrong = [Found(BAD_SETTING, Finding(each.what, cell, remedy=each.remedy)) for cell, each in wrong_options(document)]
    wrong += [Found(BAD_SETTING, Finding(each.what, remedy=each.remedy)) for each in problems]
    return Settings(**{**job.settings, **values, **job.above}), wrong


def _fix(found: Found, facts: Facts | None, rules: dict[str, Loaded]) -> str | None:
    loaded = rules.get(found.rule.code)
    if facts is None or found.rule.fixing == Fixing.NONE:
        return None
    if loaded is None:
        return found.rule.fixing.value
    return found.rule.fixing.value if fix_of(facts, loaded, found.finding) else None
