"""What is asked and answered is looked at: some of it at high load, the last of it only, whatever it is."""

from __future__ import annotations

from typing import Any

from {{ cookiecutter.package }}.service.exchange import Exchange
from {{ cookiecutter.package }}.service.drift.columns import columns_of
from {{ cookiecutter.package }}.service.drift.sample import QUEUE, Sample
from {{ cookiecutter.package }}.service.drift.scores import score
from {{ cookiecutter.package }}.service.drift.window import Window

from .drifting import ALARMS, FIELDS, rows

ODD: list[Any] = [
    None,
    {},
    [],
    "",
    "text",
    float("nan"),
    float("inf"),
    10**400,
    -(10**400),
    True,
    {"amount": "many", "plan": 3, "age": [], "note": 5, "pair": {"a": [1]}},
    {"amount": {"deep": [[]]}, "plan": None, "\ud800": 1, "paper": "yes", "calls": float("-inf")},
    [[1] * 100] * 3,
    [10**400, float("nan"), float("inf"), -1e308, "x", None] * 20,
]


def test_odd_records_are_counted_and_never_fail() -> None:
    columns = columns_of(rows(0, 300), FIELDS)
    answers = columns_of([{"a": 1, "b": "yes"}] * 300, None)
    window = Window(columns, answers, 1000)
    for each in ODD:
        for other in ODD:
            window.add(each, other)
    assert all(sum(counts) == len(ODD) ** 2 for counts in window.counts)
    for column, counts in zip((*columns, *answers), window.counts, strict=True):
        assert 0 <= score(column, counts, 1, ALARMS)["p_value"] <= 1
    assert columns_of(ODD, {}) and columns_of(ODD, None)


def test_a_window_forgets_what_is_old() -> None:
    columns = columns_of(rows(0, 300), FIELDS)
    window, fresh = Window(columns, (), 50), Window(columns, (), 50)
    for each in rows(1, 120):
        window.add(each, None)
    for each in rows(1, 120)[-50:]:
        fresh.add(each, None)
    assert window.counts == fresh.counts


def asked(number: int, at: float = 10.0) -> Exchange:
    exchange = Exchange({"method": "POST", "path": "/predict", "headers": []}, None)  # type: ignore[arg-type]
    exchange.started = at
    exchange.records, exchange.predictions = list(range(number)), list(range(number))
    return exchange


def test_at_high_load_some_records_of_each_second_are_looked_at() -> None:
    sample = Sample(100)
    for _ in range(500):
        sample.watch(asked(1))
    assert len(sample.waiting) == 100
    sample.watch(asked(1000, at=11.0))
    kept, answered = sample.waiting.pop()
    assert 50 <= len(kept) <= 100 and kept == answered and max(kept) > 900
    sample.watch(asked(0, at=12.0))
    for second in range(QUEUE):
        sample.watch(asked(2, at=20.0 + second))
    assert len(sample.waiting) == QUEUE
