"""A service gives a client of the Open Inference Protocol that nobody here wrote the notebook's answers."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from nb2prod.verify.compare import Tolerance, compare
from tests.templates.test_samples import service
from tests.templates.triton import infer


@pytest.mark.parametrize("binary", [True, False], ids=["bytes", "JSON"])
@pytest.mark.parametrize("name", ["churn", "spam", "tariff"])
def test_it_gets_the_notebooks_answers(sample: Callable[[str], Path], name: str, binary: bool) -> None:
    folder = sample(name) / "tests/parity"
    requests, responses = (json.loads((folder / f"{each}.json").read_text()) for each in ("requests", "responses"))
    with service(sample(name)) as port:
        places, found = infer(port, name, requests, binary=binary)
    assert places
    compared = compare([responses[place] for place in places], found, Tolerance())
    assert compared.ok, compared
