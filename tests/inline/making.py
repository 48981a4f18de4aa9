"""Findings, and what somebody who means harm would put into them."""

from __future__ import annotations

from typing import Any

from nb2prod.rules.model import Finding, Found, Rule, Severity

HOSTILE = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "]]> --> */ </style></textarea>",
    '" onmouseover="alert(1)',
    "`<b>bold</b>` and `half",
    "javascript:alert(1)",
    "a\x00b\x1b[31mred",
    "half \ud800 a character",
    "turned \u202e round",
    "x" * 1_000_000,
)


def found(what: str = "a finding", severity: Severity = Severity.WARNING, code: str = "NB999", **finding: Any) -> Found:
    return Found(Rule(code, "a-rule", severity), Finding(what, **finding))
