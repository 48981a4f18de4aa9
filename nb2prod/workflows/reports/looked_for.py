"""A job and its report to the codes of the rules that could have found something: what others found is not gone."""

from __future__ import annotations

import os
from functools import cache, lru_cache

from nb2prod.rules.advisories import VARIABLE
from nb2prod.rules.discovery import known_rules
from nb2prod.rules.engine import asked_by
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

MOST_KEPT = 64
"""Choices of rules of which it is remembered which could be asked: the notebooks of a folder have few."""


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
    told = report.complete and bool(os.environ.get(VARIABLE))
    return ALWAYS | of_engine | _with_their_facts(job.codes, told, frozenset(measured))


@lru_cache(maxsize=MOST_KEPT)
def _with_their_facts(codes: tuple[str, ...], told: bool, measured: frozenset[str]) -> frozenset[str]:
    """Return those of the rules whose facts were there: the advisories if ``told``."""
    return frozenset(code for code in codes if _has_its_facts(code, told, measured))


def _has_its_facts(code: str, told: bool, measured: frozenset[str]) -> bool:
    name, asked = _name_and_facts(code)
    if "measured" in asked:
        return name in measured
    return told or "advisories" not in asked


@cache
def _name_and_facts(code: str) -> tuple[str, frozenset[str]]:
    """Return the name of a rule and the facts that it asks for."""
    rule = next(each for each in known_rules() if each.rule.code == code)
    return rule.rule.name, frozenset(asked_by(rule.check))
