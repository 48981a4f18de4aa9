"""The model answers what the notebook answered."""

from __future__ import annotations

import pytest

from {{ cookiecutter.package }}.model import Model
from {{ cookiecutter.package }}.schema import REQUEST, check

from .parity import REQUESTS, RESPONSES, difference


@pytest.fixture(scope="module")
def model() -> Model:
    return Model.load()


def test_there_are_rows() -> None:
    assert len(REQUESTS) == len(RESPONSES) > 0


def test_the_notebooks_rows_fit_the_schema() -> None:
    assert check(REQUESTS) == []


def test_rows_one_by_one(model: Model) -> None:
    answers = [model.predict([record])[0] for record in REQUESTS]
    assert difference(answers, RESPONSES) is None


@pytest.mark.skipif(not REQUEST["batch"], reason="the notebook's code takes one record at a time")
def test_rows_as_one_batch(model: Model) -> None:
    assert difference(model.predict(REQUESTS), RESPONSES) is None


@pytest.mark.skipif(not REQUEST.get("ignored"), reason="there is nothing that a client may send in vain")
def test_what_is_ignored_changes_no_answer(model: Model) -> None:
    record = {**REQUESTS[0], **dict.fromkeys(REQUEST["ignored"], "anything")}
    assert check([record]) == []
    assert difference(model.predict([record]), RESPONSES[:1]) is None
