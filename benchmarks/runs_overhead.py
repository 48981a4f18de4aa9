"""One run, by nbclient, by papermill and by nb2prod, in turns; what comes out are ratios to nbclient's times."""

from __future__ import annotations

import contextlib
import io
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import nbclient
import nbformat
import papermill
from runs_making import notebook

from nb2prod.notebook.read import read_notebook
from nb2prod.runs.execute import execute

PART, TITLE = "a", "overhead of one run: seconds as a multiple of bare nbclient's, which writes nothing"
SHAPES = {
    "3 cells": ["x = 1", "print(x)", "x"],
    "50 cells": [f"x = {i}\nprint(x)" for i in range(50)],
    "10 cells of 0.2 s": ["import time; time.sleep(0.2)"] * 10,
    "10 cells that print 1 MB each": ["print(('x' * 99 + '\\n') * 10_000)"] * 10,
}


def bare(path: Path) -> None:
    document = nbformat.read(path, 4)
    nbclient.NotebookClient(document, resources={"metadata": {"path": str(path.parent)}}).execute()


def by_papermill(path: Path) -> None:
    out = str(path.with_suffix(".papermill.ipynb"))
    papermill.execute_notebook(str(path), out, progress_bar=False, cwd=str(path.parent))


def by_nb2prod(path: Path) -> None:
    execute(read_notebook(path), output=path.with_suffix(".nb2prod.ipynb"))


WAYS: dict[str, Callable[[Path], None]] = {"nbclient": bare, "papermill": by_papermill, "nb2prod": by_nb2prod}


def measure(quick: bool) -> Iterator[str]:
    rounds = 3 if quick else 25
    order = random.Random(1)
    with tempfile.TemporaryDirectory() as folder:
        for shape, cells in SHAPES.items():
            path = notebook(Path(folder), *cells)
            seconds: dict[str, list[float]] = {name: [] for name in WAYS}
            for _ in range(rounds):
                for name in order.sample(list(WAYS), len(WAYS)):
                    began = time.perf_counter()
                    with contextlib.redirect_stderr(io.StringIO()):
                        WAYS[name](path)
                    seconds[name].append(time.perf_counter() - began)
            base = statistics.median(seconds["nbclient"])
            ratios = {name: statistics.median(times) / base for name, times in seconds.items()}
            said = ", ".join(f"{name} {ratio:.2f}" for name, ratio in ratios.items() if name != "nbclient")
            yield f"{shape}: {said} (medians of {rounds} rounds, nbclient took {base:.2f} s)"
