"""What a run uses and may use: seconds, memory, processes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import pytest

from nb2prod.errors import ExitCode, OutOfMemory
from nb2prod.runs.execute import execute
from nb2prod.runs.failures import Place, out_of_memory
from nb2prod.runs.model import Limits, Usage
from nb2prod.runs.watching import Watch

MB = 10**6
HOLD = "import os, sys, time; held = bytearray(os.urandom(1000)) * 1000 * {mb}; print('held', flush=True); {then}"


@contextmanager
def python(code: str) -> Iterator[subprocess.Popen[str]]:
    """Start an interpreter and wait for its first line."""
    with subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        try:
            yield process
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)


def test_too_much_memory_ends_the_kernel_and_says_so(make: Any) -> None:
    told: list[Usage] = []
    with pytest.raises(OutOfMemory) as caught:
        execute(
            make(
                "x = 1", "import time\nblocks = []\nwhile True: blocks.append(bytearray(20_000_000)); time.sleep(0.01)"
            ),
            limits=Limits(memory=400 * MB, seconds=60),
            on_usage=told.append,
        )
    (problem,) = caught.value.problems
    assert problem.where == "cell [2]"
    assert "may take 400 MB" in problem.what
    assert caught.value.exit_code == ExitCode.KERNEL_DIED
    assert told[-1].peak_memory > 400 * MB


def test_memory_of_processes_that_the_notebook_starts_counts(make: Any) -> None:
    code = HOLD.format(mb=300, then="time.sleep(60)")
    with pytest.raises(OutOfMemory):
        source = f"import subprocess, sys\nsubprocess.run([sys.executable, '-c', {code!r}])"
        execute(make(source), limits=Limits(memory=300 * MB, seconds=60))


def test_a_peak_is_seen_that_nobody_looked_at(make: Any) -> None:
    told: list[Usage] = []
    run = execute(make("x = bytearray(300_000_000)\ndel x", "y = 1"), on_usage=told.append)
    assert run.usage.peak_memory > 300 * MB
    assert run.usage == told[-1]
    assert len(told) == 3
    assert told[0].cpu_seconds <= told[1].cpu_seconds <= told[2].cpu_seconds


def test_seconds_of_processes_that_have_ended_count(make: Any) -> None:
    work = "import time\nwhile time.process_time() < 1: pass"
    run = execute(make(f"import subprocess, sys\nsubprocess.run([sys.executable, '-c', {work!r}])"))
    assert run.usage.cpu_seconds > 1


def test_pages_that_processes_share_count_once() -> None:
    fork = "children = [os.fork() for _ in range(2)]; time.sleep(30)"
    with python(HOLD.format(mb=200, then=fork)) as process:
        watch = Watch(process.pid)
        time.sleep(0.5)
        assert 200 * MB < watch.look().peak_memory < 350 * MB


def test_above_the_ceiling_all_are_killed() -> None:
    with python(HOLD.format(mb=50, then="os.fork(); time.sleep(30)")) as process:
        watch = Watch(process.pid, ceiling=20 * MB)
        watch.start()
        assert process.wait(10) == -9
        watch.end()
        assert watch.crossed is not None
        assert watch.crossed > 50 * MB


def test_of_a_process_that_is_gone_the_last_is_known() -> None:
    with python(HOLD.format(mb=50, then="time.sleep(30)")) as process:
        watch = Watch(process.pid)
        used = watch.look()
        process.kill()
        process.wait()
        assert watch.end() == used
        assert used.peak_memory > 50 * MB


def test_the_system_killing_for_memory_has_its_words() -> None:
    (problem,) = out_of_memory(Place("cell [3]", 2), 3 * 10**9).problems
    assert "memory ran out; it had taken 3 GB" in problem.what
