"""The text of an ``.ipynb`` file and what its document is to be, to the new text: every other byte stays."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from nb2prod.notebook.edits import Edited
from nb2prod.notebook.json_places import Place, find_places

DEPTH = 4
"""Document, cells, cell, metadata."""
BYTE_ORDER_MARK = "\ufeff"

_Edit = tuple[int, int, str]
"""Start, end, and what stands between them then."""


def rewritten(text: str, document: Mapping[str, Any], after: Edited) -> str:
    """Return the text of ``after`` in the layout of ``text``, whose document is ``document``.

    Cells are added and changed, and members of cells and of their metadata; nothing else of a document is.
    """
    mark = BYTE_ORDER_MARK if text.startswith(BYTE_ORDER_MARK) else ""
    body = text.removeprefix(BYTE_ORDER_MARK)
    cells = find_places(body, DEPTH).members["cells"]
    for start, end, part in sorted(_edits(_Style(body, cells), cells, document["cells"], after), reverse=True):
        body = body[:start] + part + body[end:]
    if json.loads(body) != after.document and not _same(body, after.document):
        # An odd file: better another layout than another content.
        body = _dump(after.document, indent=1) + "\n"
    return mark + body


def _same(body: str, document: Mapping[str, Any]) -> bool:
    """Say whether a text holds the document; NaN, which outputs may hold, is not equal to itself."""
    return json.dumps(json.loads(body), sort_keys=True) == json.dumps(document, sort_keys=True)


def _dump(value: object, **layout: Any) -> str:
    """Return a value's text, which UTF-8 can encode: half a surrogate pair cannot be, but for its escape."""
    text = json.dumps(value, ensure_ascii=False, **layout)
    return json.dumps(value, **layout) if any("\ud800" <= each <= "\udfff" for each in text) else text


def _edits(style: _Style, places: Place, before: Sequence[Mapping[str, Any]], after: Edited) -> Iterator[_Edit]:
    """Yield what changes a list of cells; cells that are new come right behind the one before, or first."""
    last: int | None = None
    new: list[Mapping[str, Any]] = []
    for cell, origin in zip(after.document["cells"], after.origins, strict=True):
        if origin is None:
            new.append(cell)
            continue
        yield from _inserted(style, places, last, new)
        last, new = origin, []
        if cell != before[origin]:
            yield from _members(style, places.elements[origin], before[origin], cell, level=3)
    yield from _inserted(style, places, last, new)


def _inserted(style: _Style, cells: Place, last: int | None, new: Sequence[Mapping[str, Any]]) -> Iterator[_Edit]:
    if not new:
        return
    texts = [style.dump(cell, level=2) for cell in new]
    if last is None:
        at = cells.elements[0].start
        yield at, at, "".join(f"{text},{style.gap(2)}" for text in texts)
    else:
        at = cells.elements[last].end
        yield at, at, "".join(f",{style.gap(2)}{text}" for text in texts)


def _members(
    style: _Style, place: Place, before: Mapping[str, Any], after: Mapping[str, Any], *, level: int
) -> Iterator[_Edit]:
    """Yield what changes the members of an object and, one deeper, of its metadata."""
    if not place.members:
        yield place.start, place.end, style.dump(after, level=level - 1)
        return
    added = {}
    for key, value in after.items():
        if key not in before:
            added[key] = value
        elif value != before[key]:
            old = place.members[key]
            if key == "metadata" and isinstance(before[key], dict) and old.members:
                yield from _members(style, old, before[key], value, level=level + 1)
            else:
                yield old.start, old.end, style.dump(value, level=level)
    yield from _insertions(style, place, added, level=level)


def _insertions(style: _Style, place: Place, added: Mapping[str, Any], *, level: int) -> list[_Edit]:
    """Return the edits that add members to an object that has some, in their place where the keys are in order."""
    keys = list(place.keys)
    at_end = place.members[keys[-1]].end
    parts: dict[int, str] = {}
    for key, value in sorted(added.items()):
        entry = f"{json.dumps(key)}{style.colon}{style.dump(value, level=level)}"
        later = [known for known in keys if known > key]
        if keys == sorted(keys) and later:
            at = place.keys[later[0]]
            parts[at] = parts.get(at, "") + f"{entry},{style.gap(level)}"
        else:
            parts[at_end] = parts.get(at_end, "") + f",{style.gap(level)}{entry}"
    return [(at, at, part) for at, part in parts.items()]


class _Style:
    """How a file is laid out."""

    def __init__(self, text: str, cells: Place) -> None:
        self.newline = "\r\n" if "\r\n" in text else "\n"
        first = cells.elements[0]
        line = text[text.rfind("\n", 0, first.start) + 1 : first.start]
        self.indented = "\n" in text[cells.start : first.start] and not line.strip()
        unit = len(line) // 2 if self.indented else 0
        self.unit = line[:unit] if unit else ""
        colon = text.find(":", first.start)
        self.colon = ": " if text[colon + 1 : colon + 2] == " " else ":"
        self.comma = "," if self.indented else (", " if ", " in text[first.start : first.end] else ",")
        self.ascii = text.isascii() and "\\u" in text

    def gap(self, level: int) -> str:
        """Return what stands between two members of an object, whose own lines are ``level`` deep."""
        return f"{self.newline}{self.unit * level}" if self.indented else self.comma.removeprefix(",")

    def dump(self, value: object, level: int) -> str:
        """Return a value's text for a place ``level`` deep."""
        dump = json.dumps if self.ascii else _dump
        if not self.indented:
            return dump(value, separators=(self.comma, self.colon))
        text = dump(value, indent=self.unit or " ", separators=(",", self.colon))
        return text.replace("\n", f"{self.newline}{self.unit * level}")
