"""How much worse a model is that was trained on older rows only."""

from __future__ import annotations

from typing import Any

import pytest

from {{ cookiecutter.package }} import pipeline
from {{ cookiecutter.package }}.parameters import Parameters

from . import experiment

np = pytest.importorskip("numpy")

pytestmark = pytest.mark.quality


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
    for share in (0.5, 0.75):
        monkeypatch.setattr(pipeline, "train", lambda *h, s=share: train(*older(h, s)))
        _, metrics = pipeline.run(Parameters())
        loss = -experiment.gain(metrics, base)
        print(f"trained on the oldest {share:.0%}: metrics {loss:+.1%} worse, {metrics}")
        assert np.isfinite(loss)
