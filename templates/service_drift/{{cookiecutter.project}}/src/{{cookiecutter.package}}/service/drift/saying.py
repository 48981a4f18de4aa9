"""A baseline and the windows of all workers in, what there is to say of drift out."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timezone
from typing import Any

from .baseline import Baseline
from .scores import FEWEST_BASELINE, FEWEST_ROWS, NOTABLE, score


def said_of(about: Baseline, own: dict[str, Any], others: Iterable[dict[str, Any]], alarms: float) -> dict[str, Any]:
    """Return what ``GET /drift`` gives; of the windows of others those count that compare with the same."""
    alike = [own, *(each for each in others if is_alike(own, each))]
    cells = zip(*(window["counts"] for window in alike), strict=True)
    together = [[sum(rows) for rows in zip(*column, strict=True)] for column in cells]
    rows = sum(together[0]) if together else 0
    first = min((each["since"] for each in alike if each["since"]), default=None)
    since = first and datetime.fromtimestamp(first, timezone.utc).isoformat(timespec="seconds")
    more: dict[str, Any] = {
        "rule": f"PSI >= {NOTABLE}, and p < {alarms:g} for all columns together (Bonferroni)",
        "baseline": {"source": about.source, "rows": about.rows, "answered": about.answered},
        "window": {"rows": rows, "since": since, "workers": len(alike)},
    }
    if about.rows < FEWEST_BASELINE:
        why = f"the model's rows are {about.rows}, and it takes {FEWEST_BASELINE} to compare with"
        return state(about.model_version, "no baseline", why, more)
    if rows < FEWEST_ROWS:
        why = f"{rows} records were answered lately, and it takes {FEWEST_ROWS} to compare"
        return state(about.model_version, "too few records", why, more)
    every = (*about.columns, *about.answers)
    pairs = zip(every, together, strict=True)
    scores = [score(each, counts, len(every), alarms) for each, counts in pairs]
    more["fields"], more["answers"] = scores[: len(about.columns)], scores[len(about.columns) :]
    drifted = [each["name"] or "the value" for each in scores if each["drifted"]]
    said = "drift" if drifted else "no drift"
    return state(about.model_version, said, ", ".join(drifted), more)


def state(version: str, word: str, why: str, more: dict[str, Any] | None = None) -> dict[str, Any]:
    """Return what is said, the word first."""
    return {"model_version": version, "state": word, "why": why, **(more or {})}


def is_alike(own: dict[str, Any], other: dict[str, Any]) -> bool:
    """Whether another worker compares with the same: it may be one of before a training."""
    sizes, others = ([len(each) for each in said["counts"]] for said in (own, other))
    return bool(own["model_version"] == other["model_version"]) and sizes == others
