"""A notebook and its parameters go in; what it shows comes out, run in the plain way and forked, without what differs
between any two runs: process ids, addresses, random names, times."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from nb2prod.notebook.model import Notebook
from nb2prod.runs.execute import execute
from nb2prod.runs.forking.trunk import Trunk

OF_ONE_RUN = (
    (r"ipykernel_\d+", "ipykernel_PID"),
    (r"\b0x[0-9a-f]{6,}\b", "0xADDRESS"),
    (r"(?<![0-9a-f])[0-9a-f]{32}(?![0-9a-f])", "NAME"),
    (r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b", "UUID"),
    (r"(CPU times: user|sys:|total:|Wall time:) [^,\n\\]+", r"\1 TIME"),
    (r"(?<![\d.])\d+\.\d s(?=\\n)", "TIME"),
    (r"\[\d+:\d\d[^\]]*it/s\]", "TIME"),
)


def normal(text: str) -> str:
    for pattern, name in OF_ONE_RUN:
        text = re.sub(pattern, name, text)
    return text


def shown(document: Any) -> list[str]:
    """Return, for each code cell, its source, number and outputs as text."""
    return [
        normal(
            json.dumps(
                [cell.source, cell.execution_count, cell.outputs, cell.metadata.papermill.status],
                indent=1,
                ensure_ascii=False,
            )
        )
        for cell in document.cells
        if cell.cell_type == "code"
    ]


def widgets(document: Any) -> list[str]:
    """Return what is kept of widgets, without their random names."""
    kept = document.metadata.get("widgets", {}).get("application/vnd.jupyter.widget-state+json", {}).get("state", {})
    return sorted(normal(json.dumps(state, sort_keys=True, ensure_ascii=False)) for state in kept.values())


def plainly(notebook: Notebook, parameters: Mapping[str, Any], **options: Any) -> Any:
    return execute(notebook, parameters=parameters, **options).notebook


def forked(notebook: Notebook, shared: int, runs: Iterable[Mapping[str, Any]], **options: Any) -> list[Any]:
    """Return the documents of runs that were made at once, each in a fork."""
    runs = list(runs)
    ways: list[tuple[int, str]] = []
    with Trunk(notebook, shared=shared, parameters=runs[0]) as trunk, ThreadPoolExecutor(len(runs)) as pool:
        assert trunk.obstacles == (), trunk.obstacles
        heard = lambda *way: ways.append(way)  # noqa: E731
        made = pool.map(lambda parameters: trunk.branch(parameters, on_shared=heard, **options), runs)
        documents = [run.notebook for run in made]
    assert ways == [(shared, "")] * len(runs)
    return documents
