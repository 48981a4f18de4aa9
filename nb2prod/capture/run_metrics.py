"""What a plain run is to measure beside running goes in; the code for its kernel comes out, and then the numbers."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from nb2prod.capture.model import ShownValue
from nb2prod.capture.sending import METRICS_PACKAGE, code_to_call, code_to_remove, code_to_watch_metrics
from nb2prod.notebook.model import Notebook
from nb2prod.runs.model import Attendant

SCRAP = "application/scrapbook.scrap.json+json"
"""What scrapbook's ``glue`` puts among a cell's outputs: ``name``, ``data``."""
RECORD = "application/papermill.record+json"
"""What ``papermill.record`` did before it: a mapping of names."""


@dataclass(frozen=True)
class MetricsRequest:
    """Where a notebook measures."""

    names: Mapping[int, tuple[str, ...]] = field(default_factory=dict)
    """Cell (index) to the variables that may hold numbers behind it."""
    shown: tuple[ShownValue, ...] = ()
    """Expressions that are shown and that no variable holds."""
    imports: tuple[str, ...] = ()
    """Names of modules whose versions are wanted."""


def metrics_attendant(notebook: Notebook, wanted: MetricsRequest, file: Path) -> Attendant:
    """Return what has the kernel write into ``file``, behind each cell that measures, what is known by then."""
    by_cell: dict[int, dict[tuple[int, str], list[tuple[str, str, str]]]] = {}
    for each in wanted.shown:
        statements = by_cell.setdefault(each.cell, {})
        statements.setdefault((each.line, each.statement), []).append((each.name, each.expression, each.report))
    shown = [
        {
            "index": index,
            "source": notebook.cells[index].source,
            "statements": [{"statement": said, "expressions": names} for (_, said), names in statements.items()],
        }
        for index, statements in by_cell.items()
    ]
    request = {
        "file": str(file),
        "shown": shown,
        "names": {str(index): list(names) for index, names in wanted.names.items()},
        "imports": list(wanted.imports),
    }
    measuring = set(wanted.names) | set(by_cell)
    call = partial(code_to_call, package=METRICS_PACKAGE)
    return Attendant(
        first=code_to_watch_metrics(request),
        after_cell=lambda index: call("after_cell", index) if index in measuring else "",
        last=f"({call('finish')}, {code_to_remove(METRICS_PACKAGE)}) and None",
        forked=call("write_to", str(file)),
    )


def read_metrics(file: Path) -> tuple[dict[str, float], dict[str, str]]:
    """Return the numbers and the versions that a run has written so far; none where it has written nothing."""
    try:
        told = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}, {}
    return dict(told["metrics"]), dict(told["versions"])


def glued(document: Any) -> dict[str, float]:
    """Return the numbers that an executed notebook has handed out by scrapbook, or by papermill's older ``record``."""
    found: dict[str, float] = {}
    for cell in document.get("cells", ()):
        for output in cell.get("outputs", ()):
            data = output.get("data", {})
            scrap, record = data.get(SCRAP), data.get(RECORD)
            if isinstance(scrap, Mapping):
                found |= _numbers({scrap.get("name"): scrap.get("data")})
            if isinstance(record, Mapping):
                found |= _numbers(record)
    return found


def _numbers(told: Mapping[Any, Any]) -> dict[str, float]:
    return {str(name): value for name, value in told.items() if type(value) in (int, float)}
