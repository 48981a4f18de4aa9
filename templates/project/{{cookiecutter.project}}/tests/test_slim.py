"""A service may do without the libraries that only the notebook's own code needs: then compiled code answers alone."""

from __future__ import annotations

from typing import Any

import pytest

from {{ cookiecutter.package }}.artifacts import ArtifactError
from {{ cookiecutter.package }}.model import Model, RecordsUnanswered
from {{ cookiecutter.package }}.service import create_app
from {{ cookiecutter.package }}.service.settings import Settings

from .parity import REQUESTS, RESPONSES, difference
from .server import running


@pytest.fixture(scope="module")
def model() -> Model:
    """Return a model of which compiled code answers alone; where there is none, that is said."""
    if (served := Model.load().served_by)["way"] == "compiled":
        return Model.load(slim=True)
    with pytest.raises(ArtifactError) as raised:
        Model.load(slim=True)
    assert served["why"] in str(raised.value)
    pytest.skip(served["why"])


def answered(model: Model) -> list[int]:
    """Return which of the notebook's rows compiled code answers."""
    return [place for place, record in enumerate(REQUESTS) if model.at_once([record]) is not None]


def test_rows_are_answered_alike_however_many_are_asked(model: Model) -> None:
    places = answered(model)
    assert len(places) > len(REQUESTS) / 2
    found = model.predict([REQUESTS[place] for place in places])
    assert difference(found, [RESPONSES[place] for place in places]) is None
    assert model.served_by["alone"] and model.served_by["microseconds"]["compiled"] > 0


def test_a_record_that_takes_the_notebooks_own_code_is_named(
    model: Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    good, answer = REQUESTS[answered(model)[0]], model._quick
    assert answer is not None
    fails = [True, False, True, False]  # from the last: both at once, and then each by itself

    def first_only(record: Any) -> Any:
        if fails.pop():
            raise RuntimeError
        return answer(record)

    monkeypatch.setattr(model, "_quick", first_only)
    with pytest.raises(RecordsUnanswered) as raised:
        model.predict([good, good])
    assert raised.value.places == [1]


def test_the_service_says_what_it_does_without(model: Model, monkeypatch: pytest.MonkeyPatch) -> None:
    app = create_app(Settings(slim=True))
    with running(app) as client:
        body = {"records": [REQUESTS[answered(model)[0]]]}
        assert client.post("/predict", body).status == 200
        assert client.get("/model").json()["served_by"]["alone"] is True
        monkeypatch.setattr(app.service.model, "_quick", refuse)
        answer = client.post("/predict", body)
    assert answer.status == 501
    assert [each["record"] for each in answer.json()["errors"]] == [0]


def refuse(record: Any) -> Any:
    raise RuntimeError
