"""Compiled code, where it serves, answers what the notebook's own code answers."""

from __future__ import annotations

import gc

import pytest

from {{ cookiecutter.package }} import quick
from {{ cookiecutter.package }}.compiled import proof
from {{ cookiecutter.package }}.compiled.drawn import drawn
from {{ cookiecutter.package }}.compiled.verdict import Verdict
from {{ cookiecutter.package }}.model import Model
from {{ cookiecutter.package }}.schema import REQUEST
from {{ cookiecutter.package }}.service.starting import create

from .parity import REQUESTS, difference


@pytest.fixture(scope="module")
def model() -> Model:
    model = Model.load()
    if model.served_by["way"] != "compiled":
        pytest.skip(f"the notebook's own code answers: {model.served_by['why']}")
    return model


def test_rows_of_the_notebook_are_answered_alike(model: Model) -> None:
    rows = REQUESTS[:100]  # the proof asked all of them, and may have had to ask for one at a time
    answers = [model.at_once([record]) for record in rows]
    assert any(answer is not None for answer in answers)
    for answer, original in zip(answers, model.predict(rows, quickly=False), strict=True):
        if answer is not None:
            assert difference(answer, [original]) is None


def test_drawn_records_are_answered_alike(model: Model) -> None:
    """Others than those of the proof, and all of them one by one."""

    def compiled(record: object) -> object:
        answer = model.at_once([record])
        assert answer is not None, "the original answers"
        return answer[0]

    ways = proof.Ways(model.original, compiled, batch=False)
    records = drawn(REQUEST, REQUESTS, 100, seed=1)
    verdict = proof.on_drawn(ways, records, Verdict(True), proof.Budget(10))
    assert verdict.ok, verdict.words()
    assert verdict.drawn > verdict.drawn_passed_on


def test_a_setting_switches_it_off(model: Model, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMPILED", "false")
    original = Model.load()
    assert original.served_by == {"way": "original", "why": quick.SWITCHED_OFF}
    assert original.at_once(REQUESTS[:1]) is None
    assert difference(original.predict(REQUESTS[:1]), model.predict(REQUESTS[:1])) is None


def test_a_switch_that_is_none_is_told(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COMPILED", "perhaps")
    with pytest.raises(SystemExit):
        create()
    gc.unfreeze()
    assert "\n  COMPILED: " in capsys.readouterr().err
