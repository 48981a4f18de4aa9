"""Findings as SARIF 2.1.0, within what GitHub's code scanning takes."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any
from urllib.parse import quote

from nb2prod.cli._reports.result import Result
from nb2prod.cli._visible import json_text
from nb2prod.notebook.file_lines import FileLines
from nb2prod.rules.discovery import known_rules
from nb2prod.rules.engine_rules import PAGES
from nb2prod.rules.model import Rule
from nb2prod.version import VERSION
from nb2prod.workflows.reports.model import Report, Told

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
LEVELS = {"error": "error", "warning": "warning", "advice": "note"}
MOST_RESULTS = 25_000
"""Results of one run that GitHub takes; it shows 5,000, so the worst come first."""


def as_sarif(result: Result) -> str:
    """Return the text of the log: one run, with the pages of the rules that found something."""
    listed = result.worst_first()
    shown = listed[:MOST_RESULTS]
    rules = _rules({each.code for _, each in shown})
    index = {each["id"]: number for number, each in enumerate(rules)}
    files = {report.path: FileLines(report.path) for report, _ in shown}
    run = {
        "tool": {"driver": {"name": "nb2prod", "version": VERSION, "rules": rules}},
        "columnKind": "unicodeCodePoints",
        "invocations": [{"executionSuccessful": True, "toolExecutionNotifications": _left_out(len(listed))}],
        "results": [_result(report, each, index, files[report.path]) for report, each in shown],
    }
    return json_text({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=1)


def _left_out(count: int) -> list[dict[str, Any]]:
    if count <= MOST_RESULTS:
        return []
    text = f"{count - MOST_RESULTS} of {count} findings were left out: readers take {MOST_RESULTS}"
    return [{"level": "warning", "message": {"text": text}}]


def _rules(codes: Iterable[str]) -> list[dict[str, Any]]:
    pages = {each.rule: (each.page, each.family) for each in known_rules()}
    pages |= {rule: (page, "engine") for rule, page in PAGES.items()}
    by_code = {rule.code: rule for rule in pages}
    return [_rule(by_code[code], *pages[by_code[code]]) for code in sorted(codes)]


def _rule(rule: Rule, page: str, family: str) -> dict[str, Any]:
    first = page.partition("\n")[2].partition("\n\n")[0].replace("\n", " ").strip()
    return {
        "id": rule.code,
        "name": rule.name,
        "shortDescription": {"text": rule.name.replace("-", " ").capitalize()},
        "fullDescription": {"text": first or rule.name},
        "help": {"text": page, "markdown": page},
        "defaultConfiguration": {"level": LEVELS[rule.severity.value]},
        "properties": {"tags": [family, rule.severity.value], "problem.severity": _problem_severity(rule)},
    }


def _problem_severity(rule: Rule) -> str:
    return {"error": "error", "warning": "warning"}.get(rule.severity.value, "recommendation")


def _result(report: Report, each: Told, index: dict[str, int], lines: FileLines) -> dict[str, Any]:
    remedy = f". {each.remedy[:1].upper()}{each.remedy[1:]}" if each.remedy else ""
    place = f"{each.place[:1].upper()}{each.place[1:]}: " if each.place else ""
    location: dict[str, Any] = {
        "physicalLocation": {
            "artifactLocation": {"uri": _uri(report.path)},
            "region": {"startLine": lines.line(each.cell, each.line)},
        }
    }
    if each.cell is not None:
        name = each.id or f"cell-{each.cell}"
        logical = {"name": name, "fullyQualifiedName": f"{report.path.as_posix()}#{name}", "kind": "member"}
        location["logicalLocations"] = [logical]
    return {
        "ruleId": each.code,
        "ruleIndex": index[each.code],
        "level": LEVELS[each.severity],
        "message": {"text": f"{place}{each.what}{remedy}."},
        "locations": [location],
        "partialFingerprints": {"nb2prod/v1": each.fingerprint},
        "properties": {"cell": each.cell, "line": each.line, "fix": each.fix},
    }


def _uri(path: Path) -> str:
    """Return a path as a reference from the current folder, or as an address where it lies elsewhere."""
    here = Path.cwd().resolve()
    whole = path.resolve()
    return quote(whole.relative_to(here).as_posix()) if whole.is_relative_to(here) else whole.as_uri()
