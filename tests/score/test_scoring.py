"""The states of the 28 tests, and what they add up to."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nb2prod.score.model import BANDS, Attestation, Known, Section, State, Test, band_of
from nb2prod.score.rubric import TESTS
from nb2prod.score.scoring import scored, state_of

ATTESTED = {test.id: Attestation(test.id, "Ada Lovelace", "2026-11-20", "by hand") for test in TESTS}
REPEATED = [test for test in TESTS if test.repeated_by]


def known(automatic: set[str], attested: set[str]) -> Known:
    repeats = {name: "" for test in TESTS if test.id in automatic for name in test.repeated_by}
    return Known(repeats, tuple(ATTESTED[each] for each in sorted(attested)))


def test_there_are_28_tests_seven_in_each_section() -> None:
    assert [test.id for test in TESTS] == [f"{letter}{n}" for letter in "DMIN" for n in range(1, 8)]
    assert Counter(test.section for test in TESTS) == dict.fromkeys(Section, 7)
    assert len({test.title for test in TESTS}) == 28


def test_nb2prod_automates_at_least_19() -> None:
    assert len(REPEATED) >= 19
    assert all(test.how for test in REPEATED)
    assert all(test.to_raise for test in TESTS)


@pytest.mark.parametrize("test", TESTS, ids=lambda test: test.id)
def test_missing_until_somebody_does_it(test: Test) -> None:
    row = state_of(test, Known())
    assert (row.state, row.points) == (State.MISSING, 0.0)
    assert row.why


@pytest.mark.parametrize("test", TESTS, ids=lambda test: test.id)
def test_attested_gives_half_a_point(test: Test) -> None:
    row = state_of(test, known(set(), {test.id}))
    assert (row.state, row.points) == (State.ATTESTED, 0.5)
    assert row.why == "Ada Lovelace on 2026-11-20: by hand"


@pytest.mark.parametrize("test", REPEATED, ids=lambda test: test.id)
def test_automatic_gives_a_point_whatever_was_attested(test: Test) -> None:
    row = state_of(test, known({test.id}, {test.id}))
    assert (row.state, row.points) == (State.AUTOMATIC, 1.0)
    assert all(name in row.why for name in test.repeated_by)


@pytest.mark.parametrize("test", REPEATED, ids=lambda test: test.id)
def test_one_of_its_repository_tests_that_does_nothing_is_enough_to_miss_it(test: Test) -> None:
    repeats = dict.fromkeys(test.repeated_by, "")
    for name in test.repeated_by:
        row = state_of(test, Known({**repeats, name: "it was skipped: no evaluation"}))
        assert (row.state, row.why) == (State.MISSING, "it was skipped: no evaluation")


IDS = st.sets(st.sampled_from([test.id for test in TESTS]))


@given(IDS, IDS)
def test_the_score_is_the_least_of_the_four_sums(automatic: set[str], attested: set[str]) -> None:
    # what one repository test repeats, it repeats for every test that needs no more than it
    names = {name for test in TESTS if test.id in automatic for name in test.repeated_by}
    one = {test.id for test in TESTS if test.repeated_by and names.issuperset(test.repeated_by)}
    expected = {
        section: sum(
            1.0 if test.id in one else 0.5 if test.id in attested else 0.0 for test in TESTS if test.section == section
        )
        for section in Section
    }
    score = scored(known(automatic, attested))
    assert score.sections == expected
    assert score.score == min(expected.values())
    assert 0 <= score.score <= 7
    assert score.band == band_of(score.score)


@pytest.mark.parametrize(
    ("score", "band"),
    [(0, 0), (0.5, 1), (1, 1), (1.5, 2), (2, 2), (2.5, 3), (3, 3), (3.5, 4), (4, 4), (5, 4), (5.5, 5), (7, 5)],
)
def test_bands_are_those_of_the_paper(score: float, band: int) -> None:
    assert band_of(score) == BANDS[band][2]
