"""Notebook files made of a few cells."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any


def code(source: str, *tags: str, **metadata: Any) -> dict[str, Any]:
    """Return a code cell."""
    found: dict[str, Any] = {**metadata, **({"tags": list(tags)} if tags else {})}
    return {"cell_type": "code", "metadata": found, "source": source, "outputs": [], "execution_count": None}


def markdown(source: str) -> dict[str, Any]:
    """Return a Markdown cell."""
    return {"cell_type": "markdown", "metadata": {}, "source": source}


def document(*cells: dict[str, Any], **metadata: Any) -> dict[str, Any]:
    """Return a notebook in nbformat 4."""
    return {"nbformat": 4, "nbformat_minor": 5, "metadata": metadata, "cells": list(cells)}


def write(folder: Path, *cells: dict[str, Any], **metadata: Any) -> Path:
    """Write a notebook and return its path."""
    path = folder / "notebook.ipynb"
    path.write_text(json.dumps(document(*cells, **metadata)), encoding="utf-8")
    return path
