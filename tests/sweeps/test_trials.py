"""A search that learns: it stays in the space, comes near the best, and goes on from what is known."""

from __future__ import annotations

import sys

import pytest

from nb2prod.errors import UsageError
from nb2prod.sweeps.model import Choices, Direction, Floats, Integers, Row, Space
from nb2prod.sweeps.search import random_rows
from nb2prod.sweeps.trials import Trials

SPACE = Space({"x": Floats(-5.0, 5.0), "n": Integers(1, 100, log=True), "how": Choices(("a", 1, True, [2]))})


def loss(row: Row) -> float:
    return (row["x"] - 2) ** 2 + abs(row["n"] - 10) / 10 + (row["how"] != "a")


def best_of(trials: Trials, count: int) -> float:
    found = []
    for _ in range(count):
        row = trials.ask()
        found.append(loss(row))
        trials.tell(row, found[-1])
    return min(found)


def test_it_finds_better_rows_than_chance() -> None:
    chance = min(loss(row) for row in random_rows(SPACE, 60, 0))
    assert best_of(Trials(SPACE, Direction.MINIMIZE, 0), 60) < chance


def test_rows_are_in_the_space_and_of_their_types() -> None:
    trials = Trials(SPACE, Direction.MAXIMIZE, 1)
    for number in range(20):
        row = trials.ask()
        assert (type(row["x"]), type(row["n"])) == (float, int)
        assert any(row["how"] is each for each in SPACE.domains["how"].values)  # type: ignore[union-attr]
        trials.tell(row, None if number % 3 == 0 else float("nan") if number % 3 == 1 else 1.0)


def test_what_is_known_is_gone_on_from() -> None:
    trials = Trials(SPACE, Direction.MINIMIZE, 0)
    for row in [*random_rows(SPACE, 30, 1), {"x": 2.0, "n": 10, "how": "a"}]:
        trials.tell(row, loss(row))
    assert min(loss(trials.ask()) for _ in range(10)) < 2


def test_no_row_is_asked_for_twice_until_all_are_known() -> None:
    trials = Trials(Space({"a": Choices((1, 2, 3)), "b": Integers(1, 4)}), Direction.MINIMIZE, 0)
    trials.tell({"a": 2, "b": 2}, 1.0)
    rows = [trials.ask() for _ in range(11)]
    assert len({(row["a"], row["b"]) for row in rows} | {(2, 2)}) == 12


def test_the_same_seed_asks_for_the_same() -> None:
    one, other = (Trials(SPACE, Direction.MINIMIZE, 7) for _ in range(2))
    assert [one.ask() for _ in range(3)] == [other.ask() for _ in range(3)]


def test_without_optuna_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "optuna", None)
    with pytest.raises(UsageError, match=r"nb2prod\[optuna\]"):
        Trials(SPACE, Direction.MINIMIZE, 0)
