"""Tags and a new cell into an ``.ipynb`` file, with every other byte as it was."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nb2prod.errors import Problem, UnusableInput
from nb2prod.notebook.json_places import Place, find_places
from nb2prod.notebook.model import Notebook

DEPTH = 4
"""Document, cells, cell, metadata."""
BYTE_ORDER_MARK = "\ufeff"


_Additions = Mapping[int, Mapping[str, Any]]
"""Position of a cell to what its metadata get."""


@dataclass(frozen=True)
class NewCell:
    """A code cell to put into a notebook."""

    source: str
    tag: str
    after: int | None = None
    """Index of the code cell that it goes right behind; ``None`` for the end of the notebook."""


def write_sections(
    notebook: Notebook,
    tags: Mapping[int, str],
    new: NewCell | None = None,
    options: Mapping[int, Mapping[str, str]] | None = None,
) -> None:
    """Add a tag to code cells of the file that ``notebook`` was read from, by their index, and one new cell.

    ``options`` are the ``metadata["nb2prod"]`` of cells that are tagged.
    The file is replaced as a whole or not at all; what is not changed keeps its bytes. Raises ``UnusableInput`` where
    the file is of nbformat 3, cannot be written, or has changed since it was read.
    """
    if not tags and new is None:
        return
    path = notebook.path
    try:
        text = path.read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UnusableInput(Problem(f"cannot be read: {error}", str(path), "check its permissions")) from None
    document = _document(text, path)
    positions = [n for n, cell in enumerate(document["cells"]) if cell.get("cell_type") == "code"]
    _refuse_changed(notebook, document, positions)
    additions = {
        positions[index]: _additions(document["cells"][positions[index]], tag, (options or {}).get(index))
        for index, tag in tags.items()
    }
    changed = _changed(text, document, additions, new, positions)
    _replace(path, changed)


def _document(text: str, path: Path) -> dict[str, Any]:
    document: Any = json.loads(text.removeprefix(BYTE_ORDER_MARK))
    if document.get("nbformat") != 4:
        what = f"is of nbformat {document.get('nbformat')}, whose cells have no tags"
        remedy = "open it in JupyterLab and save it, which makes it nbformat 4; then try again"
        raise UnusableInput(Problem(what, path.name, remedy))
    return dict(document)


def _refuse_changed(notebook: Notebook, document: dict[str, Any], positions: list[int]) -> None:
    sources = ["".join(document["cells"][position].get("source", "")) for position in positions]
    known = [cell.source for cell in notebook.cells]
    if [source.replace("\r\n", "\n").replace("\r", "\n") for source in sources] != known:
        what = "has changed while it was read"
        raise UnusableInput(Problem(what, notebook.path.name, "save it, close other editors of it, and try again"))


def _changed(
    text: str, document: dict[str, Any], additions: _Additions, new: NewCell | None, positions: list[int]
) -> str:
    """Return the text with what is added to the metadata of cells, by their position, and the new cell."""
    mark = BYTE_ORDER_MARK if text.startswith(BYTE_ORDER_MARK) else ""
    body = text.removeprefix(BYTE_ORDER_MARK)
    cells = find_places(body, DEPTH).members["cells"]
    style = _Style(body, cells)
    edits = [edit for at, added in additions.items() for edit in _edits(style, cells.elements[at], added)]
    wanted = json.loads(json.dumps(document))
    for at, added in additions.items():
        wanted["cells"][at].setdefault("metadata", {}).update(added)
    if new is not None:
        position = len(cells.elements) - 1 if new.after is None else positions[new.after]
        cell = _cell(document, new)
        edits.append((cells.elements[position].end, cells.elements[position].end, style.element(cell)))
        wanted["cells"].insert(position + 1, cell)
    for start, end, part in sorted(edits, reverse=True):
        body = body[:start] + part + body[end:]
    if json.loads(body) != wanted:  # An odd file: better another layout than another content.
        body = json.dumps(wanted, indent=1, ensure_ascii=False) + "\n"
    return mark + body


def _additions(cell: dict[str, Any], tag: str, options: Mapping[str, str] | None) -> dict[str, Any]:
    """Return what a cell's metadata get."""
    tags = cell.get("metadata", {}).get("tags")
    added: dict[str, Any] = {"nb2prod": dict(options)} if options else {}
    return {**added, "tags": [*(tags if isinstance(tags, list) else []), tag]}


def _edits(style: _Style, place: Place, added: Mapping[str, Any]) -> list[tuple[int, int, str]]:
    """Return the edits that add to a cell's metadata: start, end, and what stands between them then."""
    metadata = place.members.get("metadata")
    if metadata is None:
        return _insertions(style, place, {"metadata": added}, level=3)
    if not metadata.members:
        return [(metadata.start, metadata.end, style.dump(added, level=3))]
    known = {key: metadata.members[key] for key in added if key in metadata.members}
    edits = [(old.start, old.end, style.dump(added[key], level=4)) for key, old in known.items()]
    return edits + _insertions(style, metadata, {k: v for k, v in added.items() if k not in known}, level=4)


def _insertions(style: _Style, place: Place, added: Mapping[str, Any], *, level: int) -> list[tuple[int, int, str]]:
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


def _cell(document: dict[str, Any], new: NewCell) -> dict[str, Any]:
    cell: dict[str, Any] = {"cell_type": "code", "execution_count": None}
    minor = document.get("nbformat_minor", 0)
    if isinstance(minor, int) and minor >= 5:
        cell["id"] = _free_id(document, new.source)
    cell["metadata"] = {"tags": [new.tag]}
    cell["outputs"] = []
    cell["source"] = new.source.splitlines(keepends=True)
    return cell


def _free_id(document: dict[str, Any], source: str) -> str:
    """Return an id that no cell has, the same one each time."""
    taken = {cell.get("id") for cell in document["cells"]}
    digest = hashlib.sha256(source.encode()).hexdigest()
    return next(name for start in range(50) if (name := digest[start : start + 8]) not in taken)


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
        if not self.indented:
            return json.dumps(value, separators=(self.comma, self.colon), ensure_ascii=self.ascii)
        text = json.dumps(value, indent=self.unit or " ", separators=(",", self.colon), ensure_ascii=self.ascii)
        return text.replace("\n", f"{self.newline}{self.unit * level}")

    def element(self, value: object) -> str:
        """Return the text of one more cell."""
        return f",{self.gap(2)}{self.dump(value, level=2)}"


def _replace(path: Path, text: str) -> None:
    """Put ``text`` in the file's place at once, with the file's permissions."""
    target = path.resolve()
    part = ""
    try:
        handle, part = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.", suffix=".part")
        with os.fdopen(handle, "wb") as file:
            file.write(text.encode("utf-8"))
            file.flush()
            os.fsync(file.fileno())
        shutil.copymode(target, part)
        Path(part).replace(target)
    except OSError as error:
        what = f"cannot be written: {error.strerror or error}"
        raise UnusableInput(Problem(what, str(path), "check the folder's permissions and the disk")) from None
    finally:
        if part:
            Path(part).unlink(missing_ok=True)
