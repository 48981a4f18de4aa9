"""Whatever the light table answers is what pandas answers: each operation, over values of all dtypes."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.compiled.both import CATEGORIES, TEXT, Passed, difference
from tests.compiled.operations import EDGE_OPERATIONS, IN_PLACE, OPERATIONS
from tests.compiled.usual import USUAL

EVERYTHING = {**OPERATIONS, **EDGE_OPERATIONS}
FLOATS = st.one_of(
    st.sampled_from(
        [0.0, -0.0, 1.0, 2.5, -1.5, 1e308, float("inf"), -float("inf"), 2.0**53, 100.0, 0.1, 1e-310, 2.675]
    ),
    st.floats(allow_nan=False),
)
INTEGERS = st.one_of(st.integers(-5, 100), st.sampled_from([2**53 + 1, 2**63 - 1, -(2**63), 2**31, 63, 64]))
WORDS = [
    "",
    " ",
    "Yes",
    "no",
    "yes",
    "abc def",
    "É",
    "ß",
    "İ",
    "x-y",
    "Mr. X",
    "YES!",
    "  lead",
    "trail  ",
    "a\nb",
    "a\tb",
]
NEARLY_NUMBERS = ["12", "12.5", " 7 ", "1e3", "inf", "nan", "None", "NA", "true", "1_0", "0x1F", "-3", "+4", ".5", "5."]
ODD_NUMBERS = ["$12", "12%", "007", "1,000", "--", "123456789012345678901", "é12", "\u0661", "2024-01-02"]
TEXTS = st.one_of(
    st.sampled_from([*WORDS, *NEARLY_NUMBERS, *ODD_NUMBERS]),
    st.text(st.characters(exclude_categories=("Cs",)), max_size=6),
)
MOMENTS = st.one_of(
    st.sampled_from(["2024-05-31T12:00:00", "2000-02-29", "1999-12-31T23:59:59.999999", "1700-01-01", "2024-03-31"]),
    st.datetimes(min_value=datetime(1700, 1, 1), max_value=datetime(2200, 1, 1)).map(datetime.isoformat),
)


def or_none(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.one_of(values, values, values, st.none())


RECORDS = st.fixed_dictionaries(
    {
        "f": or_none(FLOATS),
        "g": or_none(FLOATS),
        "i": INTEGERS,
        "j": INTEGERS,
        "b": st.booleans(),
        "c": st.booleans(),
        "s": or_none(TEXTS),
        "t": or_none(TEXTS),
        "o": or_none(TEXTS),
        "p": or_none(st.one_of(TEXTS, st.integers(-3, 3), st.booleans(), FLOATS)),
        "d": or_none(MOMENTS),
        "e": or_none(MOMENTS),
        "k": or_none(st.sampled_from([*CATEGORIES, "other"])),
    }
)


def test_an_operation_that_is_known_is_not_left_to_pandas() -> None:
    found = {source: difference(operation, USUAL) for source, operation in OPERATIONS.items()}
    left = {source: result.why for source, (result, _) in found.items() if isinstance(result, Passed)}
    known = {source: why for source, why in left.items() if TEXT == "str" or not source.startswith(IN_PLACE)}
    assert known == {}
    assert {source: other for source, (_, other) in found.items() if other} == {}


@pytest.mark.slow
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(record=RECORDS, nulls=st.sampled_from(["none", "nan"]))
def test_it_is_never_other_than_pandas(record: dict[str, Any], nulls: str) -> None:
    found = {source: difference(operation, record, nulls)[1] for source, operation in EVERYTHING.items()}
    assert {source: other for source, other in found.items() if other} == {}
