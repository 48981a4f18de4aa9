"""The process in which the rules look: it answers as this one would, and nobody finds it when nobody needs it."""

from __future__ import annotations

import gc
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from nb2prod.inline import apart as apart_module
from nb2prod.inline.apart import Apart
from nb2prod.workflows.as_ran import Document, Ran
from nb2prod.workflows.asked import Asked, Looked
from nb2prod.workflows.looking import looked_at
from tests.making import as_notebook

STAR = Asked(Document(Path("n.ipynb").absolute(), as_notebook([(None, "from math import *\nprint(sqrt(2))")]), 0))


@pytest.fixture
def start_with(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Have the process run a line about ``looking`` before it serves."""

    def start(line: str) -> None:
        code = apart_module.START.replace(
            "serve(ready)", f"from nb2prod.workflows import looking\n{line}\nserve(ready)"
        )
        assert line in code
        monkeypatch.setattr(apart_module, "START", code)

    return start


def process(apart: Apart) -> subprocess.Popen[bytes]:
    assert apart._process is not None
    return apart._process


def test_it_finds_what_is_found_here_and_stays_warm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "random.py").write_text("raise RuntimeError('not ours')")
    monkeypatch.chdir(tmp_path)
    apart = Apart()
    assert apart._process is None
    assert apart.looked_at(STAR) == looked_at(STAR)
    first = process(apart).pid
    monkeypatch.setenv("NB2PROD_CHECK__IGNORE", "NB107")
    assert "NB107" not in {each.rule.code for each in apart.looked_at(STAR).found}
    assert process(apart).pid == first
    apart.close()


def test_it_ends_with_its_object_and_when_it_is_closed() -> None:
    for end in (Apart.close, lambda apart: None):
        apart = Apart()
        apart.looked_at(STAR)
        started = process(apart)
        end(apart)
        del apart
        gc.collect()
        assert started.returncode is not None


def is_gone(pid: int) -> bool:
    for _ in range(150):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.1)
    return False


LOOK_AND_TELL = """
import os, signal, sys
from pathlib import Path
from nb2prod.inline import apart as apart_module
from nb2prod.inline.apart import Apart
from nb2prod.workflows.asked import Asked, Looked
apart = Apart()
looked = apart.looked_at(Asked(Path('n.ipynb').absolute()))
print(apart._process.pid, apart._here, len(looked.problems), flush=True)
"""


def said_by(code: str, **variables: str) -> list[int]:
    """Return what another Python prints, with every warning an error."""
    command = [sys.executable, "-W", "error", "-c", LOOK_AND_TELL + code]
    run = subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ, **variables})
    assert run.stderr == ""
    return [int({"False": "0", "True": "1"}.get(each, each)) for each in run.stdout.split()]


@pytest.mark.parametrize("end", ["os.kill(os.getpid(), signal.SIGKILL)", "sys.exit(0)", "os._exit(1)"])
def test_it_ends_with_the_process_that_started_it(end: str) -> None:
    assert is_gone(said_by(end)[0])


def test_it_ends_though_a_copy_of_that_process_has_its_pipes() -> None:
    pid, _, _, copy = said_by(
        "import time; made = os.fork()\n"
        "if not made: os.close(1); os.close(2); time.sleep(60); os._exit(0)\n"
        "print(made, flush=True); os._exit(0)"
    )
    try:
        assert is_gone(pid)
    finally:
        os.kill(copy, signal.SIGKILL)


def test_a_copy_of_the_process_leaves_it_alone_and_starts_its_own() -> None:
    code = (
        "made = os.fork()\n"
        "if not made:\n"
        "    apart.looked_at(Asked(Path('n.ipynb').absolute())); print(apart._process.pid, flush=True)\n"
        "    apart.close(); os._exit(0)\n"
        "os.waitpid(made, 0); print(apart._process.poll() is None)"
    )
    pid, _, _, other, is_there = said_by(code)
    assert pid != other
    assert is_there


def test_a_signal_to_the_group_does_not_reach_it_even_while_it_starts() -> None:
    code = """
signal.signal(signal.SIGINT, lambda *_: None)
os.setpgid(0, 0)
apart.close()
import threading, time
apart = Apart()
timer = threading.Thread(target=lambda: [(time.sleep(0.02), os.killpg(0, signal.SIGINT)) for _ in range(20)])
timer.start()
looked = apart.looked_at(Asked(Path('n.ipynb').absolute()))
timer.join()
print(apart._process.poll() is None, apart._here, 'no such file' in str(looked.problems[0]))
"""
    assert said_by(code)[-3:] == [1, 0, 1]


def test_what_starting_python_prints_is_no_answer(tmp_path: Path) -> None:
    noisy = tmp_path / "with blanks"
    noisy.mkdir()
    (noisy / "sitecustomize.py").write_text("print('hello ' * 9000, end='')")
    (noisy / "nb2prod").symlink_to(Path(__file__).parents[2] / "nb2prod")
    code = LOOK_AND_TELL.replace("print(", "print('at', ")
    variables = {**os.environ, "PYTHONPATH": str(noisy), "PYTHONWARNINGS": "error"}
    run = subprocess.run([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, env=variables, check=True)
    assert run.stdout.split()[-2:] == ["False", "1"]


def test_one_that_ended_meanwhile_is_replaced() -> None:
    apart = Apart()
    apart.looked_at(STAR)
    first = process(apart)
    first.kill()
    first.wait()
    assert apart.looked_at(STAR).found
    assert process(apart).pid != first.pid
    apart.close()


ENDS = "import sys; print(sys.argv[-1], flush=True); sys.stdin.buffer.read(1); "


@pytest.mark.parametrize("answer", ["sys.exit()", "print('no pickle', flush=True)", "import time; time.sleep(60)"])
def test_one_that_does_not_answer_is_told_of(answer: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nb2prod.inline.apart.START", ENDS + answer)
    apart = Apart(seconds=2)
    assert "more than 2 seconds" in apart.looked_at(STAR).problems[0].what
    assert apart._process is None
    monkeypatch.undo()
    apart._seconds = 60
    assert apart.looked_at(STAR).found
    apart.close()


def test_one_that_is_never_ready_is_told_of() -> None:
    slow = Apart(seconds=0.01)
    assert "more than 0 seconds" in slow.looked_at(STAR).problems[0].what


def test_an_interrupted_look_leaves_no_answer_for_the_next_one(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(stream: object) -> None:
        raise KeyboardInterrupt

    apart = Apart()
    apart.looked_at(STAR)
    with monkeypatch.context() as patched:
        patched.setattr("nb2prod.inline.apart.pickle.load", interrupted)
        with pytest.raises(KeyboardInterrupt):
            apart.looked_at(STAR)
    assert apart.looked_at(replace(STAR, ran=(Ran("lost = 1", 9, None, 1.0),))).notes
    apart.close()


def test_one_that_is_closed_while_it_looks_says_nothing() -> None:
    apart = Apart()
    apart.looked_at(STAR)
    thread = threading.Thread(target=apart.looked_at, args=(STAR,))
    process(apart).send_signal(signal.SIGSTOP)
    thread.start()
    time.sleep(0.2)
    apart.close()
    thread.join(20)
    assert not thread.is_alive()
    assert apart.looked_at(STAR) == Looked()
    assert apart._process is None


def test_one_that_is_closed_while_it_starts_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    apart = Apart()
    started: list[subprocess.Popen[bytes]] = []
    real = subprocess.Popen

    def start(*given: Any, **more: Any) -> subprocess.Popen[bytes]:
        apart.close()
        started.append(real(*given, **more))
        return started[0]

    monkeypatch.setattr(subprocess, "Popen", start)
    assert apart.looked_at(STAR) == Looked()
    assert apart._process is None
    assert [each.returncode is None for each in started] == [False]


def test_an_answer_that_cannot_be_sent_is_told_of(start_with: Callable[[str], None]) -> None:
    start_with("looking.looked_at = lambda asked: lambda: 1")
    apart = Apart()
    with pytest.raises(RuntimeError, match="pickle"):
        apart.looked_at(STAR)
    assert process(apart).poll() is None
    apart.close()


def test_one_that_nobody_asks_any_more_ends(start_with: Callable[[str], None]) -> None:
    start_with("looking.LONGEST_IDLE = looking.SECONDS = 0.1")
    apart = Apart()
    assert apart.looked_at(STAR).found
    process(apart).wait(20)
    assert apart.looked_at(STAR).found
    apart.close()


@pytest.mark.parametrize("python", ["/nowhere/python", "", None])
def test_where_no_process_can_be_had_it_is_done_here(python: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", python)
    assert Apart().looked_at(STAR) == looked_at(STAR)


def test_where_the_process_has_no_nb2prod_it_is_done_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nb2prod.inline.apart.START", "import not_there")
    apart = Apart()
    assert apart.looked_at(STAR) == looked_at(STAR)
    assert apart._here
    assert apart._process is None
