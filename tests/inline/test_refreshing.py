"""Work that is asked for again and again is done once, in another thread, and keeps nobody alive."""

from __future__ import annotations

import gc
import threading
import time
import weakref

import pytest

from nb2prod.inline.refreshing import Refreshing


class Worker:
    """Counts."""

    def __init__(self) -> None:
        self.threads: list[threading.Thread] = []
        self.refreshing = Refreshing(self.work)

    def work(self) -> None:
        self.threads.append(threading.current_thread())


def test_many_askings_are_one_piece_of_work() -> None:
    worker = Worker()
    for _ in range(50):
        worker.refreshing.ask()
    assert worker.refreshing.wait(10)
    assert len(worker.threads) == 1
    assert worker.threads[0] is not threading.current_thread()
    worker.refreshing.ask()
    assert worker.refreshing.wait(10)
    assert len(worker.threads) == 2
    worker.refreshing.close()


def test_after_the_close_nothing_is_done() -> None:
    worker = Worker()
    worker.refreshing.ask()
    assert worker.refreshing.wait(10)
    (thread,) = worker.threads
    worker.refreshing.close()
    worker.refreshing.ask()
    thread.join(10)
    assert not thread.is_alive()
    assert len(worker.threads) == 1


def test_whoever_it_works_for_can_go() -> None:
    worker = Worker()
    worker.refreshing.ask()
    assert worker.refreshing.wait(10)
    (thread,) = worker.threads
    gone = weakref.ref(worker)
    del worker
    gc.collect()
    thread.join(10)
    assert gone() is None
    assert not thread.is_alive()


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_work_that_raises_is_done_again_when_it_is_asked_for_again() -> None:
    class Failing(Worker):
        def work(self) -> None:
            super().work()
            raise ValueError

    worker = Failing()
    for _ in range(2):
        worker.refreshing.ask()
        assert worker.refreshing.wait(10)
    assert len(worker.threads) == 2
    worker.refreshing.close()


def test_what_is_asked_for_while_work_ends_is_waited_for() -> None:
    class Late:
        def __init__(self) -> None:
            self.done = 0
            self.refreshing = Refreshing(self.work)

        def work(self) -> None:
            time.sleep(0.005)
            self.done += 1

    worker = Late()
    for _ in range(5):
        worker.refreshing.ask()
        done = worker.done
        while worker.done == done:  # as close to the end as can be
            pass
        done = worker.done
        worker.refreshing.ask()
        assert worker.refreshing.wait(10)
        assert worker.done > done
    worker.refreshing.close()
