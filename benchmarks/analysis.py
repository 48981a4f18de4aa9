"""What analysing a notebook costs, beside reading it and parsing its cells; and whether it grows linearly.

python benchmarks/analysis.py [FOLDER]     the notebooks below FOLDER (default: example_notebooks), then made ones
"""

from __future__ import annotations

import ast
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from nb2prod.analysis.dataflow import analyse
from nb2prod.errors import Nb2ProdError
from nb2prod.notebook.read import read_notebook

ROUNDS = 5
SIZES = (1_000, 2_500, 5_000, 10_000)


def seconds(work: Callable[[], object]) -> float:
    """Return the median wall time of some runs."""
    times = []
    for _ in range(ROUNDS):
        before = time.perf_counter()
        work()
        times.append(time.perf_counter() - before)
    return statistics.median(times)


def read_and_parse(path: Path) -> None:
    """Do what no analysis can do without."""
    for cell in read_notebook(path).cells:
        ast.parse(cell.code)


def ratio(path: Path) -> tuple[float, float]:
    """Return seconds for analysing, and the ratio of reading and analysing to reading and parsing."""
    notebook = read_notebook(path)
    analysing = seconds(lambda: analyse(notebook))
    base = seconds(lambda: read_and_parse(path))
    return analysing, analysing / base


def giant(cells: int, folder: Path) -> Path:
    """Write a notebook of so many cells, each of which reads what the one before made."""
    sources = ["import pandas as pd\ndf = pd.DataFrame({'a': [1.0, 2.0]})\nx0 = 0"]
    sources += [f"df['c{i}'] = df['a'] * x{i - 1}\nx{i} = x{i - 1} + df['c{i}'].sum()" for i in range(1, cells)]
    made = [
        {"cell_type": "code", "id": f"c{n}", "metadata": {}, "execution_count": None, "outputs": [], "source": source}
        for n, source in enumerate(sources)
    ]
    path = folder / f"{cells}.ipynb"
    path.write_text(json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": made}))
    return path


def main() -> None:
    """Print a line a notebook, then the medians."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parents[1] / "example_notebooks"
    ratios = []
    for path in sorted(folder.rglob("*.ipynb")):
        try:
            analysing, times = ratio(path)
        except Nb2ProdError as error:
            print(f"{path.name}: {error.problems[0].what}")
            continue
        ratios.append(times)
        print(f"{times:5.2f} x reading and parsing, {analysing * 1000:8.1f} ms  {path.name}")
    if ratios:
        print(f"median {statistics.median(ratios):.2f}, largest {max(ratios):.2f}, {len(ratios)} notebooks")
    with tempfile.TemporaryDirectory() as scratch:
        for size in SIZES:
            analysing, times = ratio(giant(size, Path(scratch)))
            print(f"{size:6} cells: {analysing:6.2f} s, {analysing / size * 1e6:5.0f} µs a cell, {times:.2f} x")


if __name__ == "__main__":
    main()
