"""What is to change in a notebook, by cell, to the document that it is then."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from nb2prod.notebook.texts import in_form_of, joined


@dataclass(frozen=True)
class CellEdit:
    """What changes in one cell."""

    position: int
    """Place among all cells, from 0."""
    source: str | None = None
    """Its new source, ``None`` where that stays."""
    metadata: Mapping[str, Any] = field(default_factory=dict)
    """What its metadata get; other members stay."""
    outputs: Sequence[Mapping[str, Any]] | None = None
    """Its new outputs, ``None`` where they stay."""


@dataclass(frozen=True)
class CellInsertion:
    """A new code cell."""

    position: int
    """Place among all cells of the one that it comes right before; as many as there are for the end."""
    source: str
    tags: tuple[str, ...] = ()


@dataclass(frozen=True)
class Edited:
    """A document after its edits."""

    document: dict[str, Any]
    origins: tuple[int | None, ...]
    """For each of its cells the position that it had before, ``None`` for a new one."""


def edited(document: Mapping[str, Any], edits: Iterable[CellEdit], insertions: Iterable[CellInsertion] = ()) -> Edited:
    """Return what a document of nbformat 4 becomes; the one that is given stays as it is."""
    cells: list[dict[str, Any]] = list(document["cells"])
    for edit in edits:
        cells[edit.position] = _changed(cells[edit.position], edit)
    origins: list[int | None] = list(range(len(cells)))
    taken = {str(cell.get("id")) for cell in cells}
    for new in sorted(insertions, key=lambda each: each.position, reverse=True):
        cell = _cell(document, new, taken)
        cells.insert(new.position, cell)
        origins.insert(new.position, None)
    return Edited({**document, "cells": cells}, tuple(origins))


def _changed(cell: Mapping[str, Any], edit: CellEdit) -> dict[str, Any]:
    changed = dict(cell)
    if edit.metadata:
        metadata = cell.get("metadata")
        changed["metadata"] = {**(metadata if isinstance(metadata, dict) else {}), **edit.metadata}
    if edit.outputs is not None:
        changed["outputs"] = [deepcopy(dict(each)) for each in edit.outputs]
    if edit.source is not None:
        before = cell.get("source")
        after = edit.source.replace("\n", "\r\n") if "\r\n" in joined(before) else edit.source
        changed["source"] = in_form_of(before, after)
    return changed


def _cell(document: Mapping[str, Any], new: CellInsertion, taken: set[str]) -> dict[str, Any]:
    cell: dict[str, Any] = {"cell_type": "code", "execution_count": None}
    minor = document.get("nbformat_minor", 0)
    if isinstance(minor, int) and minor >= 5:
        cell["id"] = _free_id(taken, new.source)
        taken.add(cell["id"])
    cell["metadata"] = {"tags": list(new.tags)} if new.tags else {}
    cell["outputs"] = []
    cell["source"] = new.source.splitlines(keepends=True)
    return cell


def _free_id(taken: set[str], source: str) -> str:
    """Return an id that no cell has, the same one each time."""
    digest = hashlib.sha256(source.encode()).hexdigest()
    ids = (f"{digest[start : start + 8]}{more}" for more in ("", *range(len(taken) + 1)) for start in range(50))
    return next(name for name in ids if name not in taken)
