"""What people type for a parameter, and what is shown for them to change."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nb2prod.runs.typed import as_typed, parameters_from

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**12), 10**12)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@given(VALUES)
def test_what_is_shown_for_a_value_is_read_as_the_same(value: object) -> None:
    found = parameters_from([("name", as_typed(value))], None)["name"]
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    ("value", "typed"), [("data/a.csv", "data/a.csv"), ("no", "no"), ("12", '"12"'), (0.25, "0.25"), (True, "true")]
)
def test_words_stand_as_they_are_where_that_is_clear(value: object, typed: str) -> None:
    assert as_typed(value) == typed
