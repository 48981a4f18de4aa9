"""One trunk for all tests: its branches do what their parameter ``code`` says."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest

from nb2prod.notebook.model import Notebook
from nb2prod.notebook.read import read_notebook
from nb2prod.runs.forking.trunk import Trunk

SHARED = """
import asyncio, atexit, ctypes, gc, os, random, signal, subprocess, sys, tempfile, threading, time
import numpy as np
random.seed(1)
data = np.ones(50_000_000)
held, process = threading.Lock(), os.getpid()
atexit.register(lambda: open("ended.txt", "a").write("trunk\\n"))
"""
CELLS = ("print('begun')\nexec(code)", "print('went on with', int(data.sum()))", "print('ended')")


def notebook_in(folder: Path, *cells: str) -> Notebook:
    first = nbformat.v4.new_code_cell("code = ''", metadata={"tags": ["parameters"]})
    path = folder / "n.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=[first, *map(nbformat.v4.new_code_cell, cells)]), path)
    return read_notebook(path)


@pytest.fixture(scope="module")
def trunk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Trunk]:
    notebook = notebook_in(tmp_path_factory.mktemp("forking"), SHARED, *CELLS)
    with Trunk(notebook, shared=2, parameters={"code": "nobody reads this"}) as trunk:
        assert trunk.obstacles == ()
        yield trunk


def printed(document: Any) -> str:
    return "".join(out.get("text", "") for cell in document.cells for out in cell.get("outputs", []))


def statuses(document: Any) -> list[str]:
    return [cell.metadata.papermill.status for cell in document.cells]
