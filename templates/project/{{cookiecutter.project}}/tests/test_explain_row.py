"""Every step between one record and its answer can be seen."""

from __future__ import annotations

import pytest

from {{ cookiecutter.package }}.explain_row import explain, shown
from {{ cookiecutter.package }}.model import Model

from .parity import REQUESTS, RESPONSES, difference


def test_steps_of_a_row_are_shown() -> None:
    steps, answer = explain(Model.load(), REQUESTS[0])
    assert difference(answer, RESPONSES[0]) is None
    assert steps
    assert all(step.value and step.place for step in steps)


def test_a_record_that_does_not_fit_is_told() -> None:
    with pytest.raises(ValueError, match="must|missing|is"):
        explain(Model.load(), float("nan"))


def test_what_cannot_be_shown_is_named() -> None:
    class Odd:
        columns = ()

        def to_dict(self) -> None: ...

    assert shown(Odd()) == "<Odd, which cannot be shown: AttributeError>"
