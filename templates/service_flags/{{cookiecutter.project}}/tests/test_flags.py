"""What the notebook's rows never had is said in the answer, or refused; nothing else changes."""

from __future__ import annotations

import json
from typing import Any

import pytest

from {{ cookiecutter.package }}.schema import REASONS, unusual
from {{ cookiecutter.package }}.schema.contract import USUAL
from {{ cookiecutter.package }}.schema.unusual import check, far
from {{ cookiecutter.package }}.service import create_app
from {{ cookiecutter.package }}.service.settings import SettingError, Settings

from .parity import REQUESTS
from .server import running
from .unusual_records import unusual_records

ODD = list(unusual_records(REQUESTS[0]))


def answers_anything(app: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have a model in place that takes whatever it is given."""
    monkeypatch.setattr(app.service.model, "at_once", lambda records: None)
    monkeypatch.setattr(app.service.model, "predict", lambda records: [1 for _ in records])


def test_the_notebooks_own_rows_are_usual() -> None:
    assert unusual(REQUESTS) == []
    assert all(unusual([record]) == [] for record in REQUESTS)


def test_answers_without_a_flag_are_the_same_to_the_byte() -> None:
    bodies = []
    for flags in (True, False):
        with running(create_app(Settings(flags=flags))) as client:
            bodies.append(client.post("/predict", {"records": REQUESTS[:2]}).body)
    assert bodies[0] == bodies[1]
    assert b"flags" not in bodies[0]


def test_what_was_never_seen_is_flagged_and_never_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    app = create_app()
    with running(app) as client:
        answers_anything(app, monkeypatch)
        for record, field, reason in ODD:
            answer = client.post("/predict", {"records": [REQUESTS[0], record]})
            assert answer.status == 200, answer.body
            said = answer.json()["flags"]
            assert said == [{"record": 1, "field": field, "reason": reason}]
            assert b"never seen before" not in answer.body


def test_many_records_have_the_flags_that_each_has() -> None:
    records = [*REQUESTS[:10], *(record for record, _, _ in ODD), *REQUESTS[:10]]
    wanted = [
        {**flag, "record": place} for place, record in enumerate(records) for flag in unusual([record])
    ]
    assert unusual(records) == wanted
    assert len(wanted) == len(ODD)


def test_reasons_that_are_to_be_refused_are_refused_all_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    app = create_app(Settings(flags_refuse="*"))
    with running(app) as client:
        answers_anything(app, monkeypatch)
        assert client.post("/predict", {"records": REQUESTS[:1]}).status == 200
        if not ODD:
            return
        answer = client.post("/predict", {"records": [record for record, _, _ in ODD]})
        problem = answer.json()
    assert (answer.status, answer.content_type) == (422, "application/problem+json")
    assert [(each["record"], each["field"]) for each in problem["errors"]] == [
        (place, field) for place, (_, field, _) in enumerate(ODD)
    ]
    assert all(each["message"] for each in problem["errors"])
    assert b"never seen before" not in answer.body


def test_other_reasons_are_flagged_still(monkeypatch: pytest.MonkeyPatch) -> None:
    if not ODD:
        pytest.skip("too little is known of what a record's values were")
    record, field, reason = ODD[0]
    app = create_app(Settings(flags_refuse=", ".join(REASONS.keys() - {reason})))
    with running(app) as client:
        answers_anything(app, monkeypatch)
        said = client.post("/predict", {"records": [record]}).json()
    assert {"record": 0, "field": field, "reason": reason} in said["flags"]


def test_numbers_that_go_together_are_flagged_when_they_do_not() -> None:
    together = {"fields": ["a", "b"], "mean": [0.0, 0.0], "rows": [[1.0], [-2.0, 2.0]], "limit": 9.0}
    is_far = far(together)
    assert not is_far({"a": 2.0, "b": 2.0, "c": None})
    assert is_far({"a": 2.0, "b": -2.0})
    assert not is_far({"a": None, "b": 50.0})


def test_numbers_in_lists_and_gaps_are_looked_at() -> None:
    usual, all_usual, reason = check({"low": 0, "high": 16}, {})
    assert reason == "out_of_range"
    assert usual([[0, 16], [None, 1.5]]) and usual(None)
    assert not usual([[0, 16], [-0.5, 1.5]])
    assert all_usual([None, 3, 4.5]) and not all_usual([None, 3, 17])


def test_reasons_that_there_are_not_are_refused_all_at_once() -> None:
    with pytest.raises(SettingError, match="'nonsense', 'oddity'"):
        create_app(Settings(flags_refuse="oddity,out_of_range,nonsense"))


def test_what_is_usual_is_stated_by_plain_numbers() -> None:
    json.dumps(USUAL, allow_nan=False)
    for said in USUAL.get("fields", {}).values():
        assert said.get("low", 0) <= said.get("high", 0) and said.get("shortest", 0) <= said.get("longest", 0)
