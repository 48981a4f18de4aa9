"""The quick way to read records says the same as the one that finds out what is wrong, or nothing at all."""

from __future__ import annotations

import json
import random

import pytest

from {{ cookiecutter.package }}.schema import RECORD
from {{ cookiecutter.package }}.service.problems import ProblemError
from {{ cookiecutter.package }}.service.records import checked, quickly
from {{ cookiecutter.package }}.service.settings import Settings

from .hostile import HOSTILE, mutated
from .parity import REQUESTS

SETTINGS = Settings(max_records=10_000_000)


def assert_same(raw: bytes) -> bool:
    """Fail if the quick way returns anything but what the other one does; say whether it did."""
    found = quickly(raw)
    if found is None:
        return False
    try:
        assert repr(found) == repr(checked(raw, SETTINGS))
    except ProblemError as error:
        assert not found, error  # an empty list is refused by its length
    return True


@pytest.mark.skipif(RECORD is None, reason="the schema asks for what only the check knows")
def test_good_bodies_are_read_quickly() -> None:
    bodies = [json.dumps({"records": [request]}).encode() for request in REQUESTS[:200]]
    assert sum(map(assert_same, bodies)) > len(bodies) / 2


def test_mutated_bodies_are_read_alike_or_not_quickly() -> None:
    draw = random.Random(0)
    quick = sum(assert_same(mutated(draw, REQUESTS)) for _ in range(5000))
    assert quick or RECORD is None


TOO_MUCH = {"10 MB", "100,000 records"}
"""What is wrong with these is how much they are, which is looked at before or afterwards."""


@pytest.mark.parametrize("name", sorted(HOSTILE.keys() - TOO_MUCH))
def test_hostile_body_is_not_read_quickly(name: str) -> None:
    assert not quickly(HOSTILE[name][1])
