"""A notebook and a request go in; it is run once with the probe in its kernel, and the evidence comes out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from nb2prod.capture.model import CaptureRequest, Evidence
from nb2prod.capture.reading import read_evidence
from nb2prod.capture.sending import code_to_call, code_to_install, code_to_remove
from nb2prod.notebook.model import SKIP, Notebook
from nb2prod.runs.execute import execute
from nb2prod.runs.model import Attendant, Limits, OnCell


def capture(
    notebook: Notebook,
    request: CaptureRequest,
    *,
    folder: Path,
    parameters: Mapping[str, Any] | None = None,
    kernel: str | None = None,
    timeout: float | None = None,
    on_cell: OnCell | None = None,
) -> Evidence:
    """Run the notebook once and return what it showed; what is too big for JSON lies below ``folder`` then.

    ``folder`` must be there and be ours alone (mode 0700). ``timeout`` is in seconds for the whole run. Raises what
    :func:`nb2prod.runs.execute.execute` raises.
    """
    folder = folder.resolve()
    run = execute(
        notebook,
        parameters=parameters,
        kernel=kernel,
        limits=Limits(seconds=timeout),
        on_cell=on_cell,
        attendant=evidence_attendant(notebook, request, folder),
        keep_outputs=False,
    )
    evidence = read_evidence(folder)
    return replace(evidence, problems=(*run.notes, *evidence.problems), seconds=run.seconds)


def request_message(notebook: Notebook, request: CaptureRequest, folder: Path) -> dict[str, Any]:
    """Return what the probe is sent: plain data."""
    return {
        "folder": str(folder),
        "cells": [
            {
                "index": cell.index,
                "source": cell.source,
                "code": cell.code,
                "section": cell.section,
                "shown": _shown(request, cell.index),
            }
            for cell in notebook.cells
            if cell.section != SKIP and cell.source.strip()
        ],
        "metrics": list(request.metrics),
        "measured": [asdict(each) for each in request.measured],
        "types": list(request.types),
        "inference": asdict(request.inference) if request.inference else None,
        "raw": asdict(request.raw) if request.raw else None,
    }


def _shown(request: CaptureRequest, cell: int) -> list[dict[str, Any]]:
    """Return what is wanted of a cell's statements, in their order."""
    found: dict[tuple[int, str], list[tuple[str, str, str]]] = {}
    for value in request.shown:
        if value.cell == cell:
            found.setdefault((value.line, value.statement), []).append((value.name, value.expression, value.report))
    return [{"statement": statement, "expressions": names} for (_, statement), names in found.items()]


def evidence_attendant(notebook: Notebook, request: CaptureRequest, folder: Path) -> Attendant:
    """Return what has the kernel write the evidence into ``folder``, which is there and ours alone."""
    return Attendant(
        first=code_to_install(request_message(notebook, request, folder)),
        after_cell=lambda index: code_to_call("after_cell", index),
        last=f"({code_to_call('finish')}, {code_to_remove()}) and None",
    )


def both(one: Attendant, other: Attendant) -> Attendant:
    """Return what does what two attendants do, neither of which can be forked then."""
    return Attendant(
        first=_one_by_one(one.first, other.first),
        after_cell=lambda index: _one_by_one(one.after_cell(index), other.after_cell(index)),
        last=_one_by_one(one.last, other.last),
    )


def _one_by_one(*expressions: str) -> str:
    code = [each for each in expressions if each]
    return f"({', '.join(code)},) and None" if code else ""
