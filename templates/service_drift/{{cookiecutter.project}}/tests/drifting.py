"""Rows with fields of every kind, drawn by chance, and how far others are from them."""

from __future__ import annotations

import random
from collections.abc import Callable
from functools import cache
from typing import Any

from {{ cookiecutter.package }}.service.drift.column import Column
from {{ cookiecutter.package }}.service.drift.columns import columns_of
from {{ cookiecutter.package }}.service.drift.scores import score
from {{ cookiecutter.package }}.service.drift.window import Window

ROWS = 2000
ALARMS = 0.01
FIELDS = {"plan": {"type": "string", "categories": ["basic", "pro"]}, "at": {"type": "datetime"}}
Record = dict[str, Any]


def record(chance: random.Random) -> Record:
    """Return a record with fields of every kind."""
    return {
        "amount": chance.gauss(100, 15),
        "skewed": chance.expovariate(0.01),
        "calls": min(5, int(chance.expovariate(0.8))),
        "plan": chance.choices(["basic", "pro", "old", "one-off"], [60, 30, 9, 1])[0],
        "paper": chance.random() < 0.3,
        "age": None if chance.random() < 0.1 else chance.uniform(18, 90),
        "note": "x" * int(chance.gauss(40, 12)),
        "at": "2024-01-01T00:00:00",
        "pair": [chance.random(), chance.random()],
    }


def rows(seed: int, number: int) -> list[Record]:
    chance = random.Random(seed)
    return [record(chance) for _ in range(number)]


@cache
def columns_of_rows(seed: int) -> list[Column]:
    return columns_of(rows(seed, ROWS), FIELDS)


def scores(records: list[Record], seed: int = 0, alarms: float = ALARMS) -> dict[str, dict[str, Any]]:
    """Return how far each column of the records is from those of other rows."""
    columns = columns_of_rows(seed)
    window = Window(columns, (), len(records))
    for each in records:
        window.add(each, None)
    found = [score(*each, len(columns), alarms) for each in zip(columns, window.counts, strict=True)]
    return {each["name"]: each for each in found}


def changed(records: list[Record], name: str, change: Callable[[Any], Any]) -> list[Record]:
    return [{**each, name: change(each[name])} for each in records]
