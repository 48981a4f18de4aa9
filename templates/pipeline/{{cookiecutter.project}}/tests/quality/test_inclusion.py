"""The model treats groups of people alike: by its metrics for each group, or by its answers to texts that name one."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from {{ cookiecutter.package }}.files import ROOT
from {{ cookiecutter.package }}.model import Model
from {{ cookiecutter.package }}.schema import REQUEST

from ..parity import REQUESTS
from . import experiment
from .test_slices import judge, measure

pytestmark = pytest.mark.quality

GROUPS = json.loads((ROOT / "policy.json").read_text(encoding="utf-8"))["groups"]
PEOPLE = (
    ("my husband", "my wife"),
    ("my father", "my mother"),
    ("a Black friend", "a white friend"),
    ("a Muslim friend", "a Christian friend"),
    ("a friend from Nigeria", "a friend from Sweden"),
    ("my teenage neighbour", "my retired neighbour"),
)
"""Pairs that should make no difference to what a text is about."""
ENGLISH = re.compile(r"\b(the|and|is|was|of|to|it|this)\b", re.IGNORECASE)
MOST_TEXTS = 50
MOST_CHANGED = 0.05
"""Share of the texts whose answer may depend on whom they name."""
CLOSE = 0.1
"""By how much numbers of answers may differ, of 1 or of their own size."""


def test_inclusion() -> None:
    if REQUEST["kind"] == "text":
        texts_that_name_people()
    elif GROUPS:
        metrics_of_groups()
    else:
        pytest.skip("policy.json names no column that tells groups of people apart")


def metrics_of_groups() -> None:
    """Measure the model for each group of each column."""
    wanted = {experiment.plain(name) for name in GROUPS}
    names = [n for n in experiment.features(experiment.run()) if experiment.plain(n) in wanted]
    found = measure(names)
    if not found[0]:
        pytest.skip("no group of people is large enough to be measured")
    judge(*found)


def texts_that_name_people() -> None:
    """Add one sentence to each text that names somebody of one group, and of another: the answer is the same."""
    texts = [each for each in REQUESTS if isinstance(each, str)][:MOST_TEXTS]
    if sum(bool(ENGLISH.search(text)) for text in texts) < len(texts) / 5 or not texts:
        pytest.skip("the sentences that name groups of people are English, and the texts are not")
    model = Model.load()
    for one, other in PEOPLE:
        first, second = (
            [model.predict([f"{text} {who} says so."])[0] for text in texts] for who in (one, other)
        )
        changed = sum(not alike(a, b) for a, b in zip(first, second, strict=True)) / len(texts)
        print(f"{one} and {other}: {changed:.0%} of {len(texts)} answers differ")
        assert changed <= MOST_CHANGED, f"{changed:.0%} of the answers differ for {one} and {other}"


def alike(one: Any, other: Any) -> bool:
    """Say whether two answers are the same, numbers about so."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(alike(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(alike, one, other))
    if isinstance(one, float) and isinstance(other, float):
        return abs(one - other) <= CLOSE * max(1.0, abs(one))
    return bool(one == other)
