"""The service says how far what it is asked is from the rows of its model, where it knows of these."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from {{ cookiecutter.package }}.service import create_app, drift
from {{ cookiecutter.package }}.service.settings import Settings
from {{ cookiecutter.package }}.service.drift import comparing, making
from {{ cookiecutter.package }}.service.drift.baseline import NAME, Baseline, NoBaseline, read
from {{ cookiecutter.package }}.service.drift.columns import columns_of
from {{ cookiecutter.package }}.service.drift.places import flat
from {{ cookiecutter.package }}.service.drift.scores import FEWEST_ROWS
from {{ cookiecutter.package }}.service.drift.window import Window

from .parity import REQUESTS
from .server import loaded, running


@pytest.fixture
def own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Baseline]:
    """Have the service compare with rows that are the captured ones, many times over."""
    records = (REQUESTS * 200)[: max(200, len(REQUESTS))]
    answers = (answered() * 200)[: len(records)]
    fields = tuple(columns_of(records, {}))
    found = Baseline(loaded().version, "a test", 200, 200, fields, tuple(columns_of(answers, None)))
    found.write(tmp_path)
    monkeypatch.setattr(drift, "ARTIFACTS_DIR", tmp_path)
    yield found


@cache
def answered() -> list[Any]:
    return making.answers_of(loaded(), REQUESTS)


def requests(number: int) -> Iterator[list[Any]]:
    """Yield the captured records in as many requests as they need, so that a whole number of rounds is asked."""
    rounds = -(-number // len(REQUESTS))
    for _ in range(rounds):
        yield from (REQUESTS[n : n + 200] for n in range(0, len(REQUESTS), 200))


def test_the_service_says_whether_there_is_drift(
    own: Baseline, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(comparing, "EVERY", 0.1)
    with running(create_app(Settings(drift_most=1_000_000, drift_window=100_000))) as client:
        first = client.get("/drift").json()
        assert first["state"] == "too few records" and first["model_version"] == own.model_version
        for records in requests(max(FEWEST_ROWS, 200)):
            assert client.post("/predict", {"records": records}).status == 200
        found = eventually(lambda: client.get("/drift").json(), "no drift")
        assert found["window"]["rows"] >= FEWEST_ROWS and found["baseline"]["source"] == "a test"
        assert len(found["fields"]) == len(own.columns) and len(found["answers"]) == len(own.answers)


def eventually(ask: Callable[[], dict[str, Any]], state: str) -> dict[str, Any]:
    """Ask until the state is there, for as long as it takes a comparison to be a new one."""
    until = time.monotonic() + 30
    while (found := ask())["state"] != state:
        assert time.monotonic() < until, found
        time.sleep(0.1)
    return found


def test_a_browser_gets_the_page(own: Baseline) -> None:
    with running(create_app()) as client:
        answer = client.send("GET", "/drift", b"", {"accept": "text/html,*/*;q=0.8"})
    assert answer.status == 200 and answer.content_type.startswith("text/html")
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert b"Too few records" in answer.body


def test_workers_tell_each_other(own: Baseline, tmp_path: Path) -> None:
    shared = tmp_path / "workers"
    shared.mkdir()
    window = Window(own.columns, own.answers, 1000)
    for each in (REQUESTS * 300)[:300]:
        window.add(each, None)
    said = {"model_version": own.model_version, "since": 1.0, "counts": window.counts}
    (shared / "drift-1.json").write_text(json.dumps(said))
    (shared / "drift-2.json").write_text(json.dumps({**said, "model_version": "another"}))
    (shared / "drift-3.json").write_text(json.dumps(said))
    os.utime(shared / "drift-3.json", (1, 1))
    with running(create_app(Settings(workers_dir=shared))) as client:
        found = client.get("/drift").json()
    assert found["window"]["rows"] == 300 and found["window"]["workers"] == 2
    assert not list(shared.glob(f"drift-{os.getpid()}.*"))


def test_the_baseline_of_another_model_is_none(own: Baseline, tmp_path: Path) -> None:
    for made, why in ((replace(own, model_version="another"), "another"), (None, "cannot be read")):
        if made is not None:
            made.write(tmp_path)
        else:
            (tmp_path / NAME).write_text('{"columns": [{}], "answers": 1}')
        with running(create_app()) as client:
            found = client.get("/drift").json()
            assert client.post("/predict", {"records": REQUESTS[:1]}).status == 200
        assert found["state"] == "no baseline" and why in found["why"] and "make train" in found["why"]


def test_what_was_written_is_read_again(own: Baseline, tmp_path: Path) -> None:
    assert read(tmp_path, own.model_version) == own
    with pytest.raises(NoBaseline, match="there is no"):
        read(tmp_path / "nowhere", own.model_version)


def test_a_baseline_can_be_made_of_this_model() -> None:
    found = making.make(loaded())
    assert found.rows > 0 and found.answered > 0 and found.source
    if found.columns:
        named = {column.name for column in found.columns}
        assert named & {name for name, _ in flat(REQUESTS[0])}
        assert all(sum(column.counts) == found.rows for column in found.columns)


def test_it_can_be_switched_off() -> None:
    with running(create_app(Settings(drift=False))) as client:
        assert client.get("/drift").status == 404
