"""Each number that training depends on, halved and doubled: is there a better one?"""

from __future__ import annotations

import inspect
import re
import time
import warnings

import pytest

from {{ cookiecutter.package }} import pipeline
from {{ cookiecutter.package }}.parameters import Parameters

from . import experiment

pytestmark = pytest.mark.quality

SECONDS = 300
"""After which no further training is begun."""
NOTABLE = 0.02
"""Share by which the metrics have to be better, in the mean, to be told."""
UNTUNED = 0.5
"""Share from which on a number cannot have been tuned: the test fails."""


def numbers() -> dict[str, float]:
    """Return the numbers among the parameters that training reads, seeds left out."""
    source = inspect.getsource(pipeline.train) if hasattr(pipeline, "train") else ""
    read = set(re.findall(r"\bparameters\.(\w+)", source))
    given = Parameters().model_dump()
    return {
        name: value
        for name, value in given.items()
        if name in read
        and isinstance(value, int | float)
        and not isinstance(value, bool)
        and value
        and not re.search("seed|random|state", name)
    }


def test_hyperparameters_were_varied() -> None:
    declared = numbers()
    if not declared:
        pytest.skip("training reads no number of the notebook's parameters")
    base, began, tried = experiment.run().metrics, time.monotonic(), set()
    untuned = []
    for name, value in declared.items():
        for factor in (0.5, 2):
            other = type(value)(value * factor)
            if other == value or time.monotonic() - began > SECONDS:
                continue
            try:
                _, metrics = pipeline.run(Parameters(**{name: other}))
            except Exception as error:
                print(f"{name} = {other:g}: cannot be trained: {error}")
                continue
            tried.add(name)
            gained = experiment.gain(metrics, base)
            print(f"{name} = {other:g} instead of {value:g}: metrics {gained:+.1%} better")
            if gained > UNTUNED:
                untuned.append(f"{name} = {other:g} ({gained:.0%})")
            elif gained > NOTABLE:
                warnings.warn(f"{name} = {other:g} gives {gained:.1%} better metrics", stacklevel=1)
    assert tried, f"none of {', '.join(declared)} could be varied"
    assert not untuned, f"the metrics are far better with {', '.join(untuned)}"
