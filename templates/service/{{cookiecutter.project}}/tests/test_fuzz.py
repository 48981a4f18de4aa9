"""Thousands of bodies that were changed somewhere: answered or refused, never a crash (`make fuzz` sends many more)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from {{ cookiecutter.package }}.service import create_app

from .fuzz import ENOUGH, send
from .fuzz_bodies import bodies, keep
from .server import running


def test_no_body_is_answered_by_a_crash() -> None:
    with running(create_app()) as client:
        outcome = send(client.port, bodies(5000, seed=0))
        assert client.get("/readyz").status == 200
    assert not outcome.faults
    assert outcome.statuses[200] and outcome.statuses[400], outcome.statuses


def test_what_is_not_handled_is_kept_and_sent_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = create_app()
    with running(app) as client:
        with monkeypatch.context() as patch:
            patch.setattr(app.service.model, "at_once", lambda records: None)
            patch.setattr(app.service.model, "predict", crash)
            outcome = send(client.port, bodies(5000, seed=0, kept=tmp_path))
        assert list(outcome.faults.values()) == ["status 500"] * ENOUGH
        keep(outcome.faults, tmp_path)
        again = list(bodies(0, seed=0, kept=tmp_path))
        assert sorted(again) == sorted(outcome.faults)
        assert not send(client.port, again).faults


def crash(records: list[Any]) -> list[Any]:
    raise RuntimeError
