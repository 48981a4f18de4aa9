"""What is set in the whole process while we read is set back, and what others set there stays."""

from __future__ import annotations

import gc
import subprocess
import sys
import threading
from collections.abc import Iterator

import pytest

from nb2prod.analysis.room import DEEPEST, room, without_collecting


@pytest.fixture(autouse=True)
def limit() -> Iterator[int]:
    before = sys.getrecursionlimit()
    yield before
    sys.setrecursionlimit(before)


def test_of_two_threads_the_last_one_sets_it_back(limit: int) -> None:
    come, go = threading.Event(), threading.Event()

    def stays() -> None:
        with room():
            come.set()
            go.wait(10)

    thread = threading.Thread(target=stays)
    with room():
        thread.start()
        come.wait(10)
    assert sys.getrecursionlimit() == DEEPEST
    go.set()
    thread.join()
    assert sys.getrecursionlimit() == limit


def test_what_somebody_sets_meanwhile_stays() -> None:
    with room():
        sys.setrecursionlimit(DEEPEST + 7)
    assert sys.getrecursionlimit() == DEEPEST + 7
    with room():
        assert sys.getrecursionlimit() == DEEPEST + 7
    assert sys.getrecursionlimit() == DEEPEST + 7


def test_the_collector_rests_in_the_main_thread_of_our_own_process() -> None:
    code = (
        "import gc; from nb2prod.analysis.room import without_collecting as w\n"
        "with w(): print(gc.isenabled())\n"
        "print(gc.isenabled())\n"
        "from IPython.core.interactiveshell import InteractiveShell; InteractiveShell.instance()\n"
        "with w(): print(gc.isenabled())"
    )
    run = subprocess.run([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, check=True)
    assert run.stdout.split() == ["False", "True", "True"]


def test_in_another_thread_the_collector_is_left_alone() -> None:
    seen: list[bool] = []

    def look() -> None:
        with without_collecting():
            seen.append(gc.isenabled())

    thread = threading.Thread(target=look)
    thread.start()
    thread.join()
    assert seen == [True]


def test_one_that_was_switched_off_stays_so() -> None:
    gc.disable()
    try:
        with without_collecting():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()
