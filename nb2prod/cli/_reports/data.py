"""Findings as one JSON object."""

from __future__ import annotations

from typing import Any

from nb2prod.cli._reports.result import Result
from nb2prod.cli._visible import json_text
from nb2prod.workflows.as_data import SCHEMA_VERSION
from nb2prod.workflows.reports.model import Report


def as_json(result: Result) -> str:
    """Return the text of the object, whose keys are in ``docs/cli.md``."""
    document: dict[str, Any] = {
        "schema_version": SCHEMA_VERSION,
        "notebooks": [_notebook(report) for report in result.reports],
        "findings": result.count,
        "severities": result.by_severity(),
        "statistics": [
            {"code": each.code, "name": each.name, "severity": each.severity, "count": count}
            for each, count in result.by_rule()
        ],
        "baseline": {"hidden": result.hidden, "gone": result.gone},
    }
    return json_text(document, indent=2)


def _notebook(report: Report) -> dict[str, Any]:
    checks = {} if report.checks is None else {"checks": list(report.checks)}
    return {
        "path": str(report.path),
        "findings": [each.as_dict() for each in report.findings],
        "fixed": list(report.fixed),
        "diff": list(report.diff),
        **checks,
    }
