"""What a monitor is told: how old the model is, and whether its answers are numbers."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest

from {{ cookiecutter.package }}.model import Model
from {{ cookiecutter.package }}.service import create_app
from {{ cookiecutter.package }}.service.settings import Settings

from .parity import REQUESTS
from .server import Client, running


def values(client: Client) -> dict[str, float]:
    text = client.get("/metrics").body.decode()
    return {name: float(number) for name, number in re.findall(r"^([a-z_]+) (\S+)$", text, re.M)}


def test_a_stale_model_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    week_ago = datetime.now().astimezone() - timedelta(days=7)
    monkeypatch.setattr(Model, "trained_at", property(lambda model: week_ago))
    for days, stale in ((6, 1), (8, 0)):
        with running(create_app(Settings(model_max_age_days=days))) as client:
            found = values(client)
            assert client.get("/readyz").json()["model_stale"] is bool(stale)
        assert found["model_stale"] == stale
        assert abs(found["model_age_seconds"] - 7 * 86_400) < 600


def test_answers_that_are_not_finite_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    app = create_app()
    with running(app) as client:
        before = values(client)
        odd = [{"a": [None, 1.0]}, None]
        monkeypatch.setattr(app.service.model, "at_once", lambda records: None)
        monkeypatch.setattr(app.service.model, "predict", lambda records: odd[: len(records)])
        assert client.post("/predict", {"records": REQUESTS[:1]}).status == 200
        after = values(client)
    assert before["values_not_finite_total"] == 0
    assert after["values_not_finite_total"] == 1
    assert after["predictions_total"] == 1
