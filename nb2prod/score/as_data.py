"""Scores as plain data, for ``--json``, for the widget and for JupyterLab."""

from __future__ import annotations

from typing import Any

from nb2prod.notebook.model import Notebook
from nb2prod.notebook.options import wrong_metadata
from nb2prod.score.attestations import attestations
from nb2prod.score.model import BANDS, Score
from nb2prod.score.notebooks import known_if_exported, known_now
from nb2prod.score.scoring import scored


def score_of(notebook: Notebook) -> dict[str, Any]:
    """Return the scores of a draft: ``now``, ``if_exported``, and ``problems`` with its metadata.

    Each score is ``{"score": 0.5, "band": "(0,1]", "says": "...", "sections": {"Data": 0.5, ...}, "tests": [...]}``,
    and each of its 28 tests ``{"id", "section", "title", "state", "points", "why", "to_raise", "how"}``.
    Nothing is run;
    it takes some microseconds for each cell.
    """
    problems = (*wrong_metadata(notebook.metadata), *attestations(notebook.metadata)[1])
    return {
        "now": as_dict(scored(known_now(notebook))),
        "if_exported": as_dict(scored(known_if_exported(notebook))),
        "problems": [problem.as_dict() for problem in problems],
    }


def as_dict(score: Score) -> dict[str, Any]:
    """Return a score as plain data."""
    return {
        "score": score.score,
        "band": next(band for highest, band, _ in BANDS if score.score <= highest),
        "says": score.band,
        "sections": {section.value: points for section, points in score.sections.items()},
        "tests": [
            {
                "id": row.test.id,
                "section": row.test.section.value,
                "title": row.test.title,
                "state": row.state.value,
                "points": row.points,
                "why": row.why,
                "to_raise": row.to_raise,
                "how": row.test.how,
            }
            for row in score.rows
        ],
    }
