"""Drift of a known size is put into the notebook's rows: the service has to name what has moved, and nothing else."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Sequence
from typing import Any

from tests.examples.example import Example, How
from tests.examples.moving import Path, Rows, leaves, moved, put
from tests.templates.test_samples import ask

ROWS = 300
"""Records within which docs/service.md promises to find it."""
PATIENCE = 30.0
"""Seconds until a comparison is a new one."""


def drift(example: Example, how: How) -> str:
    """Move one field after the other, and look at ``GET /drift``."""
    columns = {each["name"]: each for each in _baseline(example)["columns"]}
    rows = (example.requests * ROWS)[:ROWS]
    found, refused = [], []
    with example.serving(DRIFT_WINDOW=str(ROWS), DRIFT_MOST="1000000", PREDICTION_LOG="false") as port:
        before = _drifted(port, rows, set()) & set(columns)
        for part, changed, names in _parts(rows, columns):
            if _is_refused(port, changed):
                refused.append(part)
                continue
            now = _drifted(port, changed, names) & set(columns)
            more = {name for name in now - before if not _belongs(name, part)}
            assert names <= now, f"{part or 'the value'} has moved, and {sorted(names - now)} are not drifted"
            assert not more, f"{part or 'the value'} has moved, and {sorted(more)} are drifted, too"
            found.append(f"{part or 'the value'} ({len(names)} places)" if len(names) > 1 else part or "the value")
    assert found, "no field can be moved"
    said = f"{len(found)} moved, each found alone in {ROWS} records: {', '.join(found)}"
    return f"{said}; the model has no answer where these move: {', '.join(refused)}" if refused else said


def _is_refused(port: int, rows: Rows) -> bool:
    """Whether the model has no answer to any of the rows; what is refused is not counted."""
    return bool(ask(port, "POST", "/predict", {"records": rows[:1]})[0] == 422)


def _baseline(example: Example) -> Any:
    return json.loads((example.repository / "artifacts" / "drift-baseline.json").read_text())


def _parts(rows: Rows, columns: dict[str, Any]) -> list[tuple[str, Rows, set[str]]]:
    """Return each field that can be moved (``""`` where a record is one value), the rows then, and what moves."""
    first = rows[0]
    parts: list[str] = list(first) if isinstance(first, dict) else [""]
    found = []
    for part in parts:
        paths = [path for path, _ in leaves(first) if not part or path[0] == part]
        changed, names = rows, set()
        for path in paths:
            column = columns.get(_name(path))
            values = column and moved([dict(leaves(row)).get(path) for row in changed], column)
            if values:
                changed = [put(row, path, value) for row, value in zip(changed, values, strict=True)]
                names.add(_name(path))
        if names:
            found.append((part, changed, names))
    return found


def _name(path: Path) -> str:
    """Return what drift calls a place in a record."""
    texts = [f"[{each}]" if isinstance(each, int) else f".{each}" for each in path]
    return "".join(texts).removeprefix(".")


def _belongs(name: str, part: str) -> bool:
    return not part or re.match(rf"{re.escape(part)}($|[\[. ])", name) is not None


def _drifted(port: int, rows: Sequence[Any], wanted: set[str]) -> set[str]:
    """Send the rows, which fill the window; return what is called drifted when all that is wanted is, or time is up."""
    status, said = ask(port, "POST", "/predict", {"records": list(rows)})
    assert status == 200, (said["detail"], said["errors"][:3])
    until = time.monotonic() + PATIENCE
    while True:
        time.sleep(1.1)  # so long a comparison holds
        status, said = ask(port, "GET", "/drift")
        assert status == 200 and said["state"] in ("drift", "no drift"), said
        found = {each["name"] for each in (*said["fields"], *said["answers"]) if each["drifted"]}
        if wanted <= found or time.monotonic() > until:
            return found
