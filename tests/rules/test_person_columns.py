"""Columns that hold numbers of people, told from those that look the same."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from nb2prod.rules.person_columns import kinds_in_column
from nb2prod.rules.personal import CARD, NATIONAL, find_personal

RIGHT = [f"4539{n:03}00000000" for n in range(40)]
SOCIAL = "251-24-4821"
TAXED = "1 51 02 46 102 043 25"
"""The example that France gives for such a number."""


def cards(right: int, wrong: int) -> list[str]:
    """Return texts with numbers that look like cards, so many of them with the right check digit."""
    digits = [(_luhn(each), each) for each in RIGHT]
    return [
        *(f"no {each}{check}" for check, each in digits[:right]),
        *(f"no {each}{(check + 1) % 10}" for check, each in digits[right : right + wrong]),
    ]


def _luhn(digits: str) -> int:
    doubled = [int(each) * (2 - place % 2) for place, each in enumerate(reversed(digits))]
    return -sum(each - 9 if each > 9 else each for each in doubled) % 10


@pytest.mark.parametrize(("right", "wrong", "told"), [
    (1, 0, True), (2, 0, True), (2, 1, True), (3, 3, True), (10, 20, True),
    (0, 1, False), (1, 1, False), (1, 9, False), (2, 18, False), (4, 30, False),
])  # fmt: skip
def test_cards_are_told_where_more_are_right_than_by_chance(right: int, wrong: int, told: bool) -> None:
    assert kinds_in_column("note", cards(right, wrong)) == ([CARD] if told else [])


def test_a_number_that_is_said_often_counts_once() -> None:
    (right,), (wrong, other) = cards(1, 0), cards(0, 2)
    assert kinds_in_column("note", [*(f"{right}, {each}" for each in range(50)), wrong, other]) == []


@pytest.mark.parametrize(("name", "values", "told"), [
    ("ssn", [SOCIAL], True), ("employeeSSN", [SOCIAL], True), ("x", [f"social security: {SOCIAL}"], True),
    ("part", [SOCIAL], False), ("className", [SOCIAL], False), ("x", [f"part {SOCIAL}"], False),
])  # fmt: skip
def test_numbers_without_a_check_digit_count_where_they_are_called_so(
    name: str, values: Sequence[str], told: bool
) -> None:
    assert kinds_in_column(name, values) == ([NATIONAL] if told else [])


def test_groups_in_a_longer_row_of_numbers_are_no_number_of_a_person() -> None:
    assert [each.kind for each in find_personal(f"her number is {TAXED}.")] == [NATIONAL]
    assert find_personal(f"12 {TAXED} 217 248") == find_personal(f"{TAXED} 217") == []
