"""A saved notebook and what ran in the kernel to the notebook as it ran, and to where the two differ."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from nb2prod.notebook.texts import joined

MOST_NAMED = 5
"""Cells that a note names."""


@dataclass(frozen=True)
class Ran:
    """An input that has run in the kernel."""

    source: str
    count: int | None = None
    """Its number, as in ``In[7]``."""
    cell: str | None = None
    """The id of its cell, where the frontend said so."""
    at: float | None = None
    """Seconds since the epoch; ``None`` where nobody looked."""


@dataclass(frozen=True)
class Document:
    """A notebook as its frontend or its file has it."""

    path: Path
    content: dict[str, Any]
    """Of nbformat 4."""
    saved: float
    """Seconds since the epoch."""
    notes: tuple[str, ...] = ()
    """Where what ran in the kernel is something else."""


def as_ran(document: Document, ran: Sequence[Ran], own: Iterable[int | None] = ()) -> Document:
    """Return the notebook with the cells that ran after it was saved as they ran, and notes on what else differs.

    ``ran`` is in the order in which it ran; ``own`` are the numbers of the inputs that asked for this view.
    """
    content = {**document.content, "cells": _copies(document.content.get("cells"))}
    cells = dict(enumerate(_code_cells(content)))
    by_id = {each.get("id"): index for index, each in cells.items() if isinstance(each.get("id"), str)}
    ours = set(own)
    inputs = [each for each in ran if each.count is None or each.count not in ours]
    newer, edited = [], []
    for each in {each.cell: each for each in inputs if each.cell in by_id}.values():
        index = by_id[each.cell]
        same = _plain(joined(cells[index].get("source"))) == _plain(each.source)
        if each.at is not None and each.at >= document.saved:
            cells[index].update(source=each.source, execution_count=each.count)
            if not same:
                newer.append(index)
        elif not same:
            edited.append(index)
    lost = _in_no_cell([each for each in inputs if each.cell not in by_id], cells.values(), document.saved)
    return replace(document, content=content, notes=(*document.notes, *_notes(newer, edited, lost, document.saved)))


def _in_no_cell(inputs: Sequence[Ran], cells: Iterable[Mapping[str, Any]], saved: float) -> list[Ran]:
    """Return the inputs that ran after the notebook was saved, and that no cell of it has.

    Where nobody looked at the clock, they are told by their numbers: higher than any that the file has of this kernel.
    """
    sources = {_plain(joined(each.get("source"))) for each in cells}
    by_count = {each.count: _plain(each.source) for each in inputs if each.count is not None}
    counts = [(each.get("execution_count"), _plain(joined(each.get("source")))) for each in cells]
    known = [count for count, source in counts if type(count) is int and by_count.get(count) == source]
    last = max(known, default=0)
    return [
        each
        for each in inputs
        if _plain(each.source) not in sources
        and any(line.strip() and not line.lstrip().startswith(("%", "!", "#")) for line in each.source.splitlines())
        and (each.at >= saved if each.at is not None else (each.count or 0) > last)
    ]


def _notes(newer: Sequence[int], edited: Sequence[int], lost: Sequence[Ran], saved: float) -> Iterator[str]:
    when = time.strftime("%H:%M", time.localtime(saved))
    if newer:
        yield f"{_named(newer)} checked as run: the file as saved at {when} has something else there"
    if edited:
        yield f"{_named(edited)} edited since run: checked as saved at {when}"
    if lost:
        numbers = [f"[{each.count}]" for each in lost if each.count is not None]
        which = f" ({', '.join(numbers[:MOST_NAMED])}{', …' if len(numbers) > MOST_NAMED else ''})" if numbers else ""
        inputs = "1 input that ran is" if len(lost) == 1 else f"{len(lost)} inputs that ran are"
        yield f"{inputs} not in the file as saved at {when}{which}: save the notebook to have all of it checked"


def _named(indices: Sequence[int]) -> str:
    listed = sorted(indices)
    named = ", ".join(f"[{each + 1}]" for each in listed[:MOST_NAMED])
    rest = f" and {len(listed) - MOST_NAMED} more" if len(listed) > MOST_NAMED else ""
    return f"cell {named} is" if len(listed) == 1 else f"cells {named}{rest} are"


def _copies(cells: object) -> object:
    """Return cells whose sources can be set without changing the document; what they hold is big and stays."""
    return [dict(each) if isinstance(each, dict) else each for each in cells] if isinstance(cells, list) else cells


def _code_cells(content: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    listed = content.get("cells")
    for each in listed if isinstance(listed, list) else ():
        if isinstance(each, dict) and each.get("cell_type") == "code":
            yield each


def _plain(source: str) -> str:
    return source.replace("\r\n", "\n").rstrip("\n")  # as IPython keeps it
