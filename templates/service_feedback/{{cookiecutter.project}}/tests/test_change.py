"""A change for the worse is found within so many records, and none where there is none."""

from __future__ import annotations

import random

from {{ cookiecutter.package }}.service.feedback.change import STEP, rise

STREAMS = 50


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
