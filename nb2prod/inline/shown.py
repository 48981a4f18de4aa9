"""A view to JSON that may be shown: texts are clipped, and nothing in them can upset what shows them."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from typing import Any

from nb2prod.inline.model import View
from nb2prod.rules.model import Found, Severity
from nb2prod.rules.wording import place_of
from nb2prod.score.shown import score_shown

MOST_FINDINGS = 300
"""As many as anybody reads; the rest is counted."""
MOST_TEXT = 600
"""Characters of a sentence."""
MOST_PAGE = 8_000
MOST_NUMBERS = 200
"""Numbers that one row of a picture may have."""
DEPTH = 4
ORDER = tuple(Severity)
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")
"""Control characters, and those that turn the direction of what stands around them."""


def shown(view: View) -> dict[str, Any]:
    """Return what the frontend draws; errors first, each severity in the order of the notebook."""
    ranked = sorted(view.found, key=lambda each: ORDER.index(each.rule.severity))
    return {
        "notebook": plain(view.notebook),
        "findings": [_finding(each, view.cells or {}) for each in ranked[:MOST_FINDINGS]],
        "more": max(0, len(ranked) - MOST_FINDINGS),
        "counts": {each.value: sum(found.rule.severity is each for found in ranked) for each in ORDER},
        "checks": checks_shown(view),
        "score": None if view.score is None else score_shown(view.score),
        "notes": [plain(each) for each in view.notes],
        "problems": [plain(each) for each in view.problems],
        "pages": {code: plain(page, MOST_PAGE) for code, page in (view.pages or {}).items()},
    }


def checks_shown(view: View) -> list[dict[str, Any]]:
    """Return the long checks alone: they change more often than the rest."""
    return [
        {
            "name": plain(each.name),
            "title": plain(each.title),
            "state": each.state.value,
            "why": plain(each.why),
            "share": each.share,
        }
        for each in view.checks
    ]


def plain(text: str, most: int = MOST_TEXT) -> str:
    """Return text without control characters and halves of characters, and not too long."""
    clean = _CONTROL.sub("\N{REPLACEMENT CHARACTER}", text[: most + 1])
    clean = clean.encode("utf-8", "replace").decode("utf-8")
    return clean if len(clean) <= most else f"{clean[: most - 1]}…"


def _finding(found: Found, cells: Mapping[int, str]) -> dict[str, Any]:
    rule, finding = found.rule, found.finding
    return {
        "code": plain(rule.code),
        "name": plain(rule.name),
        "severity": rule.severity.value,
        "fixing": rule.fixing.value,
        "cell": finding.cell,
        "id": None if finding.cell is None or finding.cell not in cells else plain(cells[finding.cell]),
        "line": finding.line,
        "place": place_of(found.finding.cell, found.finding.line),
        "what": plain(finding.what),
        "remedy": plain(finding.remedy),
        "picture": _picture(finding.picture),
    }


def _picture(value: object, depth: int = DEPTH) -> Any:
    """Return what can be drawn of a picture: texts, finite numbers, and short rows of them."""
    if isinstance(value, str):
        return plain(value, 80)
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, int | float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping) and depth:
        return {plain(str(name), 80): _picture(each, depth - 1) for name, each in list(value.items())[:MOST_NUMBERS]}
    if isinstance(value, Sequence) and not isinstance(value, bytes) and depth:
        return [_picture(each, depth - 1) for each in value[:MOST_NUMBERS]]
    return None
