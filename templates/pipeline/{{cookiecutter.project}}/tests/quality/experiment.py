"""The pipeline, run once and watched: what its steps were handed, so that they can be repeated otherwise."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

import pytest

from {{ cookiecutter.package }} import gate, pipeline
from {{ cookiecutter.package }}.parameters import Parameters
from {{ cookiecutter.package }}.schema import REQUEST

FEWEST_ROWS = 20
"""Rows that a measurement needs to be worth anything."""
MOST_GAIN = 10.0
"""Where a metric was nearly 0, everything is many times better or worse."""
NO_METRICS = "the notebook has no evaluation whose metrics say by name whether more is better"
NO_FEATURES = "which of the rows' columns are features cannot be told by their names"
NO_ROWS = "the notebook's evaluation is not handed the rows that it measures on"


@dataclass(frozen=True)
class Experiment:
    """One run of the pipeline."""

    evaluate: Callable[..., dict[str, float]]
    handed: tuple[Any, ...]
    """What ``evaluate`` was called with."""
    metrics: dict[str, float]

    @property
    def table(self) -> int:
        """Place of the rows with their features among ``handed``; the test is skipped if there are none."""
        for place, value in enumerate(self.handed):
            shape = getattr(value, "shape", ())
            if len(shape) >= 2 and shape[0] >= FEWEST_ROWS:
                return place
        pytest.skip(NO_ROWS)

    def again(self, *, rows: Any = None, **changed: Any) -> dict[str, float]:
        """Measure again on some of the rows, or with other values at places ``at_0``, ``at_1`` and so on."""
        handed = [changed.get(f"at_{place}", value) for place, value in enumerate(self.handed)]
        if rows is not None:
            count = len(self.handed[self.table])
            handed = [taken(each, rows) if is_aligned(each, count) else each for each in handed]
        return self.evaluate(*handed)


@cache
def watched() -> tuple[dict[str, list[tuple[Any, ...]]], dict[str, float]]:
    """Run the pipeline with its defaults; return what its steps were handed, each time, and the metrics."""
    calls: dict[str, list[tuple[Any, ...]]] = {}
    with pytest.MonkeyPatch.context() as patch:
        for name in ("train", "evaluate"):
            if hasattr(pipeline, name):
                step, each = getattr(pipeline, name), calls.setdefault(name, [])
                patch.setattr(pipeline, name, lambda *h, s=step, e=each: e.append(h) or s(*h))
        _, metrics = pipeline.run(Parameters())
    return calls, metrics


def run() -> Experiment:
    """Return the run of the pipeline; skip where it measures nothing that has a direction."""
    if not hasattr(pipeline, "evaluate"):
        pytest.skip(NO_METRICS)
    calls, metrics = watched()
    if not directed(metrics):
        pytest.skip(NO_METRICS)
    return Experiment(pipeline.evaluate, calls["evaluate"][-1], metrics)


def directed(metrics: dict[str, float]) -> list[str]:
    """Return the metrics of which more, or less, is better."""
    return [name for name in metrics if gate.direction(name)]


def gain(new: dict[str, float], old: dict[str, float]) -> float:
    """Return the mean share by which metrics are better than others; negative where they are worse."""
    names = [name for name in directed(old) if name in new]
    shares = [gate.better(name, new[name], old[name]) for name in names]
    return sum(max(-MOST_GAIN, min(MOST_GAIN, share)) for share in shares) / max(len(names), 1)


def is_aligned(value: Any, count: int) -> bool:
    """Say whether something has a value for each of so many rows."""
    return len(getattr(value, "shape", ())) >= 1 and value.shape[0] == count


def taken(value: Any, rows: Any) -> Any:
    """Return some rows of an array, a Series or a table."""
    return value.iloc[rows] if hasattr(value, "iloc") else value[rows]


def features(run: Experiment) -> list[Any]:
    """Return the columns that are features; the test is skipped where they cannot be told from the target."""
    table = run.handed[run.table]
    beside = [each for n, each in enumerate(run.handed) if n != run.table]
    has_target_beside = any(is_aligned(each, len(table)) for each in beside)
    if not hasattr(table, "columns"):
        return list(range(table.shape[1])) if has_target_beside else pytest.skip(NO_FEATURES)
    if REQUEST["kind"] == "text":
        return texts(table)
    fields = {plain(field["name"]) for field in REQUEST.get("fields", [])}
    known = [name for name in table.columns if plain(name) in fields]
    if not known and not has_target_beside:
        pytest.skip(NO_FEATURES)
    return known or list(table.columns)


def texts(table: Any) -> list[Any]:
    """Return the columns with texts, the longest first; what has few values is a label."""
    found = [name for name in table.columns if table[name].map(type).eq(str).all()]
    found = [name for name in found if table[name].nunique() > len(table) / 2]
    return sorted(found, key=lambda name: -table[name].str.len().mean())


def plain(name: Any) -> str:
    """Return a column's name as it is in whatever way it is written."""
    return "".join(each for each in str(name).lower() if each.isalnum())
