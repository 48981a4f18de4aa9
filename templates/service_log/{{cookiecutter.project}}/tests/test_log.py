"""The prediction log: what is in it, what is not, and what becomes of it when its database is away."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from sqlalchemy import create_engine, select

from {{ cookiecutter.package }}.service import create_app
from {{ cookiecutter.package }}.service.exchange import Exchange
from {{ cookiecutter.package }}.service.log import AWAY
from {{ cookiecutter.package }}.service.log.database import PREDICTIONS, Database
from {{ cookiecutter.package }}.service.log.privacy import KNOWN, Privacy
from {{ cookiecutter.package }}.service.log.waiting import Waiting
from {{ cookiecutter.package }}.service.log.writing import PATIENCE, Writing
from {{ cookiecutter.package }}.service.settings import Settings

from .parity import REQUESTS
from .server import running

SALT = SecretStr("a salt for tests alone")


def rows(folder: Path) -> list[Any]:
    engine = create_engine(f"sqlite:///{folder / 'predictions.sqlite'}")
    with engine.connect() as connection:
        found = connection.execute(select(PREDICTIONS).order_by(PREDICTIONS.c.at, PREDICTIONS.c.id)).all()
    engine.dispose()
    return list(found)


def kept(record: Any) -> Any:
    return {name: record[name] for name in record if name in KNOWN} if KNOWN else record


def answered(prediction: Any) -> Exchange:
    exchange = Exchange({"method": "POST", "path": "/predict", "headers": []}, receive=no_body)
    exchange.records, exchange.predictions = [{}], [prediction]
    return exchange


async def no_body() -> dict[str, Any]:
    raise AssertionError("nobody asks for it")


def until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not true():
        assert time.monotonic() < deadline, "it did not come to that"
        time.sleep(0.05)


def test_every_record_is_there_with_its_answer(tmp_path: Path) -> None:
    with running(create_app(Settings(var_dir=tmp_path))) as client:
        answer = client.post("/predict", {"records": 3 * REQUESTS[:1]})
    found = rows(tmp_path)
    assert [row.record for row in found] == [kept(record) for record in 3 * REQUESTS[:1]]
    assert [row.prediction for row in found] == answer.json()["predictions"]
    assert [row.position for row in found] == [0, 1, 2]
    assert {row.request_id for row in found} == {answer.headers["x-request-id"]}
    assert {row.model_version for row in found} == {answer.json()["model_version"]}


def test_nothing_is_lost_when_the_service_ends(tmp_path: Path) -> None:
    with running(create_app(Settings(var_dir=tmp_path))) as client:
        ids = [client.post("/predict", {"records": REQUESTS[:1]}).headers["x-request-id"] for _ in range(50)]
    assert [row.request_id for row in rows(tmp_path)] == ids


def test_a_database_that_is_away_holds_nothing_up_and_gets_the_rows_afterwards(tmp_path: Path) -> None:
    away = tmp_path / "away"
    url = SecretStr(f"sqlite:///{away}/predictions.sqlite")
    app = create_app(Settings(log_url=url, log_waiting=3))
    number = {name: read for name, (_, read) in app.service.counted.items()}
    with running(app) as client:
        for _ in range(5):
            assert client.post("/predict", {"records": REQUESTS[:1]}).status == 200
        assert number["log_dropped_rows_total"]() == 2
        away.mkdir()
        until(lambda: number["log_rows_total"]() == 3)
        client.post("/predict", {"records": REQUESTS[:1]})
    assert len(rows(away)) == 4


def test_a_service_without_a_row_waits_for_no_database_when_it_ends(tmp_path: Path) -> None:
    url = SecretStr(f"sqlite:///{tmp_path}/away/predictions.sqlite")
    with running(create_app(Settings(log_url=url))):
        began = time.monotonic()
    assert time.monotonic() - began < PATIENCE


def test_who_must_have_a_log_is_not_ready_while_its_database_is_away(tmp_path: Path) -> None:
    away = tmp_path / "away"
    url = SecretStr(f"sqlite:///{away}/predictions.sqlite")
    with running(create_app(Settings(log_url=url, log_required=True))) as client:
        until(lambda: client.get("/readyz").status == 503)
        assert client.get("/readyz").json()["detail"] == AWAY
        assert client.post("/predict", {"records": REQUESTS[:1]}).status == 200
        away.mkdir()
        until(lambda: client.get("/readyz").status == 200)
    assert len(rows(away)) == 1


def test_records_that_are_not_all_of_a_request_have_their_places(tmp_path: Path) -> None:
    settings = Settings(var_dir=tmp_path)
    waiting = Waiting(1, 100, 10)
    writing = Writing(waiting, Database.of(settings), Privacy.of(settings), 1)
    part = answered("yes")
    part.places = [700]
    waiting.watch(part)
    writing.start("version")
    writing.stop()
    assert [row.position for row in rows(tmp_path)] == [700]


def test_a_row_that_no_database_takes_is_dropped_alone(tmp_path: Path) -> None:
    settings = Settings(var_dir=tmp_path)
    waiting = Waiting(1, 100, 10)
    writing = Writing(waiting, Database.of(settings), Privacy.of(settings), 1)
    for prediction in ("yes", object(), [10**25], "\ud800"):
        waiting.watch(answered(prediction))
    writing.start("version")
    writing.stop()
    assert [row.prediction for row in rows(tmp_path)] == ["yes", [10**25], "\ud800"]
    assert (writing.written, writing.dropped) == (3, 1)


def test_rows_that_are_too_old_are_deleted(tmp_path: Path) -> None:
    with running(create_app(Settings(var_dir=tmp_path))) as client:
        client.post("/predict", {"records": 2 * REQUESTS[:1]})
    engine = create_engine(f"sqlite:///{tmp_path / 'predictions.sqlite'}")
    with engine.begin() as connection:
        days_ago = datetime.now(timezone.utc) - timedelta(days=3)
        connection.execute(PREDICTIONS.update().where(PREDICTIONS.c.position == 0).values(at=days_ago))
    engine.dispose()
    app = create_app(Settings(var_dir=tmp_path, log_days=2))
    with running(app) as client:
        client.post("/predict", {"records": REQUESTS[:1]})
    assert [row.position for row in rows(tmp_path)] == [1, 0]


def test_some_requests_are_a_sample_of_all(tmp_path: Path) -> None:
    with running(create_app(Settings(var_dir=tmp_path, log_sample=0.5))) as client:
        for _ in range(40):
            client.post("/predict", {"records": REQUESTS[:1]})
    assert 4 <= len(rows(tmp_path)) <= 36  # beyond that once in ten million runs


def test_many_requests_cost_no_more_than_some(monkeypatch: pytest.MonkeyPatch) -> None:
    waiting = Waiting(1, 3, 100)
    for moment in (10.0, 10.2, 10.4, 10.6, 10.8, 11.0):
        monkeypatch.setattr(time, "time", lambda moment=moment: moment)
        waiting.watch(answered(moment))
    assert [each.at for each in waiting.take(100)] == [10.0, 10.2, 10.4, 11.0]
    assert (waiting.left_out, waiting.dropped) == (2, 0)


def test_fields_are_left_out_and_hashed(tmp_path: Path) -> None:
    names = sorted(KNOWN)
    gone, hashed = (names[0], names[-1]) if len(names) > 1 else ("*", "*")
    settings = Settings(var_dir=tmp_path, log_hash=hashed, log_salt=SALT)
    with running(create_app(settings)) as client:
        client.post("/predict", {"records": [REQUESTS[0], REQUESTS[0]]})
    with running(create_app(settings.model_copy(update={"log_leave_out": gone}))) as client:
        client.post("/predict", {"records": REQUESTS[:1]})
    first, second, third = [row.record for row in rows(tmp_path)]
    assert first == second
    if names[1:]:
        assert first[gone] == REQUESTS[0][gone] and gone not in third
        first = first[hashed]
    else:
        assert third is None
    assert len(first) == 32 and set(first) <= set("0123456789abcdef")


def test_settings_that_make_no_sense_are_refused_all_at_once() -> None:
    with pytest.raises(ValueError, match="(?s)'nobody'.*LOG_SALT"):
        create_app(Settings(log_leave_out="nobody", log_hash="*"))


def test_it_can_be_switched_off(tmp_path: Path) -> None:
    with running(create_app(Settings(var_dir=tmp_path, prediction_log=False))) as client:
        client.post("/predict", {"records": REQUESTS[:1]})
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("address", ["no address", "oracle8://user:secret@host/name", "mysql+nothing://h/n"])
def test_what_is_wrong_with_the_log_is_told_all_at_once(address: str) -> None:
    settings = Settings(log_leave_out="nobody", log_url=SecretStr(address))
    with pytest.raises(ValueError, match="(?s)'nobody'.*LOG_URL") as raised:
        create_app(settings)
    assert "secret" not in str(raised.value)


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ValueError, match=f"VAR_DIR={tmp_path / 'file' / 'var'} cannot be made"):
        create_app(Settings(var_dir=tmp_path / "file" / "var"))


def test_what_the_database_says_is_in_the_log_by_its_code(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "predictions.sqlite").mkdir()
    with running(create_app(Settings(var_dir=tmp_path))) as client:
        assert client.post("/predict", {"records": REQUESTS[:1]}).status == 200
        until(lambda: "(SQLITE_CANTOPEN)" in caplog.text)
        (tmp_path / "predictions.sqlite").rmdir()
    assert len(rows(tmp_path)) == 1
