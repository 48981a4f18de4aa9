"""A model that is worse than the served one does not take its place."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from {{ cookiecutter.package }} import gate
from {{ cookiecutter.package }}.artifacts import load, replace

METRICS = load().record["metrics"]
DIRECTED = {n: v for n, v in METRICS.items() if v and abs(v) > 1e-9 and gate.direction(n)}


@pytest.fixture
def known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gate, "BETTER", {"auc": "higher", "rmse": "lower", "rows": "neither"})


def test_policy_says_which_way_each_metric_is_better() -> None:
    assert set(METRICS) <= set(gate.BETTER), "add it to `better` in policy.json: higher, lower or neither"
    assert set(gate.BETTER.values()) <= {"higher", "lower", "neither"}


@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_a_metric_that_is_not_finite_is_refused(value: float) -> None:
    with pytest.raises(gate.Refused, match="auc is"):
        gate.check({"auc": value}, {})


def test_a_worse_model_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if not DIRECTED:
        pytest.skip("policy.json says of no metric of the notebook which way it is better")
    monkeypatch.delenv("ACCEPT_WORSE", raising=False)
    loaded = load()
    worse = {n: v - gate.direction(n) * (abs(v) / 2) for n, v in DIRECTED.items()}
    first = replace(loaded.values, parameters={}, metrics=DIRECTED, folder=tmp_path)
    with pytest.raises(gate.Refused, match="for the served model"):
        replace(loaded.values, parameters={}, metrics=worse, folder=tmp_path)
    kept = load(tmp_path).record
    assert (kept["model_version"], kept["metrics"]) == (first, DIRECTED)


@pytest.mark.usefixtures("known")
def test_a_model_as_good_passes_and_a_worse_one_when_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ACCEPT_WORSE", raising=False)
    gate.check({"auc": 0.79, "rmse": 1.02, "rows": 1}, {"auc": 0.8, "rmse": 1.0, "rows": 100})
    for metrics in ({"auc": 0.1, "rmse": 1.0}, {"auc": 0.8, "rmse": 2.0}, {"rmse": 1.0}):
        with pytest.raises(gate.Refused):
            gate.check(metrics, {"auc": 0.8, "rmse": 1.0})
    monkeypatch.setenv("ACCEPT_WORSE", "1")
    gate.check({"auc": 0.1}, {"auc": 0.8})
