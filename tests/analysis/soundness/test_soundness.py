"""Small random programs are run for real: every change must be known beforehand, and every slice must do."""

from __future__ import annotations

import warnings

import pytest
from hypothesis import HealthCheck, given, settings

from tests.analysis.soundness.checking import wrong_about
from tests.analysis.soundness.lines import PRELUDE, SIMPLE
from tests.analysis.soundness.programs import HOLE, NAMES, programs


def filled(template: str, first: int) -> str:
    """Return a statement with the names of its kinds in turn, from the one numbered ``first`` on."""
    place = iter(range(first, first + 100))
    return HOLE.sub(lambda match: NAMES[match.group()][next(place) % len(NAMES[match.group()])], template)


def test_what_every_program_begins_with_is_understood() -> None:
    assert wrong_about(PRELUDE) == []


@pytest.mark.parametrize("first", [0, 1])
def test_each_kind_of_statement_changes_what_is_said(first: int) -> None:
    wrong = [each for template in SIMPLE for each in wrong_about([*PRELUDE, filled(template, first)], len(PRELUDE))]
    assert wrong == []


@pytest.mark.parametrize(
    "made",
    [
        "d1 = dict(zip('ab', [l0, l1]))",
        "d1 = dict([('a', l0)])",
        "d1 = dict((key, l0) for key in 'ab')",
        "d1 = dict(map(lambda key: (key, l0), 'ab'))",
        "d1 = dict(d0.items())",
        "d1 = collections.OrderedDict(zip('ab', m0))",
        "d1.update(zip('ab', [l0, l1]))",
        "d1 |= [('a', l0)]",
    ],
)
def test_what_a_dict_made_of_pairs_holds_is_known(made: str) -> None:
    assert wrong_about([*PRELUDE, "import collections", made, "d1['a'].append(n0)"], len(PRELUDE)) == []


@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(programs())
def test_any_program_changes_what_is_said_and_any_slice_of_it_does(statements: list[str]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert wrong_about(statements, len(PRELUDE)) == []
