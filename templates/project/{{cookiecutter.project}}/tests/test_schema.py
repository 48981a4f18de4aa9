"""Records that do not fit the schema are refused, good ones are not."""

from __future__ import annotations

from typing import Any

import pytest

from {{ cookiecutter.package }}.schema import EXAMPLE, REQUEST, check, record_schema

from .bad_records import bad_records
from .parity import REQUESTS

BAD_RECORDS = dict(bad_records(REQUESTS[0], REQUEST))


def test_good_records_are_accepted() -> None:
    assert check(REQUESTS) == []


@pytest.mark.parametrize("name", BAD_RECORDS)
def test_bad_record_is_refused(name: str) -> None:
    problems = check([REQUESTS[0], BAD_RECORDS[name]])
    assert problems
    assert {problem.record for problem in problems} == {1}
    assert all(problem.message for problem in problems)


@pytest.mark.parametrize("record", [None, [], {}, "", -(2**70), float("nan"), [[[]]], "\ud800"])
def test_check_survives_anything(record: Any) -> None:
    assert isinstance(check([record]), list)


def test_example_is_a_good_record() -> None:
    assert EXAMPLE is None or check([EXAMPLE["request"]]) == []


def test_schema_can_be_described() -> None:
    assert isinstance(record_schema(), dict)
