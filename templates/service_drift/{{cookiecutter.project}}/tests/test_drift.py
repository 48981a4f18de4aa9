"""Drift of a known size is found within a known number of rows, and none where there is none."""

from __future__ import annotations

import json
import os
import random
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from {{ cookiecutter.package }}.model import Model
from {{ cookiecutter.package }}.service import create_app, drift
from {{ cookiecutter.package }}.service.drift import baseline, making
from {{ cookiecutter.package }}.service.drift.baseline import Baseline
from {{ cookiecutter.package }}.service.drift.columns import Column, columns_of, flat
from {{ cookiecutter.package }}.service.drift.comparing import Comparing
from {{ cookiecutter.package }}.service.drift.scores import FEWEST_ROWS, score
from {{ cookiecutter.package }}.service.drift.window import QUEUE, Sample, Window
from {{ cookiecutter.package }}.service.drift.workers import Workers
from {{ cookiecutter.package }}.service.exchange import Exchange
from {{ cookiecutter.package }}.service.settings import Settings

from .parity import REQUESTS
from .server import running

ROWS = 2000
ALARMS = 0.01
FIELDS = {"plan": {"type": "string", "categories": ["basic", "pro"]}, "at": {"type": "datetime"}}
Record = dict[str, Any]


def record(chance: random.Random) -> Record:
    """Return a record with fields of every kind."""
    return {
        "amount": chance.gauss(100, 15),
        "skewed": chance.expovariate(0.01),
        "calls": min(5, int(chance.expovariate(0.8))),
        "plan": chance.choices(["basic", "pro", "old", "one-off"], [60, 30, 9, 1])[0],
        "paper": chance.random() < 0.3,
        "age": None if chance.random() < 0.1 else chance.uniform(18, 90),
        "note": "x" * int(chance.gauss(40, 12)),
        "at": "2024-01-01T00:00:00",
        "pair": [chance.random(), chance.random()],
    }


def rows(seed: int, number: int) -> list[Record]:
    chance = random.Random(seed)
    return [record(chance) for _ in range(number)]


@cache
def columns_of_rows(seed: int) -> list[Column]:
    return columns_of(rows(seed, ROWS), FIELDS)


def scores(records: list[Record], seed: int = 0, alarms: float = ALARMS) -> dict[str, dict[str, Any]]:
    """Return how far each column of the records is from those of other rows."""
    columns = columns_of_rows(seed)
    window = Window(columns, (), len(records))
    for each in records:
        window.add(each, None)
    found = [score(*each, len(columns), alarms) for each in zip(columns, window.counts, strict=True)]
    return {each["name"]: each for each in found}


def changed(records: list[Record], name: str, change: Callable[[Any], Any]) -> list[Record]:
    return [{**each, name: change(each[name])} for each in records]


CHANGES: dict[str, Callable[[Any], Any]] = {
    "amount": lambda value: value + 0.75 * 15,
    "skewed": lambda value: value * 2,
    "calls": lambda value: value + 1,
    "plan": lambda value: "pro" if value == "basic" and random.random() < 0.5 else value,
    "paper": lambda value: value or random.random() < 0.35,
    "age": lambda value: None if random.random() < 0.25 else value,
    "note": lambda value: value + "x" * 12,
}
"""Three quarters of a standard deviation or more, or 25 in 100 rows."""


@pytest.mark.parametrize("name", CHANGES)
def test_drift_is_found_within_300_records(name: str) -> None:
    random.seed(5)
    for seed in range(1, 11):
        found = scores(changed(rows(seed, 300), name, CHANGES[name]))
        assert [each for each in found if found[each]["drifted"]] == [name]


def test_none_is_found_in_50_resamples_without_drift() -> None:
    reported = [scores(rows(seed, 500), 1000 + seed // 5) for seed in range(50)]
    assert not [each for found in reported for each in found.values() if each["drifted"]]


def test_chance_alone_stays_within_the_rate_of_false_alarms() -> None:
    """200 windows at a rate of 0.2: more than 57 would be less likely than 1 in 1000 if the rate were kept."""
    alarms = 0.2
    found = [scores(rows(seed, 250), 5000 + seed // 10, alarms) for seed in range(200)]
    assert sum(any(each["p_value"] < alarms for each in window.values()) for window in found) <= 57


def test_a_value_that_was_never_seen_is_another_one() -> None:
    found = scores(changed(rows(1, 300), "plan", lambda value: "new" if value == "old" else value))
    shares = {each["of"]: each for each in found["plan"]["shares"]}
    assert shares["old"]["window"] == 0 and shares["other"]["window"] > 0.05
    assert "one-off" in shares or shares["other"]["baseline"] > 0


def test_what_is_rare_is_not_named_in_a_baseline() -> None:
    records = [{"who": f"person {n}" if n < 4 else "all"} for n in range(200)]
    found = columns_of(records, {"who": {"categories": ["all"]}})[0]
    assert found.bounds == ("all",) and found.counts == (196, 4, 0)
    texts = columns_of([{"secret": f"secret {n}"} for n in range(200)], {})[0]
    assert texts.kind == "length" and "secret 1" not in str(texts)


ODD: list[Any] = [
    None,
    {},
    [],
    "",
    "text",
    float("nan"),
    float("inf"),
    10**400,
    -(10**400),
    True,
    {"amount": "many", "plan": 3, "age": [], "note": 5, "pair": {"a": [1]}},
    {"amount": {"deep": [[]]}, "plan": None, "\ud800": 1, "paper": "yes", "calls": float("-inf")},
    [[1] * 100] * 3,
    [10**400, float("nan"), float("inf"), -1e308, "x", None] * 20,
]


def test_odd_records_are_counted_and_never_fail() -> None:
    columns = columns_of(rows(0, 300), FIELDS)
    answers = columns_of([{"a": 1, "b": "yes"}] * 300, None)
    window = Window(columns, answers, 1000)
    for each in ODD:
        for other in ODD:
            window.add(each, other)
    assert all(sum(counts) == len(ODD) ** 2 for counts in window.counts)
    for column, counts in zip((*columns, *answers), window.counts, strict=True):
        assert 0 <= score(column, counts, 1, ALARMS)["p_value"] <= 1
    assert columns_of(ODD, {}) and columns_of(ODD, None)


def test_a_window_forgets_what_is_old() -> None:
    columns = columns_of(rows(0, 300), FIELDS)
    window, fresh = Window(columns, (), 50), Window(columns, (), 50)
    for each in rows(1, 120):
        window.add(each, None)
    for each in rows(1, 120)[-50:]:
        fresh.add(each, None)
    assert window.counts == fresh.counts


def asked(number: int, at: float = 10.0) -> Exchange:
    exchange = Exchange({"method": "POST", "path": "/predict", "headers": []}, None)  # type: ignore[arg-type]
    exchange.started = at
    exchange.records, exchange.predictions = list(range(number)), list(range(number))
    return exchange


def test_at_high_load_some_records_of_each_second_are_looked_at() -> None:
    sample = Sample(100)
    for _ in range(500):
        sample.watch(asked(1))
    assert len(sample.waiting) == 100
    sample.watch(asked(1000, at=11.0))
    kept, answered = sample.waiting.pop()
    assert 50 <= len(kept) <= 100 and kept == answered and max(kept) > 900
    sample.watch(asked(0, at=12.0))
    for second in range(QUEUE):
        sample.watch(asked(2, at=20.0 + second))
    assert len(sample.waiting) == QUEUE


@pytest.fixture
def own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Baseline]:
    """Have the service compare with rows that are the captured ones, many times over."""
    model = Model.load()
    records = (REQUESTS * 200)[: max(200, len(REQUESTS))]
    answers = (making.answers_of(model, REQUESTS) * 200)[: len(records)]
    fields = tuple(columns_of(records, {}))
    found = Baseline(model.version, "a test", 200, 200, fields, tuple(columns_of(answers, None)))
    found.write(tmp_path)
    monkeypatch.setattr(drift, "ARTIFACTS_DIR", tmp_path)
    yield found


def requests(number: int) -> Iterator[list[Any]]:
    """Yield the captured records in as many requests as they need, so that a whole number of rounds is asked."""
    rounds = -(-number // len(REQUESTS))
    for _ in range(rounds):
        yield from (REQUESTS[n : n + 200] for n in range(0, len(REQUESTS), 200))


def test_the_service_says_whether_there_is_drift(own: Baseline) -> None:
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


class Well(HTMLParser):
    """Whether each element that begins ends, and nothing comes from elsewhere."""

    open: list[str]

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        assert not {"src", "href"} & {name for name, _ in attributes} and tag != "script"
        if tag not in ("meta", "rect", "line"):
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        pass

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_the_page_says_the_same_and_escapes_what_it_is_told() -> None:
    name = '<img src="x" onerror=alert(1)>'
    records = [{name: each["amount"], "plan": each["plan"]} for each in rows(0, 500)]
    fields = tuple(columns_of(records, {"plan": {"categories": ["basic"]}}))
    found = Baseline("0123", "<b>rows</b>", 500, 0, fields, ())
    comparing = Comparing(Sample(1000), Workers(None), 500, ALARMS)
    comparing._baseline, comparing._window = found, Window(fields, (), 500)
    for each in records:
        comparing._window.add({name: each[name] + 50, "plan": "<script>"}, None)
    said = comparing.drift()
    assert said["state"] == "drift"
    text = drift.page(said)
    reader = Well()
    reader.open = []
    reader.feed(text)
    assert not reader.open and "<h1>Drift</h1>" in text and text.count("<svg") == 2
    assert "<img" not in text and "<b>" not in text


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
            (tmp_path / baseline.NAME).write_text('{"columns": [{}], "answers": 1}')
        with running(create_app()) as client:
            found = client.get("/drift").json()
            assert client.post("/predict", {"records": REQUESTS[:1]}).status == 200
        assert found["state"] == "no baseline" and why in found["why"] and "make train" in found["why"]


def test_what_was_written_is_read_again(own: Baseline, tmp_path: Path) -> None:
    assert baseline.read(tmp_path, own.model_version) == own
    with pytest.raises(baseline.NoBaseline, match="there is no"):
        baseline.read(tmp_path / "nowhere", own.model_version)


def test_a_baseline_can_be_made_of_this_model() -> None:
    found = making.make(Model.load())
    assert found.rows > 0 and found.answered > 0 and found.source
    if found.columns:
        named = {column.name for column in found.columns}
        assert named & {name for name, _ in flat(REQUESTS[0])}
        assert all(sum(column.counts) == found.rows for column in found.columns)


def test_it_can_be_switched_off() -> None:
    with running(create_app(Settings(drift=False))) as client:
        assert client.get("/drift").status == 404
