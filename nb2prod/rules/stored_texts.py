"""A document's cells to the texts that are stored in them: what they showed, and Markdown."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from nb2prod.notebook.model import Notebook

LONGEST = 500_000
"""Characters of one output that are looked through."""

SCRIPT = re.compile(r"<script\b.*?(?:</script\s*>|\Z)", re.DOTALL | re.IGNORECASE)
_PROGRAM = re.compile(
    r"<(script|style)\b.*?</\1\s*>|(?<=base64,)[A-Za-z0-9+/=\s]+|<svg\b.*?</svg>", re.DOTALL | re.IGNORECASE
)


def output_texts(outputs: object) -> Iterator[str]:
    """Yield the texts of a cell's stored outputs; pictures and programs are none."""
    for output in outputs if isinstance(outputs, list) else ():
        for text in _texts(output if isinstance(output, Mapping) else {}):
            yield without_programs(joined(text)[:LONGEST])


def without_programs(text: str) -> str:
    """Return a text with spaces in place of scripts, styles and embedded pictures: as long as before."""
    return _PROGRAM.sub(lambda found: " " * len(found[0]), text) if "<" in text or "base64," in text else text


def rewritten_outputs(outputs: object, change: Callable[[str], str]) -> tuple[Mapping[str, Any], ...]:
    """Return a cell's outputs with every text of them changed, and all else as it is."""
    return tuple(
        _rewritten(each, change) if isinstance(each, Mapping) else each
        for each in (outputs if isinstance(outputs, list) else ())
    )


def joined(text: object) -> str:
    """Return a text that nbformat has as one, or as a list of lines."""
    if isinstance(text, list):
        return "".join(each for each in text if isinstance(each, str))
    return text if isinstance(text, str) else ""


def outputs_by_cell(notebook: Notebook, document: Mapping[str, Any]) -> Iterator[tuple[int, object]]:
    """Yield each code cell's index and its stored outputs."""
    cells = document.get("cells")
    if isinstance(cells, list):
        for cell in notebook.cells:
            raw = cells[cell.position] if cell.position < len(cells) else {}
            yield cell.index, raw.get("outputs") if isinstance(raw, Mapping) else None


def closing_markdown(notebook: Notebook, document: Mapping[str, Any]) -> str:
    """Return the text of the Markdown cells below the last code cell; that above a code cell is its heading."""
    cells = document.get("cells")
    last = max((cell.position for cell in notebook.cells), default=-1)
    below = cells[last + 1 :] if isinstance(cells, list) else []
    return "\n\n".join(joined(each.get("source")) for each in below if isinstance(each, Mapping))


def _texts(output: Mapping[str, Any]) -> Iterator[object]:
    yield output.get("text")
    yield output.get("evalue")
    yield "\n".join(map(joined, output["traceback"])) if isinstance(output.get("traceback"), list) else ""
    data = output.get("data")
    if isinstance(data, Mapping):
        yield from (value for kind, value in data.items() if _is_text(kind))


def _is_text(kind: object) -> bool:
    return isinstance(kind, str) and kind.startswith("text/") and kind != "text/javascript"


def _rewritten(output: Mapping[str, Any], change: Callable[[str], str]) -> dict[str, Any]:
    new = dict(output)
    for key in ("text", "evalue"):
        if key in new:
            new[key] = _changed(new[key], change)
    if isinstance(new.get("traceback"), list):
        new["traceback"] = [_changed(each, change) for each in new["traceback"]]
    if isinstance(new.get("data"), Mapping):
        new["data"] = {
            kind: _changed(value, change) if _is_text(kind) else value for kind, value in new["data"].items()
        }
    return new


def _changed(text: object, change: Callable[[str], str]) -> object:
    """Return a text changed, in the form that it had; the same where nothing of it is."""
    before = joined(text)
    after = change(before)
    if after == before:
        return text
    return after.splitlines(keepends=True) if isinstance(text, list) else after
