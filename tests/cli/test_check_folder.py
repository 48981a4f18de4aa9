"""A folder of many notebooks, checked by the command in processes of its own."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from tests.making import nb2prod, write_notebook

HANGS = 120.0
"""Seconds after which a process that was killed is taken for one that was not."""
AMID_A_FORK = """
import os, signal, sys
left = [int(sys.argv[1])]
def interrupt():
    left[0] -= 1
    if left[0] == 0:
        os.kill(os.getpid(), signal.Signals[sys.argv[2]])
os.register_at_fork(after_in_parent=interrupt)
from nb2prod.cli import main
main(["check", sys.argv[3], "--no-cache", "--jobs", "2"])
"""


def many(folder: Path, count: int) -> None:
    for number in range(count):
        write_notebook(folder / f"n{number:03}.ipynb", [(None, f"x = {number}\nprint(nowhere_{number})")])


def test_results_are_in_order_and_the_same_with_a_cache(tmp_path: Path) -> None:
    many(tmp_path, 12)
    (tmp_path / "n005.ipynb").write_text("{")
    asked = ("check", str(tmp_path), "--select", "NB102", "--exit-zero", "--json")
    one = nb2prod(*asked, "--no-cache", "--jobs", "1", cwd=tmp_path).stdout
    two = nb2prod(*asked, "--no-cache", "--jobs", "2", cwd=tmp_path).stdout
    assert one == two == nb2prod(*asked, cwd=tmp_path).stdout == nb2prod(*asked, cwd=tmp_path).stdout
    found = json.loads(one)["notebooks"]
    assert [Path(each["path"]).name for each in found] == [f"n{number:03}.ipynb" for number in range(12)]
    assert [each["findings"][0]["code"] for each in found] == ["NB102"] * 5 + ["NB001"] + ["NB102"] * 6


def test_interrupted_it_stops_at_once_and_leaves_no_process(tmp_path: Path) -> None:
    """Not all is checked by then: the processes are amid notebooks that take seconds each."""
    write_notebook(tmp_path / "a.ipynb", [(None, "print(nowhere)")])
    cell = "\n".join(f"x{number} = [{number}] * 3\nx{number}.append(1)" for number in range(3000))
    for number in range(200):
        write_notebook(tmp_path / f"n{number:03}.ipynb", [(None, f"{cell}\n# {number}")])
    command = [sys.executable, "-u", "-m", "nb2prod", "check", str(tmp_path), "--no-cache", "--jobs", "2"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True)
    try:
        assert process.stdout is not None
        assert b"a.ipynb" in process.stdout.readline()  # the first is done
        workers = psutil.Process(process.pid).children(recursive=True)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate()  # which waits for the last of the processes that hold the pipes
    finally:
        process.kill()
    assert (process.returncode, b"Traceback" in err) == (130, False)
    assert b"n199.ipynb" not in out
    assert workers
    assert not [each for each in psutil.wait_procs(workers, timeout=HANGS)[1] if each.status() != psutil.STATUS_ZOMBIE]


@pytest.mark.parametrize("which", [1, 2])
@pytest.mark.parametrize(("sent", "code"), [("SIGINT", 130), ("SIGTERM", 143)])
def test_an_interrupt_amid_a_fork_is_not_lost(which: int, sent: str, code: int, tmp_path: Path) -> None:
    many(tmp_path, 12)
    command = [sys.executable, "-c", AMID_A_FORK, str(which), sent, str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr.strip()) == (code, "")
    assert "n011.ipynb" not in done.stdout
