"""What people say in a notebook's metadata: what counts, and what is wrong with it, with its place."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nb2prod.score.attestations import attestations
from nb2prod.score.model import Attestation

GOOD = {"test": "M2", "by": "Ada Lovelace", "on": "2024-11-20", "how": "compared with a month of calls"}
PLACE = "notebook metadata, nb2prod.attestations"


def read(*said: Any) -> tuple[tuple[Attestation, ...], list[str]]:
    good, bad = attestations({"nb2prod": {"attestations": list(said)}})
    return good, [f"{problem.where}: {problem.what}" for problem in bad]


def test_a_good_one_counts() -> None:
    assert read(GOOD) == ((Attestation(**GOOD),), [])


def test_no_metadata_is_no_problem() -> None:
    assert attestations({}) == attestations({"nb2prod": {}}) == attestations({"nb2prod": "odd"}) == ((), ())


@pytest.mark.parametrize(
    ("change", "place", "what"),
    [
        ({"test": "m2"}, "[0].test", "there is no test 'm2'. Did you mean 'M2'?"),
        ({"test": "X9"}, "[0].test", "there is no test 'X9'."),
        ({"on": "20.11.2026"}, "[0].on", "'20.11.2026' is no date"),
        ({"on": "2999-01-01"}, "[0].on", "'2999-01-01' is still to come"),
        ({"on": "9999-12-31"}, "[0].on", "'9999-12-31' is still to come"),
        ({"on": "2026-02-30"}, "[0].on", "'2026-02-30' is no date"),
        ({"on": "20261120"}, "[0].on", "'20261120' is no date"),
        ({"by": " "}, "[0].by", "is missing or empty"),
        ({"how": 3}, "[0].how", "is missing or empty"),
        ({"who": "me"}, "[0]", "there is no key 'who'."),
    ],
)
def test_what_is_wrong_is_told_with_its_place(change: dict[str, Any], place: str, what: str) -> None:
    good, bad = read({**GOOD, **change})
    assert good == ()
    assert len(bad) == 1
    assert bad[0].startswith(f"{PLACE}{place}: {what}")


def test_all_problems_at_once_and_the_good_ones_count() -> None:
    good, bad = read("odd", GOOD, {"test": "D3"})
    assert good == (Attestation(**GOOD),)
    assert [line.split(": ")[0].removeprefix(PLACE) for line in bad] == ["[0]", "[2].by", "[2].on", "[2].how"]


def test_another_shape_is_a_problem() -> None:
    good, bad = attestations({"nb2prod": {"attestations": GOOD}})
    assert good == ()
    assert bad[0].where == PLACE


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=12),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from([*GOOD, "nb2prod", "attestations", "x"]), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(JSON)
def test_any_metadata_is_read_without_an_exception(said: Any) -> None:
    for metadata in ({"nb2prod": said}, {"nb2prod": {"attestations": said}}, {"nb2prod": {"attestations": [said]}}):
        good, bad = attestations(metadata)
        assert all(problem.where.startswith(PLACE) for problem in bad)
        assert isinstance(good, tuple)
