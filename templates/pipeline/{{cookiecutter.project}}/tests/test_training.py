"""Training from scratch gives a model that can be saved, loaded and asked."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from {{ cookiecutter.package }} import artifacts, pipeline
from {{ cookiecutter.package }}.model import Model
from {{ cookiecutter.package }}.parameters import Parameters

from .parity import REQUESTS

pytestmark = pytest.mark.training


def test_train_from_scratch(tmp_path: Path) -> None:
    parameters = Parameters()
    values, metrics = pipeline.run(parameters)
    assert all(math.isfinite(value) for value in metrics.values())
    version = artifacts.save(values, parameters=parameters, metrics=metrics, folder=tmp_path)
    model = Model.load(tmp_path)
    assert model.version == version
    assert len(model.predict(REQUESTS)) == len(REQUESTS)
