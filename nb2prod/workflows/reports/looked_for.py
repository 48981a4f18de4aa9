"""A job and its report to the codes of the rules that could have found something: what others found is not gone."""

from __future__ import annotations

import inspect
import os
from functools import cache

from nb2prod.rules.advisories import VARIABLE
from nb2prod.rules.discovery import known_rules
from nb2prod.rules.engine_rules import (
    BAD_SETTING,
    BROKEN,
    FAILED,
    FAILED_AT_EXPORT,
    UNFINISHED,
    UNKNOWN_IGNORE,
    UNREADABLE,
    UNWRITABLE,
)
from nb2prod.workflows.reports.model import Job, Mode, Report

ALWAYS = frozenset((UNREADABLE.code, UNFINISHED.code))
CUT_SHORT = ALWAYS | {BROKEN.code}
"""Where one of them is found, others may not have been looked for."""


def looked_for(job: Job, report: Report, *, run: bool = False, exported: bool = False) -> frozenset[str]:
    """Return the codes of what a report would tell if it were there.

    Not those of rules that were not asked for, that need a run, a database or an export where there was none, or all
    but ``ALWAYS`` where the check was cut short.
    """
    if report.other_language or any(each.code in CUT_SHORT for each in report.findings):
        return ALWAYS
    measured = {each["name"] for each in report.checks or () if each["state"] in {"passed", "failed"}}
    of_engine = {BROKEN.code, BAD_SETTING.code, UNKNOWN_IGNORE.code}
    of_engine |= {FAILED.code} if run else set()
    of_engine |= {FAILED_AT_EXPORT.code} if exported else set()
    of_engine |= {UNWRITABLE.code} if job.mode == Mode.FIX else set()
    return ALWAYS | of_engine | {code for code in job.codes if _has_its_facts(code, report, measured)}


def _has_its_facts(code: str, report: Report, measured: set[str]) -> bool:
    name, asked = _asked_by(code)
    if "measured" in asked:
        return name in measured
    return "advisories" not in asked or (report.complete and bool(os.environ.get(VARIABLE)))


@cache
def _asked_by(code: str) -> tuple[str, frozenset[str]]:
    """Return the name of a rule and the facts that it asks for."""
    rule = next(each for each in known_rules() if each.rule.code == code)
    return rule.rule.name, frozenset(inspect.signature(rule.check).parameters)
