"""Small notebooks for tests, written as nbformat writes them, and the command line as people call it."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import chdir, redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

from nb2prod.cli import main

PLAIN = [
    (None, "import numpy as np"),
    ("data", "X = np.arange(300.0).reshape(150, 2) % 7\ny = X[:, 0] * 2 + X[:, 1]"),
    ("training", "weights = np.linalg.lstsq(X, y, rcond=None)[0]"),
    ("evaluation", "error = float(np.abs(X @ weights - y).max())"),
    ("inference", "sample = X[:25]\nprediction = sample @ weights"),
]
"""A notebook that exports without a word, with NumPy alone: every process of a proof loads what the model needs."""

READING = [
    (None, "import numpy as np"),
    ("data", "points = np.loadtxt('points.csv', delimiter=',', skiprows=1)"),
    ("training", "weights = np.linalg.lstsq(points[:, :2], points[:, 2], rcond=None)[0]"),
    ("evaluation", "error = float(np.abs(points[:, :2] @ weights - points[:, 2]).mean())"),
    ("inference", "sample = points[:20, :2]\nprediction = sample @ weights"),
]
"""One that reads a file, ``points.csv``."""

SKLEARN = [
    (None, "from sklearn.datasets import load_iris\nfrom sklearn.linear_model import LogisticRegression"),
    ("data", "X, y = load_iris(return_X_y=True, as_frame=True)"),
    ("training", "model = LogisticRegression(max_iter=500)\nmodel.fit(X, y)"),
    ("evaluation", "accuracy = model.score(X, y)"),
    ("inference", "sample = X.head(25)\nprediction = model.predict(sample)"),
]
"""One with a model as most notebooks have."""

TEACHING = [
    (None, "import pandas as pd\nfrom sklearn.linear_model import LinearRegression"),
    ("data", "df = pd.read_csv('points.csv')"),
    ("training", "model = LinearRegression().fit(df[['a', 'b']], df['y'])"),
    ("evaluation", "r2 = model.score(df[['a', 'b']], df['y'])"),
    ("inference", "sample = df[['a', 'b']].head(20)\nprediction = model.predict(sample)"),
]
"""One that reads ``points.csv`` into a table."""


def write_points(path: Path, rows: int = 40) -> Path:
    """Write the file that ``READING`` and ``TEACHING`` read."""
    lines = [f"{i},{i * i % 7},{2 * i + 3 * (i * i % 7) + (i % 3) / 10}" for i in range(rows)]
    path.write_text("\n".join(["a,b,y", *lines]) + "\n")
    return path


Cells = Sequence[tuple[str | None, str]]


def as_notebook(cells: Cells, **metadata: Any) -> dict[str, Any]:
    """Return a notebook as JSON data; each cell is a tag (or none, or ``markdown``) and its source."""
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return {
        "nbformat": 4,
        "nbformat_minor": 5,
        "metadata": {"kernelspec": kernel, "language_info": {"name": "python"}, **metadata},
        "cells": [_cell(number, tag, source) for number, (tag, source) in enumerate(cells)],
    }


def _cell(number: int, tag: str | None, source: str) -> dict[str, Any]:
    cell = {"id": f"cell-{number}", "metadata": {}, "source": source}
    if tag == "markdown":
        return {"cell_type": "markdown", **cell}
    tags = {"tags": [tag]} if tag else {}
    return {"cell_type": "code", **cell, "metadata": tags, "execution_count": None, "outputs": []}


def write_notebook(path: Path, cells: Cells, **metadata: Any) -> Path:
    """Write a notebook and return its path."""
    path.write_text(json.dumps(as_notebook(cells, **metadata)), encoding="utf-8")
    return path


def with_tags(cells: Cells, **by_tag: str) -> Cells:
    """Return the cells with some replaced, by tag; ``untagged`` is the first."""
    return [(tag, by_tag.get(tag or "untagged", source)) for tag, source in cells]


def exported(done: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    """Return the JSON that an export printed, which must have ended well."""
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def nb2prod(*arguments: object, cwd: Path, env: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """Run the command line to its end."""
    command = [sys.executable, "-m", "nb2prod", *map(str, arguments)]
    root = str(Path(__file__).parents[1])
    environment = {**os.environ, "PYTHONPATH": root, "NO_COLOR": "1", **(env or {})}
    return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, timeout=300)


def nb2prod_here(*arguments: object, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run the command line to its end in this process: for the many cases that are refused before anything is run.

    Starting Python and importing nb2prod takes more of the processor than finding out what is wrong.
    """
    words = list(map(str, arguments))
    said, told = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8", newline="") for _ in range(2))
    code: object = None
    try:
        with chdir(cwd), redirect_stdout(said), redirect_stderr(told):
            main(words, prog_name="python -m nb2prod")
    except SystemExit as ended:
        code = ended.code
    assert isinstance(code, int), "the command line leaves with an exit code"
    stdout, stderr = (_written(stream) for stream in (said, told))
    return subprocess.CompletedProcess(words, code, stdout, stderr)


def _written(stream: io.TextIOWrapper) -> str:
    stream.flush()
    assert isinstance(stream.buffer, io.BytesIO)
    return stream.buffer.getvalue().decode()
