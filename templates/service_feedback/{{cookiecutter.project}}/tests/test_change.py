"""A change for the worse is found within so many records, and none where there is none."""

from __future__ import annotations

import random
from datetime import datetime, timedelta, timezone

from {{ cookiecutter.package }}.service.feedback.change import STEP, rise
from {{ cookiecutter.package }}.service.feedback.live import summary
from {{ cookiecutter.package }}.service.feedback.table import Told
from {{ cookiecutter.package }}.service.feedback.truth import Truth

STREAMS = 50
LABELS = Truth("", str, "accuracy", None)


def wrong(chance: random.Random, share: float, count: int) -> list[float]:
    """Return losses of labels, of which that share is wrong."""
    return [float(chance.random() < share) for _ in range(count)]


def test_an_accuracy_that_falls_from_90_to_70_percent_is_found_within_250_records() -> None:
    for seed in range(STREAMS):
        chance = random.Random(seed)
        found = rise([*wrong(chance, 0.1, 1000), *wrong(chance, 0.3, 250)])
        assert found is not None, seed
        assert found.found > 1000 and abs(found.since - 1000) <= 6 * STEP, (seed, found)
        assert found.before < 0.15 < found.after


def test_errors_of_numbers_that_double_are_found_within_250_records() -> None:
    for seed in range(STREAMS):
        chance = random.Random(seed)
        errors = [abs(chance.gauss(0, 0.2)) for _ in range(1000)]
        worse = [abs(chance.gauss(0, 0.4)) for _ in range(250)]
        assert rise([min(each, 1.0) for each in errors + worse]) is not None, seed


def test_no_alarm_on_more_than_one_of_50_streams_that_stay_as_they_are() -> None:
    for share in (0.02, 0.1, 0.3, 0.5):
        alarms = [rise(wrong(random.Random(seed), share, 5000)) for seed in range(STREAMS)]
        assert sum(alarm is not None for alarm in alarms) <= 1, share


def test_what_becomes_better_is_no_alarm_and_becoming_worse_again_is() -> None:
    chance = random.Random(1)
    better = [*wrong(chance, 0.4, 600), *wrong(chance, 0.1, 600)]
    assert rise(better) is None
    again = rise([*better, *wrong(chance, 0.4, 300)])
    assert again is not None and abs(again.since - 1200) <= 4 * STEP


def test_few_records_and_those_that_are_all_alike_show_nothing() -> None:
    assert rise([]) is None
    assert rise([0.0] * (2 * STEP - 1)) is None
    assert rise([1.0] * 500) is None


def told_of(shares: list[tuple[float, int]]) -> list[Told]:
    chance, at = random.Random(7), datetime(2026, 1, 1, tzinfo=timezone.utc)
    right = [chance.random() < share for share, count in shares for _ in range(count)]
    return [Told(at + timedelta(hours=n), "yes", "yes" if each else "no") for n, each in enumerate(right)]


def test_a_model_that_has_become_worse_is_told_with_when() -> None:
    said = summary(told_of([(0.9, 1000), (0.65, 300)]), LABELS)
    assert said["records"] == 1300 and 0.8 < said["live"] < 0.9
    began = datetime(2026, 1, 1, tzinfo=timezone.utc) + timedelta(hours=1000)
    assert abs(datetime.fromisoformat(said["change"]["since"]) - began) < timedelta(hours=200)
    assert said["change"]["before"] > 0.85 and said["change"]["after"] < 0.75
    assert summary(told_of([(0.9, 1300)]), LABELS)["change"] is None


def test_answers_that_are_none_count_for_nothing() -> None:
    at = datetime(2026, 1, 1)
    numbers = Truth("", float, "mean_absolute_error", None)
    assert summary([Told(at, None, 1.0), Told(at, 3.0, 1.0)], numbers)["live"] == 2.0
    assert summary([Told(at, None, 1.0)], numbers) == {"records": 0, "live": None, "change": None}
