"""Notebooks from a few lines of code."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest

from nb2prod.notebook.model import Notebook
from nb2prod.notebook.read import read_notebook

Make = Callable[..., Notebook]


@pytest.fixture
def make(tmp_path: Path) -> Make:
    """Return a function that makes a notebook of cells: source, or (source, tag)."""

    def of(*cells: str | tuple[str, str], kernel: str | None = None) -> Notebook:
        made = [(cell, ()) if isinstance(cell, str) else (cell[0], (cell[1],)) for cell in cells]
        document = nbformat.v4.new_notebook(
            cells=[nbformat.v4.new_markdown_cell("# A title")]
            + [nbformat.v4.new_code_cell(source, metadata={"tags": list(tags)}) for source, tags in made]
        )
        if kernel:
            document.metadata["kernelspec"] = {"name": kernel, "language": "python", "display_name": kernel}
        folder = tmp_path / "notebook"
        folder.mkdir(exist_ok=True)
        path = folder / "n.ipynb"
        nbformat.write(document, path)
        return read_notebook(path)

    return of
