"""Captures of notebooks made of a few lines."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest

from nb2prod.capture.capture import capture
from nb2prod.capture.model import CaptureRequest, Evidence
from nb2prod.notebook.read import read_notebook

Capture = Callable[..., Evidence]


class Notebooks:
    """Makes notebooks in one folder and captures them."""

    def __init__(self, base: Path) -> None:
        self.folder = base / "notebook"
        self.folder.mkdir()
        self.base = base
        self.count = 0

    def write(self, *cells: str | tuple[str, str]) -> Path:
        made = [(cell, ()) if isinstance(cell, str) else (cell[0], (cell[1],)) for cell in cells]
        document = nbformat.v4.new_notebook(
            cells=[nbformat.v4.new_code_cell(source, metadata={"tags": list(tags)}) for source, tags in made]
        )
        path = self.folder / "n.ipynb"
        nbformat.write(document, path)
        return path

    def capture(self, *cells: str | tuple[str, str], request: CaptureRequest | None = None, **options: Any) -> Evidence:
        self.count += 1
        evidence = self.base / f"evidence{self.count}"
        evidence.mkdir(mode=0o700)
        return capture(read_notebook(self.write(*cells)), request or CaptureRequest(), folder=evidence, **options)


@pytest.fixture
def notebooks(tmp_path: Path) -> Notebooks:
    return Notebooks(tmp_path)


@pytest.fixture(scope="module")
def shared_notebooks(tmp_path_factory: pytest.TempPathFactory) -> Notebooks:
    return Notebooks(Path(os.path.realpath(tmp_path_factory.mktemp("shared"))))
