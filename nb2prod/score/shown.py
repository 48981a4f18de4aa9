"""A notebook's ML Test Scores to what is shown of them: as it is now, and as it is expected to be once exported."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

MOST = 7
"""Points that a section may have: one for each of its tests (Breck et al. 2017)."""


def score_shown(score: Mapping[str, Any]) -> dict[str, Any]:
    """Return both scores by section, and of each test how it stands and what would raise it."""
    now, exported = score["now"], score["if_exported"]
    return {
        "now": now["score"],
        "exported": exported["score"],
        "most": MOST,
        "says": exported["says"],
        "sections": [
            {
                "title": title,
                "now": points,
                "exported": exported["sections"][title],
                "tests": [
                    _test(before, after)
                    for before, after in zip(now["tests"], exported["tests"], strict=True)
                    if before["section"] == title
                ],
            }
            for title, points in now["sections"].items()
        ],
    }


def _test(now: Mapping[str, Any], exported: Mapping[str, Any]) -> dict[str, str]:
    """Return how a test stands; ``exported`` where an export is expected to do it."""
    gained = exported["points"] > now["points"]
    state = "exported" if gained else now["state"]
    return {"title": now["title"], "state": state, "to_raise": "" if gained else exported["to_raise"]}
