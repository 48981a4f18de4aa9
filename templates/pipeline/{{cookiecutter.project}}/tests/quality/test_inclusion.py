"""The model treats groups of people alike: by its metrics for each group, or by its answers to texts that name one."""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from {{ cookiecutter.package }}.files import ROOT
from {{ cookiecutter.package }}.model import Model
from {{ cookiecutter.package }}.schema import REQUEST

from ..parity import REQUESTS
from . import experiment
from .test_slices import column, judge, measure, slices

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
TEXTS = [each for each in REQUESTS if isinstance(each, str)][:50]
MOST_CHANGED = 0.05
"""Share of the texts whose answer may depend on whom they name."""
CLOSE = 0.1
"""By how much numbers of answers may differ, of 1 or of their own size."""


def test_inclusion() -> None:
    english = REQUEST["kind"] == "text" and are_english(TEXTS)
    if not GROUPS and not english:
        pytest.skip("policy.json names nothing that tells groups of people apart")
    if GROUPS:
        metrics_of_groups()
    if english:
        texts_that_name_people()


def metrics_of_groups() -> None:
    """Measure the model for each group that a column tells apart, or that evaluation is handed beside the rows."""
    found = measure(groups(experiment.run()))
    if not found[0]:
        pytest.skip("no group of people is large enough to be measured")
    judge(*found)


def groups(run: experiment.Experiment) -> Iterator[tuple[str, Any]]:
    """Yield the place and the rows of each group; one need not be a feature to be told apart."""
    table = run.handed[run.table]
    names = inspect.signature(run.evaluate).parameters
    beside = {
        experiment.plain(name): value
        for name, value in zip(names, run.handed, strict=False)
        if value is not table and experiment.is_aligned(value, len(table))
    }
    columns = getattr(table, "columns", ())
    inside = {experiment.plain(name): column(table, name) for name in columns}
    for name in GROUPS:
        values = {**inside, **beside}.get(experiment.plain(name))
        if values is not None:
            numeric = getattr(getattr(values, "dtype", None), "kind", "O") in "iuf"
            every = slices(values) if numeric else slices(values, len(table))
            yield from ((f"{name} {label}", rows) for label, rows in every)


def texts_that_name_people() -> None:
    """Add one sentence to each text that names somebody of one group, and of another: the answer is the same."""
    model = Model.load()
    for one, other in PEOPLE:
        first, second = (
            [model.predict([f"{text} {who} says so."])[0] for text in TEXTS] for who in (one, other)
        )
        changed = sum(not alike(a, b) for a, b in zip(first, second, strict=True)) / len(TEXTS)
        print(f"{one} and {other}: {changed:.0%} of {len(TEXTS)} answers differ")
        assert changed <= MOST_CHANGED, f"{changed:.0%} of the answers differ for {one} and {other}"


def are_english(texts: list[str]) -> bool:
    """Say whether the sentences that name groups of people are in the texts' language."""
    return bool(texts) and sum(bool(ENGLISH.search(text)) for text in texts) >= len(texts) / 5


def alike(one: Any, other: Any) -> bool:
    """Say whether two answers are the same, numbers about so."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(alike(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(alike, one, other))
    if isinstance(one, float) and isinstance(other, float):
        return abs(one - other) <= CLOSE * max(1.0, abs(one))
    return bool(one == other)
