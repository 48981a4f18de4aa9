"""The rows of grids and of random searches: in order, without repeats, the same for the same seed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nb2prod.errors import UsageError
from nb2prod.sweeps.model import Choices, Domain, Floats, Integers, Space
from nb2prod.sweeps.rows import exact, key_of
from nb2prod.sweeps.search import grid, random_rows

DOMAINS = st.one_of(
    st.lists(st.integers() | st.floats(allow_nan=False) | st.text(), min_size=1, unique_by=exact).map(
        lambda values: Choices(tuple(values))
    ),
    st.builds(
        lambda low, more, log: Integers(low, low + more, log), st.integers(1, 50), st.integers(1, 50), st.booleans()
    ),
    st.builds(
        lambda low, more, log: Floats(low, low * more, log), st.floats(0.01, 9), st.floats(1.5, 99), st.booleans()
    ),
)
SPACES = st.dictionaries(st.sampled_from("abc"), DOMAINS, min_size=1).map(Space)


def test_the_last_name_varies_fastest() -> None:
    rows = grid(Space({"b": Choices((2, 1)), "a": Integers(0, 2)}))
    assert [tuple(row.items()) for row in rows[:4]] == [
        (("b", 2), ("a", 0)),
        (("b", 2), ("a", 1)),
        (("b", 2), ("a", 2)),
        (("b", 1), ("a", 0)),
    ]
    assert len(rows) == 6


def test_a_grid_of_what_cannot_be_counted_is_refused_by_name() -> None:
    space = Space({"a": Floats(0, 1), "b": Choices((1,)), "c": Integers(1, 9, log=True)})
    with pytest.raises(UsageError) as raised:
        grid(space)
    assert [problem.where for problem in raised.value.problems] == ["-g a", "-g c"]


def test_too_many_runs_are_refused() -> None:
    with pytest.raises(UsageError, match="1,000,000 runs"):
        grid(Space({"a": Integers(1, 1000), "b": Integers(1, 1000)}))
    with pytest.raises(UsageError, match="200,000 runs"):
        random_rows(Space({"a": Floats(0, 1)}), 200_000, 1)


@given(SPACES, st.integers(1, 40), st.integers())
def test_random_rows_are_in_the_space_differ_and_repeat_by_their_seed(space: Space, number: int, seed: int) -> None:
    rows = random_rows(space, number, seed)
    assert len({key_of(row, space.names) for row in rows}) == len(rows)
    assert len(rows) == (number if space.size is None else min(number, space.size))
    assert all(_inside(row[name], domain) for row in rows for name, domain in space.domains.items())
    again = random_rows(space, number, seed)
    assert [key_of(row, space.names) for row in rows] == [key_of(row, space.names) for row in again]


def _inside(value: object, domain: Domain) -> bool:
    if isinstance(domain, Choices):
        return exact(value) in map(exact, domain.values)
    assert isinstance(value, int | float)
    return type(value) is type(domain.low) and domain.low <= value <= domain.high


def test_other_seeds_give_other_rows() -> None:
    space = Space({"a": Floats(0, 1)})
    assert random_rows(space, 3, 1) != random_rows(space, 3, 2)


def test_orders_of_magnitude_are_drawn_alike() -> None:
    rows = random_rows(Space({"a": Floats(1e-4, 1, log=True)}), 4000, 0)
    below = sum(row["a"] < 1e-2 for row in rows) / len(rows)
    assert 0.45 < below < 0.55


def test_whole_numbers_by_magnitude_are_all_drawn_where_all_are_wanted() -> None:
    rows = random_rows(Space({"a": Integers(1, 30, log=True)}), 30, 0)
    assert sorted(row["a"] for row in rows) == list(range(1, 31))
