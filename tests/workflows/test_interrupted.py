"""Ctrl-C, SIGTERM and a full disk, at any moment: the exit code says it, and nothing is left, no process either."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.making import PLAIN, nb2prod, with_tags, write_notebook

ROOT = Path(__file__).parents[2]
SLOW = with_tags(PLAIN, data="import time\ntime.sleep(1.5)\n" + PLAIN[1][1])
MOMENTS = [
    ("", signal.SIGINT),
    ("reading the notebook", signal.SIGTERM),
    ("running the notebook\n", signal.SIGINT),
    ("cell 2 of 5", signal.SIGTERM),
    ("finding what goes together", signal.SIGINT),
    ("making a fresh environment", signal.SIGTERM),
    ("training from scratch", signal.SIGINT),
    ("asking the service over HTTP", signal.SIGTERM),
    ("the repository's own tests", signal.SIGINT),
]

TWICE = ("cell 2 of 5", "training from scratch")
"""Where a second signal comes while everything is cleaned up: in the kernel's run, and in a child's."""


@pytest.mark.parametrize(
    ("moment", "number", "twice"),
    [*((*moment, False) for moment in MOMENTS), *((*moment, True) for moment in MOMENTS if moment[0] in TWICE)],
    ids=lambda value: (
        (value.strip() or "start") if isinstance(value, str) else {True: "twice", False: "once"}.get(value)
    ),
)
def test_a_signal_leaves_nothing(moment: str, number: signal.Signals, twice: bool, tmp_path: Path) -> None:
    write_notebook(tmp_path / "n.ipynb", SLOW)
    (tmp_path / "tmp").mkdir()
    said = tmp_path / "said.txt"
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "TMPDIR": str(tmp_path / "tmp")}
    command = [sys.executable, "-m", "nb2prod", "export", "n.ipynb", "out"]
    with said.open("wb") as stderr:
        process = subprocess.Popen(command, cwd=tmp_path, env=environment, stderr=stderr, start_new_session=True)
        wait_for(moment, said, process)
        process.send_signal(number)
        if twice:
            time.sleep(0.3)
            process.send_signal(number)
        process.wait(60)
    assert process.returncode == 128 + number, said.read_text()
    assert "Traceback" not in said.read_text()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["n.ipynb", "said.txt", "tmp"]
    deadline = time.monotonic() + 10
    while (found := alive(tmp_path)) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not found
    assert [path.name for path in (tmp_path / "tmp").iterdir()] == []


def wait_for(moment: str, said: Path, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 120
    while moment not in said.read_text() and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.02)
    time.sleep(0.4)  # into the middle of it


def alive(folder: Path) -> list[str]:
    """Return the command lines of processes that work in the folder or on something in it."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            line = (process / "cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
            if str(folder) in line or (process / "cwd").readlink().is_relative_to(folder):
                found.append(line)
        except OSError:
            continue
    return found


def in_a_disk_of(size: str, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run nb2prod where ``folder`` is a file system of its own; what is left in it is listed in ``left.txt`` beside."""
    if shutil.which("unshare") is None:
        pytest.skip("there is no unshare(1) to make a small disk with")
    can = subprocess.run(["unshare", "-rm", "true"], capture_output=True, check=False)
    if can.returncode:
        pytest.skip("this machine allows no mounts in a namespace of our own")
    script = (
        f'mount -t tmpfs -o {size} none disk && shift && "$@"; code=$?; find disk -mindepth 1 > left.txt; exit $code'
    )
    command = ["unshare", "-rm", "sh", "-c", script, "sh", "--", sys.executable, "-m", "nb2prod", *arguments]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=200)


@pytest.mark.parametrize("size", ["size=4k", "size=200k", "size=30m", "nr_inodes=300", "ro"])
def test_a_disk_that_is_full_or_read_only(size: str, tmp_path: Path) -> None:
    """Full for the run's evidence, for what is taken from it, for the environment, for its many files."""
    write_notebook(tmp_path / "n.ipynb", PLAIN)
    (tmp_path / "disk").mkdir()
    done = in_a_disk_of(size, tmp_path, "export", "n.ipynb", "disk/out")
    assert done.returncode == 6, done.stderr
    assert "disk" in done.stderr and ("full" in done.stderr or "Read-only" in done.stderr)
    assert "make room" in done.stderr or "choose" in done.stderr
    assert (tmp_path / "left.txt").read_text() == ""


def test_a_limit_for_the_size_of_files(tmp_path: Path) -> None:
    write_notebook(tmp_path / "n.ipynb", PLAIN)
    limited = "import resource, runpy, sys; resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000)); "
    limited += "sys.argv = ['nb2prod', 'export', 'n.ipynb', 'out']; runpy.run_module('nb2prod', run_name='__main__')"
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", limited], cwd=tmp_path, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 6, done.stderr
    assert "limit" in done.stderr and "Traceback" not in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["n.ipynb"]


def test_the_user_can_try_again_afterwards(tmp_path: Path) -> None:
    """A dry run in the same place shows that no lock or half-made folder stands in the way."""
    write_notebook(tmp_path / "n.ipynb", PLAIN)
    (tmp_path / "out").mkdir()
    done = nb2prod("export", "n.ipynb", "out", "--dry-run", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
