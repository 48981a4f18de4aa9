"""What goes into the ledger comes out as it was, or is refused."""

from __future__ import annotations

import math
from datetime import date, datetime, time, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nb2prod.errors import UsageError
from nb2prod.ledger.exact import text_of, value_of

ZONES = st.none() | st.integers(-1439, 1439).map(lambda minutes: timezone(timedelta(minutes=minutes)))
KEYS = st.none() | st.booleans() | st.integers() | st.text() | st.dates()
SIMPLE = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(10**4400, 10**4401)
    | st.floats()
    | st.text(st.characters())
    | st.dates()
    | st.datetimes(timezones=ZONES)
    | st.times(timezones=ZONES)
    | st.text("abc/. ").map(Path)
)
VALUES = st.recursive(
    SIMPLE,
    lambda inner: (
        st.lists(inner)
        | st.lists(inner).map(tuple)
        | st.dictionaries(st.text() | st.sampled_from(["$python", "$"]), inner)
        | st.dictionaries(KEYS, inner)
    ),
    max_leaves=8,
)


def same(one: Any, other: Any) -> bool:
    """Say whether both are the same, types, signs of zero, nan and order of keys included."""
    if type(one) is not type(other):
        return False
    if isinstance(one, float):
        return (math.isnan(one) and math.isnan(other)) or (
            one == other and math.copysign(1, one) == math.copysign(1, other)
        )
    if isinstance(one, list | tuple):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, dict):
        return same(list(one.items()), list(other.items()))
    if isinstance(one, datetime | time):
        return one == other and one.utcoffset() == other.utcoffset() and one.fold == other.fold
    return bool(one == other)


@given(VALUES)
def test_every_value_comes_back_as_it_was(value: Any) -> None:
    text = text_of(value)
    text.encode("ascii")  # so that every database takes it
    assert "\0" not in text
    assert same(value_of(text), value)


@pytest.mark.parametrize(
    "value",
    [
        object(),
        [object()],
        {"a": {"b": object()}},
        range(3),
        type("Text", (str,), {})("of a type of one's own"),
    ],
)
def test_what_would_not_come_back_is_refused(value: Any) -> None:
    with pytest.raises(UsageError, match="cannot be recorded"):
        text_of(value)


def test_what_is_nested_too_deeply_is_refused() -> None:
    nested: list[Any] = []
    for _ in range(100_000):
        nested = [nested]
    with pytest.raises(UsageError, match="nested too deeply"):
        text_of(nested)
    while nested:  # taken apart from outside: freeing it would go as deep
        nested = nested[0]


def test_dates_are_readable_in_the_database() -> None:
    assert text_of({"lr": 0.1, "day": date(2024, 1, 31)}) == (
        r'{"lr":0.1,"day":{"$python":"__import__(\"datetime\").date(2024, 1, 31)"}}'
    )
