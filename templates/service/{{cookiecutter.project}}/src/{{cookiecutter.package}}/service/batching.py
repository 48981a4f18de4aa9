"""Requests that wait for the model are answered together: lists of records in, predictions for each out, in order."""

from __future__ import annotations

from asyncio import CancelledError, Future, Task, get_running_loop, sleep
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from time import perf_counter
from typing import Any, NamedTuple

from starlette.types import Receive

from ..schema import TOGETHER
from .exchange import Exchange
from .problems import ClientGone, busy
from .settings import Settings
from .together import Outcome, Predict, outcomes


class Waiting(NamedTuple):
    """A request that waits."""

    records: list[Any]
    answer: Future[list[Any]]
    exchange: Exchange
    since: float


class Batches:
    """A queue before the model, and the threads that empty it; while they work, requests gather for the next call."""

    def __init__(self, predict: Predict, settings: Settings) -> None:
        self.predict = predict
        self.settings = settings
        self.waiting: deque[Waiting] = deque()
        self.free = settings.predict_threads
        self.threads = ThreadPoolExecutor(settings.predict_threads, "predict")
        self.workers: set[Task[None]] = set()

    async def answer(self, records: list[Any], exchange: Exchange) -> list[Any]:
        """Return the predictions; note for how long they had to wait for their turn.

        Raises:
            ClientGone: if the client has left.
            ProblemError: 503 if too many are waiting, or if it takes too long.
            Exception: what predicting these records alone raises.
        """
        if len(self.waiting) >= self.settings.max_waiting:
            raise busy("Too many requests are waiting for the model.")
        loop = get_running_loop()
        waiting = Waiting(records, loop.create_future(), exchange, perf_counter())
        self.waiting.append(waiting)
        if self.free:
            self.free -= 1
            worker = loop.create_task(self._work())
            self.workers.add(worker)
            worker.add_done_callback(self.workers.discard)
        late = loop.call_later(self.settings.answer_seconds, give_up, waiting.answer)
        gone = loop.create_task(until_gone(exchange.receive, waiting.answer))
        try:
            return await waiting.answer
        except CancelledError:
            if gone.done():
                raise ClientGone from None
            raise
        finally:
            late.cancel()
            gone.cancel()

    async def _work(self) -> None:
        """Have all that wait answered, as many at a time as may be."""
        loop = get_running_loop()
        try:
            while self.waiting:
                if self.settings.batch_wait_ms:
                    await sleep(self.settings.batch_wait_ms / 1000)
                if batch := self._next():
                    asked = [each.records for each in batch]
                    found = await loop.run_in_executor(self.threads, outcomes, self.predict, asked)
                    for each, outcome in zip(batch, found, strict=True):
                        settle(each.answer, outcome)
        finally:
            self.free += 1

    def _next(self) -> list[Waiting]:
        """Take what goes into the next call, in the order of arrival; leave out those that have been given up."""
        batch: list[Waiting] = []
        room = self.settings.max_batch_records
        while self.waiting and (not batch or (TOGETHER and len(self.waiting[0].records) <= room)):
            waiting = self.waiting.popleft()
            if not waiting.answer.done():
                waiting.exchange.waited = perf_counter() - waiting.since
                batch.append(waiting)
                room -= len(waiting.records)
        together = sum(len(waiting.records) for waiting in batch)
        for waiting in batch:
            waiting.exchange.together = together
        return batch

    async def close(self) -> None:
        """End the threads; what still runs in them is not waited for."""
        self.threads.shutdown(wait=False, cancel_futures=True)


def give_up(answer: Future[list[Any]]) -> None:
    """Tell whoever waits that it takes too long."""
    settle(answer, busy("The model did not answer in time."))


async def until_gone(receive: Receive, answer: Future[list[Any]]) -> None:
    """Cancel the answer when the client has left; its body has been read."""
    while (await receive())["type"] != "http.disconnect":
        pass
    answer.cancel()


def settle(answer: Future[list[Any]], outcome: Outcome) -> None:
    """Hand over what was found, if somebody still waits for it."""
    if answer.done():
        return
    if isinstance(outcome, Exception):
        answer.set_exception(outcome)
    else:
        answer.set_result(outcome)
