"""A model that answers the same whatever it is asked is not better."""

from __future__ import annotations

import pytest

from . import experiment
from .simple import stand_ins

pytestmark = pytest.mark.quality


def test_a_simpler_model_is_not_better() -> None:
    run = experiment.run()
    simpler = stand_ins(run)
    if not simpler:
        pytest.skip("the notebook's evaluation is not handed the model")
    simple = run.again(**simpler)
    for name, value in run.metrics.items():
        print(f"{name}: {value:g}, and {simple[name]:g} with the same answer for every row")
    gained = experiment.gain(run.metrics, simple)
    assert gained > 0, "the same answer for every row does as well as the model"
