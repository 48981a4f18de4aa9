"""Small notebooks for tests, written as nbformat writes them, and the command line as people call it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

SKLEARN = [
    (None, "from sklearn.datasets import load_iris\nfrom sklearn.linear_model import LogisticRegression"),
    ("data", "X, y = load_iris(return_X_y=True, as_frame=True)"),
    ("training", "model = LogisticRegression(max_iter=500)\nmodel.fit(X, y)"),
    ("evaluation", "accuracy = model.score(X, y)"),
    ("inference", "sample = X.head(25)\nprediction = model.predict(sample)"),
]
"""A notebook that exports without a word."""

Cells = Sequence[tuple[str | None, str]]


def as_notebook(cells: Cells, **metadata: Any) -> dict[str, Any]:
    """Return a notebook as JSON data; each cell is a tag (or none) and its source."""
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return {
        "nbformat": 4,
        "nbformat_minor": 5,
        "metadata": {"kernelspec": kernel, "language_info": {"name": "python"}, **metadata},
        "cells": [
            {
                "cell_type": "code",
                "id": f"cell-{number}",
                "metadata": {"tags": [tag]} if tag else {},
                "execution_count": None,
                "outputs": [],
                "source": source,
            }
            for number, (tag, source) in enumerate(cells)
        ],
    }


def write_notebook(path: Path, cells: Cells, **metadata: Any) -> Path:
    """Write a notebook and return its path."""
    path.write_text(json.dumps(as_notebook(cells, **metadata)), encoding="utf-8")
    return path


def nb2prod(*arguments: object, cwd: Path, env: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """Run the command line to its end."""
    command = [sys.executable, "-m", "nb2prod", *map(str, arguments)]
    root = str(Path(__file__).parents[1])
    environment = {**os.environ, "PYTHONPATH": root, "NO_COLOR": "1", **(env or {})}
    return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, timeout=300)
