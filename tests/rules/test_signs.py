"""The quick signs, by which texts are passed over, stand in everything that the patterns behind them find."""

from __future__ import annotations

import re

import hypothesis
import pytest
from hypothesis import strategies as st

from nb2prod.rules.personal import _MAY_BE_NATIONAL, _NATIONAL
from nb2prod.rules.secret_kinds import OWN, known_secrets


@pytest.mark.parametrize("pattern", [pattern for _, signs, pattern in OWN if signs[0].endswith("_")])
def test_what_begins_with_a_sign_and_an_underscore_is_found_however_it_goes_on(pattern: str) -> None:
    @hypothesis.given(st.from_regex(pattern))
    def found(text: str) -> None:
        assert any(known_secrets(text))

    found()


@pytest.mark.parametrize("pattern", [pattern for pattern, _, _ in _NATIONAL], ids=lambda pattern: pattern.pattern[:20])
def test_whatever_looks_like_a_number_of_a_person_is_looked_at(pattern: re.Pattern[str]) -> None:
    @hypothesis.given(st.from_regex(pattern))
    def found(text: str) -> None:
        assert _MAY_BE_NATIONAL.search(text)

    found()
