"""A document and what fixes made of it, to a unified diff for each cell."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from difflib import unified_diff
from pathlib import Path
from typing import Any

from nb2prod.notebook.texts import joined
from nb2prod.rules.secret_texts import redacted_source
from nb2prod.workflows.fixing import Mended


def diff_of(path: Path, document: Mapping[str, Any], mended: Mended, secrets: Sequence[str] = ()) -> tuple[str, ...]:
    """Return the lines; a change of a cell's outputs is one line, since nobody reads their JSON.

    Neither ``secrets`` nor what else looks like one is shown.
    """
    before, after = document.get("cells", []), mended.after.document.get("cells", [])
    lines: list[str] = []
    number = 0
    for cell, origin in zip(after, mended.after.origins, strict=True):
        number += cell.get("cell_type") == "code"
        old = before[origin] if origin is not None else {}
        if cell is not old and cell != old:
            lines += _cell_diff(f"{path}: cell [{number}]", old, cell, secrets)
    return tuple(lines)


def _cell_diff(name: str, old: Mapping[str, Any], new: Mapping[str, Any], secrets: Sequence[str]) -> Iterator[str]:
    before, after = _lines(old, secrets), _lines(new, secrets)
    label = name if old else "/dev/null"
    yield from unified_diff(before, after, label, name, lineterm="")
    if old and old.get("outputs") != new.get("outputs"):
        if before == after:
            yield from (f"--- {name}", f"+++ {name}")
        yield from ("@@ outputs @@", f"-{_size(old)}", f"+{_size(new)}")


def _lines(cell: Mapping[str, Any], secrets: Sequence[str]) -> list[str]:
    """Return a cell as it is compared: a line with its tags, if it has any, and its source without its secrets."""
    text = joined(cell.get("source"))
    metadata = cell.get("metadata")
    tags = metadata.get("tags") if isinstance(metadata, dict) else None
    tagged = [f"# tags: {', '.join(map(str, tags))}"] if tags and isinstance(tags, list) else []
    return [*tagged, *redacted_source(text, secrets).splitlines()]


def _size(cell: Mapping[str, Any]) -> str:
    given = cell.get("outputs")
    outputs = given if isinstance(given, list) else []
    size = len(json.dumps(outputs).encode())
    return f"{len(outputs)} output{'s' if len(outputs) != 1 else ''}, {size:,} bytes"
