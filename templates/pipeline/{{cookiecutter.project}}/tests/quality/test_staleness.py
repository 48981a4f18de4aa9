"""How much worse a model is that was trained on older rows only, and whether that is what was recorded.

``RECORD=1 make test-quality`` writes it into ``staleness.json`` beside this file, to be looked at and committed.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from {{ cookiecutter.package }} import pipeline
from {{ cookiecutter.package }}.parameters import Parameters

from . import experiment

np = pytest.importorskip("numpy")

pytestmark = pytest.mark.quality

RECORDED = Path(__file__).with_name("staleness.json")
MOVED = 0.2
"""Share of the metrics by which the impact may be another than the recorded one."""


def times(table: Any) -> Any:
    """Return when each row is of; None where the table does not say."""
    if not hasattr(table, "columns"):
        return None
    for values in (table.index, *(table[name] for name in table.columns)):
        if getattr(values.dtype, "kind", "") == "M":
            return values.to_numpy()
    return None


def older(handed: tuple[Any, ...], share: float) -> tuple[Any, ...]:
    """Return what training is handed with the oldest share of its rows only; skip where no time is known."""
    known = [each for each in handed if times(each) is not None]
    if not known:
        pytest.skip("the rows that training is handed have no times")
    table = max(known, key=len)
    rows = np.sort(np.argsort(times(table), kind="stable")[: int(len(table) * share)])
    return tuple(
        experiment.taken(each, rows) if experiment.is_aligned(each, len(table)) else each
        for each in handed
    )


def test_impact_of_staleness(monkeypatch: pytest.MonkeyPatch) -> None:
    base = experiment.run().metrics
    train = pipeline.train
    lost = {}
    for share in (0.5, 0.75):
        monkeypatch.setattr(pipeline, "train", lambda *h, s=share: train(*older(h, s)))
        _, metrics = pipeline.run(Parameters())
        lost[f"oldest {share:.0%}"] = round(-experiment.gain(metrics, base), 2) + 0.0  # -0.0 is 0.0
        print(f"trained on the oldest {share:.0%}: {metrics}")
    print(f"metrics worse by {lost}")
    if os.environ.get("RECORD") == "1":
        RECORDED.write_text(json.dumps(lost, indent=1) + "\n", encoding="utf-8")
    if not RECORDED.is_file():
        pytest.skip(
            "the impact is not recorded: RECORD=1 make test-quality, and commit staleness.json"
        )
    moved = moved_by(json.loads(RECORDED.read_text(encoding="utf-8")), lost)
    assert not moved, f"the impact of stale models is another than recorded: {moved}"


def moved_by(recorded: dict[str, float], lost: dict[str, float]) -> list[str]:
    """Return what differs from the record by more than is allowed."""
    return [
        f"{name}: {value:.0%} worse, recorded were {recorded[name]:.0%}"
        for name, value in lost.items()
        if not abs(value - recorded[name]) <= MOVED
    ]
