"""Requests that wait go to the model together, in order, and none suffers from another."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from typing import Any

import pytest

from {{ cookiecutter.package }}.model import RecordsRefused
from {{ cookiecutter.package }}.service import batching
from {{ cookiecutter.package }}.service.batching import Batches
from {{ cookiecutter.package }}.service.exchange import Exchange
from {{ cookiecutter.package }}.service.problems import ClientGone, ProblemError
from {{ cookiecutter.package }}.service.settings import Settings


class SlowModel:
    """Notes its calls; the first one waits until it is let go."""

    def __init__(self) -> None:
        self.calls: list[list[Any]] = []
        self.began, self.go_on = threading.Event(), threading.Event()

    def predict(self, records: list[Any]) -> list[Any]:
        self.calls.append(records)
        if len(self.calls) == 1:
            self.began.set()
            assert self.go_on.wait(30)
        if "broken" in records:
            raise ValueError("broken")
        if refused := [place for place, each in enumerate(records) if each == "refused"]:
            raise RecordsRefused({place: ["a field"] for place in refused})
        return [f"answer to {record}" for record in records]


async def never() -> dict[str, Any]:
    """Stand for a client that stays."""
    await asyncio.Event().wait()
    raise AssertionError


async def gone() -> dict[str, Any]:
    """Stand for a client that leaves."""
    return {"type": "http.disconnect"}


def exchange(receive: Callable[[], Any]) -> Exchange:
    """Return a request of such a client."""
    return Exchange({"method": "POST", "path": "/predict", "headers": []}, receive)


def answered(
    asked: list[list[Any]], client: Callable[[], Any] = never, **changes: Any
) -> tuple[list[Any], list[list[Any]]]:
    """Ask ``asked`` while a first request is with the model; return what they are told, and the model's calls."""
    model = SlowModel()

    async def ask() -> list[Any]:
        batches = Batches(model.predict, Settings(**changes))
        first = asyncio.create_task(batches.answer(["first"], exchange(never)))
        await asyncio.to_thread(model.began.wait, 30)
        others = [asyncio.create_task(batches.answer(records, exchange(client))) for records in asked]
        for _ in range(20):  # until all of them wait, or have been told something
            await asyncio.sleep(0)
        await asyncio.sleep(2 * changes.get("answer_seconds", 0))
        model.go_on.set()
        told = await asyncio.gather(*others, return_exceptions=True)
        assert await first == ["answer to first"]
        await batches.close()
        return told

    return asyncio.run(ask()), model.calls[1:]


@pytest.fixture(autouse=True)
def one_call_may_answer_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batching, "TOGETHER", True)


def test_what_waits_is_answered_by_one_call_in_order() -> None:
    told, calls = answered([["a"], ["b", "c"], ["d"]])
    assert told == [["answer to a"], ["answer to b", "answer to c"], ["answer to d"]]
    assert calls == [["a", "b", "c", "d"]]


def test_a_call_has_no_more_records_than_allowed() -> None:
    calls = answered([["a"], ["b", "c"], ["d"], ["e", "f", "g", "h"]], max_batch_records=3)[1]
    assert calls == [["a", "b", "c"], ["d"], ["e", "f", "g", "h"]]


def test_code_that_takes_one_record_is_given_one_request(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batching, "TOGETHER", False)
    assert answered([["a"], ["b"]])[1] == [["a"], ["b"]]


def test_a_record_that_fails_harms_nobody_else() -> None:
    told, _ = answered([["a"], ["broken"], ["b"]])
    assert [told[0], told[2]] == [["answer to a"], ["answer to b"]]
    assert isinstance(told[1], ValueError)


def test_a_record_that_is_refused_is_named_in_its_own_request() -> None:
    told, calls = answered([["a"], ["b", "refused"], ["c"]])
    assert [told[0], told[2]] == [["answer to a"], ["answer to c"]]
    assert told[1].refused == {1: ["a field"]}
    assert calls == [["a", "b", "refused", "c"], ["a", "c"], ["b", "refused"]]


def test_who_has_left_is_not_predicted() -> None:
    told, calls = answered([["a"]], client=gone)
    assert isinstance(told[0], ClientGone)
    assert calls == []


@pytest.mark.parametrize("changes", [{"max_waiting": 1}, {"answer_seconds": 0.02}])
def test_too_much_to_do_is_told(changes: dict[str, Any]) -> None:
    if "answer_seconds" in changes:
        with pytest.raises(ProblemError) as raised:
            answered([["a"]], **changes)
        problem = raised.value
    else:
        told, calls = answered([["a"], ["b"]], **changes)
        assert (told[0], calls) == (["answer to a"], [["a"]])
        problem = told[1]
    assert problem.status == 503
    assert problem.headers == {"retry-after": "1"}
