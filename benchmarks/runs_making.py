"""Notebooks for the measurements, from their cells."""

from __future__ import annotations

from pathlib import Path

import nbformat


def notebook(folder: Path, *cells: str) -> Path:
    """Write a notebook of code cells and return its file."""
    python = {"name": "python3", "display_name": "Python 3", "language": "python"}
    document = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(cell) for cell in cells],
        metadata={"kernelspec": python, "language_info": {"name": "python"}},
    )
    path = folder / f"n{len(list(folder.glob('n*.ipynb')))}.ipynb"
    nbformat.write(document, path)
    return path


def tagged(folder: Path, *cells: tuple[str, str]) -> Path:
    """Write a notebook of code cells, each with a tag or none, and return its file."""
    path = notebook(folder, *(source for _, source in cells))
    document = nbformat.read(path, 4)
    for cell, (tag, _) in zip(document.cells, cells, strict=True):
        cell.metadata["tags"] = [tag] if tag else []
    nbformat.write(document, path)
    return path
