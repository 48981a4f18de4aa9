"""The process in which the rules look: it answers as this one would, and nobody finds it when nobody needs it."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from nb2prod.inline.apart import Apart
from nb2prod.workflows.as_ran import Document
from nb2prod.workflows.looking import Asked, looked_at
from tests.making import as_notebook

STAR = Asked(Document(Path("n.ipynb").absolute(), as_notebook([(None, "from math import *\nprint(sqrt(2))")]), 0))


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


def test_it_ends_with_the_process_that_started_it() -> None:
    code = (
        "import os, signal, sys; from pathlib import Path; from nb2prod.inline.apart import Apart; apart = Apart();"
        "from nb2prod.workflows.looking import Asked; apart.looked_at(Asked(Path('n.ipynb')));"
        "print(apart._process.pid, flush=True); os.kill(os.getpid(), signal.SIGKILL)"
    )
    said = subprocess.run([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, check=False).stdout
    for _ in range(100):
        try:
            os.kill(int(said), 0)
        except ProcessLookupError:
            return
        time.sleep(0.1)
    raise AssertionError("it is left")


def test_one_that_was_ended_is_told_of_and_the_next_look_has_a_new_one() -> None:
    apart = Apart()
    apart.looked_at(STAR)
    process(apart).kill()
    process(apart).wait()
    assert apart.looked_at(STAR).problems
    assert apart.looked_at(STAR).found
    apart.close()
    slow = Apart(seconds=0.01)
    assert "more than 0 seconds" in slow.looked_at(STAR).problems[0].what


def test_where_no_process_can_be_had_it_is_done_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    assert Apart().looked_at(STAR) == looked_at(STAR)
