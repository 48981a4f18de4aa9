"""Findings as GitHub's workflow commands, which become annotations of the changed files."""

from __future__ import annotations

from nb2prod.cli._reports.result import Result
from nb2prod.cli._visible import escaped
from nb2prod.notebook.file_lines import FileLines

LEVELS = {"error": "error", "warning": "warning", "advice": "notice"}


def as_commands(result: Result) -> list[str]:
    """Return a command for each finding, the worst first: only the first ten of a kind are shown for a step.

    Lines are those of the file; cell and line of the notebook are said in the title.
    """
    files = {report.path: FileLines(report.path) for report in result.reports if report.findings}
    lines = []
    for report, each in result.worst_first():
        title = f"{each.code} {each.name}" + (f" ({each.place})" if each.place else "")
        fields = {
            "file": report.path.as_posix(),
            "line": str(files[report.path].line(each.cell, each.line)),
            "title": title,
        }
        listed = ",".join(f"{key}={_property(value)}" for key, value in fields.items())
        text = f"{each.what}\n{each.remedy}".rstrip("\n")
        lines.append(f"::{LEVELS[each.severity]} {listed}::{_data(text)}")
    return lines


def _data(text: str) -> str:
    return escaped(text).replace("%", "%25").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
