"""Findings as JUnit's XML, as pytest writes it: a suite for each notebook, a failed case for each finding."""

from __future__ import annotations

import re
from xml.etree import ElementTree

from nb2prod.cli._reports.result import Result
from nb2prod.cli._visible import escaped, xml_text
from nb2prod.workflows.reports.model import Report

FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML 1.0 cannot hold, not even escaped."""


def as_junit(result: Result) -> str:
    """Return the text of the document; a notebook without findings is a case that has passed."""
    suites = ElementTree.Element("testsuites", _counts(result.count + _clean(result), result.count))
    suites.set("name", "nb2prod check")
    for report in result.reports:
        suites.append(_suite(report))
    ElementTree.indent(suites)
    document = ElementTree.tostring(suites, encoding="unicode")
    return f"<?xml version='1.0' encoding='utf-8'?>\n{xml_text(document)}"


def _suite(report: Report) -> ElementTree.Element:
    count = len(report.findings)
    suite = ElementTree.Element("testsuite", {"name": _text(str(report.path)), **_counts(count or 1, count)})
    name = _text(report.path.as_posix())
    for each in report.findings:
        place = f" {each.place}" if each.place else ""
        attributes = {"classname": name, "name": _text(f"{each.code} {each.name}{place}"), "file": name, "time": "0"}
        case = ElementTree.SubElement(suite, "testcase", attributes)
        failure = ElementTree.SubElement(case, "failure", {"type": each.severity, "message": _text(each.what)})
        failure.text = _text("\n".join(filter(None, (f"{report.path}: {each.place}", each.what, each.remedy))))
    if not count:
        ElementTree.SubElement(
            suite, "testcase", {"classname": name, "name": "nb2prod check", "file": name, "time": "0"}
        )
    return suite


def _counts(tests: int, failures: int) -> dict[str, str]:
    return {"tests": str(tests), "failures": str(failures), "errors": "0", "skipped": "0", "time": "0"}


def _clean(result: Result) -> int:
    return sum(1 for report in result.reports if not report.findings)


def _text(text: str) -> str:
    return FORBIDDEN.sub("\ufffd", escaped(text))
