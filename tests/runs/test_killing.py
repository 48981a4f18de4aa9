"""What names a word on its command line is killed, also where it has none yet."""

from __future__ import annotations

import subprocess
import sys

import psutil
import pytest

from nb2prod.runs.killing import kill_ours_that_name

WORD = "/a/folder/of/ours"


def _started(word: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", "import time; time.sleep(100)", word])


def test_only_what_names_the_word_is_killed() -> None:
    ours, other = _started(f"--folder={WORD}"), _started("/a/folder/of/others")
    try:
        kill_ours_that_name(WORD)
        assert ours.poll() is not None
        assert other.poll() is None
    finally:
        for each in (ours, other):
            each.kill()
            each.wait()


def test_what_has_just_begun_and_has_no_command_line_yet_is_killed_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """Seen once in a hundred starts on a busy machine: the system fills the command line in after the program is in."""
    real, asked = psutil.Process.cmdline, []

    def late(self: psutil.Process) -> list[str]:
        asked.append(self.pid)
        return [] if len(asked) == 1 else real(self)

    monkeypatch.setattr(psutil.Process, "cmdline", late)
    process = _started(WORD)
    try:
        kill_ours_that_name(WORD)
        assert process.poll() is not None
    finally:
        process.kill()
        process.wait()
