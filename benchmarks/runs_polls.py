"""Somebody reads an output file all the time while it is written: how often is it not a whole notebook?"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import papermill
from runs_making import notebook

from nb2prod.notebook.read import read_notebook
from nb2prod.runs.execute import execute

PART, TITLE = "e", "a reader polls the output file of a run: reads that gave no valid notebook"
READER = """
import json, os, sys, time
file, wanted = sys.argv[1], int(sys.argv[2])
read = bad = 0
while read < wanted and not os.path.exists(file + ".done"):
    time.sleep(0.001)
    try:
        with open(file, "rb") as stream:
            content = stream.read()
    except FileNotFoundError:
        continue
    read += 1
    try:
        json.loads(content)["cells"]
    except (ValueError, KeyError):
        bad += 1
print(read, bad)
"""


def by_papermill(path: Path, out: Path) -> None:
    papermill.execute_notebook(str(path), str(out), progress_bar=False)


def by_nb2prod(path: Path, out: Path) -> None:
    execute(read_notebook(path), output=out)


def polled(run: Callable[[Path, Path], None], path: Path, out: Path, wanted: int) -> tuple[int, int]:
    """Run until there were so many polls; return how many there were and how many were bad."""
    polls = bad = 0
    done = Path(f"{out}.done")
    while polls < wanted:
        done.unlink(missing_ok=True)
        command = [sys.executable, "-c", READER, str(out), str(wanted - polls)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as reader:
            run(path, out)
            done.touch()
            said, _ = reader.communicate()
        polls, bad = polls + int(said.split()[0]), bad + int(said.split()[1])
    return polls, bad


def measure(quick: bool) -> Iterator[str]:
    wanted = 1_000 if quick else 10_000
    with tempfile.TemporaryDirectory() as folder:
        path = notebook(Path(folder), *["import time\nprint('x' * 20_000)\ntime.sleep(0.05)"] * 40)
        for name, run in (("nb2prod", by_nb2prod), ("papermill", by_papermill)):
            polls, bad = polled(run, path, Path(folder, f"{name}.ipynb"), wanted)
            yield f"{name}: {bad} of {polls}"
