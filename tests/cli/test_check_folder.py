"""A folder of many notebooks, checked by the command in processes of its own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil

from tests.making import nb2prod, write_notebook


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
    cell = "\n".join(f"x{number} = [{number}] * 3\nx{number}.append(1)" for number in range(3000))
    for number in range(200):
        write_notebook(tmp_path / f"n{number:03}.ipynb", [(None, f"{cell}\n# {number}")])
    command = [sys.executable, "-m", "nb2prod", "check", str(tmp_path), "--no-cache", "--jobs", "2"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True)
    try:
        for _ in range(600):  # until its processes are at work
            if len(children(process.pid)) >= 2:
                break
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=30)
    finally:
        process.kill()
    assert (process.returncode, b"Traceback" in err) == (130, False)
    for _ in range(100):
        if not alive(process.pid):
            return
        time.sleep(0.1)
    raise AssertionError("a process is left")


def children(of: int) -> list[psutil.Process]:
    return psutil.Process(of).children(recursive=True)


def alive(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True
