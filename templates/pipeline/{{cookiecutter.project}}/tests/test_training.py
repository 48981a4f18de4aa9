"""Training from scratch gives a model that can be saved, loaded and asked; twice, the same."""

from __future__ import annotations

import math
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from {{ cookiecutter.package }} import artifacts, inference, pipeline
from {{ cookiecutter.package }}.artifacts.catalog import CATALOG
from {{ cookiecutter.package }}.model import Model
from {{ cookiecutter.package }}.parameters import Parameters

from .parity import REQUESTS, difference

pytestmark = pytest.mark.training


@cache
def trained() -> tuple[dict[str, Any], dict[str, float]]:
    return pipeline.run(Parameters())


def saved(values: dict[str, Any], metrics: dict[str, float], folder: Path) -> Model:
    version = artifacts.save(values, parameters=Parameters(), metrics=metrics, folder=folder)
    model = Model.load(folder)
    assert model.version == version
    return model


def test_train_from_scratch(tmp_path: Path) -> None:
    assert len(saved(*trained(), tmp_path).predict(REQUESTS)) == len(REQUESTS)


def test_training_gives_what_the_service_needs() -> None:
    values, metrics = trained()
    assert set(values) == set(CATALOG)
    assert all(value is not None for value in values.values())
    assert callable(inference.predict)
    assert all(math.isfinite(value) for value in metrics.values())


def test_training_is_reproducible(tmp_path: Path) -> None:
    first = saved(*trained(), tmp_path / "first").predict(REQUESTS)
    second = saved(*pipeline.run(Parameters()), tmp_path / "second").predict(REQUESTS)
    odd = difference(second, first)
    assert not odd, f"a second training answers otherwise; set the seeds: {odd}"
