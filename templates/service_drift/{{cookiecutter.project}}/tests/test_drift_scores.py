"""Drift of a known size is found within a known number of rows, and none where there is none."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import pytest

from {{ cookiecutter.package }}.service.drift.columns import columns_of

from .drifting import changed, rows, scores

CHANGES: dict[str, Callable[[Any], Any]] = {
    "amount": lambda value: value + 0.75 * 15,
    "skewed": lambda value: value * 2,
    "calls": lambda value: value + 1,
    "plan": lambda value: "pro" if value == "basic" and random.random() < 0.5 else value,
    "paper": lambda value: value or random.random() < 0.35,
    "age": lambda value: None if random.random() < 0.25 else value,
    "note": lambda value: value + "x" * 12,
}
"""Three quarters of a standard deviation or more, or 25 in 100 rows."""


@pytest.mark.parametrize("name", CHANGES)
def test_drift_is_found_within_300_records(name: str) -> None:
    random.seed(5)
    for seed in range(1, 11):
        found = scores(changed(rows(seed, 300), name, CHANGES[name]))
        assert [each for each in found if found[each]["drifted"]] == [name]


def test_none_is_found_in_50_resamples_without_drift() -> None:
    reported = [scores(rows(seed, 500), 1000 + seed // 5) for seed in range(50)]
    assert not [each for found in reported for each in found.values() if each["drifted"]]


def test_chance_alone_stays_within_the_rate_of_false_alarms() -> None:
    """200 windows at a rate of 0.2: more than 57 would be less likely than 1 in 1000 if the rate were kept."""
    alarms = 0.2
    found = [scores(rows(seed, 250), 5000 + seed // 10, alarms) for seed in range(200)]
    assert sum(any(each["p_value"] < alarms for each in window.values()) for window in found) <= 57


def test_a_value_that_was_never_seen_is_another_one() -> None:
    found = scores(changed(rows(1, 300), "plan", lambda value: "new" if value == "old" else value))
    shares = {each["of"]: each for each in found["plan"]["shares"]}
    assert shares["old"]["window"] == 0 and shares["other"]["window"] > 0.05
    assert "one-off" in shares or shares["other"]["baseline"] > 0


def test_what_is_rare_is_not_named_in_a_baseline() -> None:
    records = [{"who": f"person {n}" if n < 4 else "all"} for n in range(200)]
    found = columns_of(records, {"who": {"categories": ["all"]}})[0]
    assert found.bounds == ("all",) and found.counts == (196, 4, 0)
    texts = columns_of([{"secret": f"secret {n}"} for n in range(200)], {})[0]
    assert texts.kind == "length" and "secret 1" not in str(texts)
