"""Two runs go in; what differs between them comes out: what they were given, what they measured, what they showed."""

from __future__ import annotations

import difflib
import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from nb2prod.ledger.model import RunRecord
from nb2prod.notebook.texts import joined
from nb2prod.rules.secret_texts import harmless
from nb2prod.runs.execute import INJECTED
from nb2prod.workflows.runs_as_data import plain, shown_parameters

MOST_LINES = 40
"""Lines of a difference between two cells' outputs that are told."""


def compared(one: RunRecord, other: RunRecord, within: Path | None = None) -> dict[str, Any]:
    """Return what differs, each as a pair, and ``null`` for what one of them has not; ``same`` counts the rest.

    Executed notebooks are read wherever they are, or only in the folder ``within``.
    """
    parameters = _pairs(shown_parameters(one.parameters), shown_parameters(other.parameters))
    metrics = _pairs(plain(one.metrics), plain(other.metrics))
    versions = _pairs(one.versions, other.versions)
    about = {
        "status": (one.status.value, other.status.value),
        "notebook": (one.notebook, other.notebook),
        "notebook_sha256": (one.sha256, other.sha256),
        "git_commit": (one.git_commit, other.git_commit),
        "kernel": (one.kernel, other.kernel),
        "seconds": (one.seconds, other.seconds),
        "peak_memory": (one.peak_memory, other.peak_memory),
    }
    return {
        "runs": [one.id, other.id],
        "about": {name: list(pair) for name, pair in about.items() if pair[0] != pair[1]},
        "parameters": parameters,
        "metrics": {name: [*pair, _difference(*pair)] for name, pair in metrics.items()},
        "versions": versions,
        "same": {
            "parameters": len({*one.parameters, *other.parameters}) - len(parameters),
            "metrics": len({*one.metrics, *other.metrics}) - len(metrics),
            "versions": len({*one.versions, *other.versions}) - len(versions),
        },
        "outputs": _outputs(one, other, within),
    }


def lies_within(output: str, folder: Path) -> bool:
    """Return whether an executed notebook lies in a folder, wherever links lead."""
    try:
        return Path(output).resolve().is_relative_to(folder.resolve())
    except (OSError, RuntimeError, ValueError):  # links in a circle, a name that cannot be
        return False


def _pairs(one: Mapping[str, Any], other: Mapping[str, Any]) -> dict[str, list[Any]]:
    names = dict.fromkeys([*one, *other])
    found = {name: [one.get(name), other.get(name)] for name in names}
    return {name: pair for name, pair in found.items() if not _same(*pair) or (name in one) != (name in other)}


def _same(one: Any, other: Any) -> bool:
    return type(one) is type(other) and bool(one == other)


def _difference(one: Any, other: Any) -> float | None:
    return other - one if all(type(each) in (int, float) for each in (one, other)) else None


def _outputs(one: RunRecord, other: RunRecord, within: Path | None) -> dict[str, Any]:
    """Return the cells whose outputs differ, by what each shows; or why that cannot be told."""
    documents, problems = [], []
    for run in (one, other):
        document, problem = _document(run, within)
        documents.append(document)
        problems += [problem] if problem else []
    if None in documents:
        return {"cells": None, "problems": problems}
    cells = [_code_cells(document) for document in documents if document is not None]
    changed = [
        {"cell": index, "difference": lines}
        for index in range(max(map(len, cells)))
        if (lines := _lines_between(_shown(cells[0], index), _shown(cells[1], index), one.id, other.id))
    ]
    return {"cells": changed, "problems": problems}


def _document(run: RunRecord, within: Path | None) -> tuple[Any, str]:
    """Return a run's executed notebook, and what a person should know of it."""
    if not run.output:
        return None, f"{run.id} has written no notebook"
    if within is not None and not lies_within(run.output, within):
        return None, f"the notebook of {run.id} lies outside the folder that Jupyter shows"
    try:
        content = Path(run.output).read_bytes()
        document = json.loads(content)
        if not isinstance(document, dict):
            raise ValueError
    except (OSError, ValueError, RecursionError):
        return None, f"the notebook of {run.id} cannot be read any more: {run.output}"
    if run.output_sha256 and hashlib.sha256(content).hexdigest() != run.output_sha256:
        return document, f"the notebook of {run.id} was changed since: {run.output}"
    return document, ""


def _code_cells(document: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the code cells, but for the one with the injected parameters, which no notebook has of itself."""
    cells = document.get("cells")
    found = [each for each in cells if isinstance(each, dict)] if isinstance(cells, list) else []
    code = [each for each in found if each.get("cell_type") == "code"]
    return [each for each in code if INJECTED not in (_mapping(each.get("metadata")).get("tags") or ())]


def _shown(cells: list[Mapping[str, Any]], index: int) -> list[str]:
    """Return the lines of what a cell shows; a picture is the hash of its data."""
    outputs = cells[index].get("outputs") if index < len(cells) else None
    lines: list[str] = []
    for output in outputs if isinstance(outputs, list) else []:
        each = _mapping(output)
        if each.get("output_type") == "stream":
            lines += joined(each.get("text")).splitlines()
        elif each.get("output_type") == "error":
            lines.append(f"{each.get('ename')}: {each.get('evalue')}")
        for kind, data in sorted(_mapping(each.get("data")).items()):
            text = joined(data) if isinstance(data, str | list) else json.dumps(data, sort_keys=True)
            lines += text.splitlines() if kind == "text/plain" else [f"[{kind}, sha256 {_hash(text)}]"]
    return lines


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:12]


def _lines_between(one: list[str], other: list[str], name: str, other_name: str) -> list[str]:
    if one == other:
        return []
    lines = list(difflib.unified_diff(one, other, name, other_name, n=1, lineterm=""))
    more = len(lines) - MOST_LINES
    kept = [*lines[:MOST_LINES], *([f"[{more} lines more]"] if more > 0 else [])]
    return [harmless(line) for line in kept]


def _mapping(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
