"""Changed and new cells into an ``.ipynb`` file, with every other byte as it was."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nb2prod.errors import Problem, UnusableInput
from nb2prod.notebook.edits import CellEdit, CellInsertion, Edited, edited
from nb2prod.notebook.model import Notebook
from nb2prod.notebook.rewriting import BYTE_ORDER_MARK, rewritten
from nb2prod.notebook.texts import joined


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
    text = _text(path)
    document = _document(text, path)
    cells = document["cells"]
    positions = [n for n, cell in enumerate(cells) if cell.get("cell_type") == "code"]
    sources = [joined(cells[position].get("source")) for position in positions]
    if [_plain(source) for source in sources] != [cell.source for cell in notebook.cells]:
        raise _changed_meanwhile(path)
    edits = [
        CellEdit(positions[index], metadata=_additions(cells[positions[index]], tag, (options or {}).get(index)))
        for index, tag in tags.items()
    ]
    insertions = []
    if new is not None:
        position = len(cells) if new.after is None else positions[new.after] + 1
        insertions = [CellInsertion(position, new.source, (new.tag,))]
    replace_file(path, rewritten(text, document, edited(document, edits, insertions)))


def write_edited(path: Path, document: Mapping[str, Any], after: Edited) -> None:
    """Make of the file at ``path``, which holds ``document``, what ``after`` says.

    The file is replaced as a whole or not at all; what is not changed keeps its bytes. Raises ``UnusableInput`` where
    the file is of nbformat 3, cannot be written, or no longer holds ``document``.
    """
    text = _text(path)
    found = _document(text, path)
    if json.dumps(found) != json.dumps(document):  # NaN, which outputs may hold, is not equal to itself
        raise _changed_meanwhile(path)
    replace_file(path, rewritten(text, found, after))


def _text(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UnusableInput(Problem(f"cannot be read: {error}", str(path), "check its permissions")) from None


def _document(text: str, path: Path) -> dict[str, Any]:
    try:
        document: Any = json.loads(text.removeprefix(BYTE_ORDER_MARK))
    except (ValueError, RecursionError):
        raise _changed_meanwhile(path) from None
    if not isinstance(document, dict) or document.get("nbformat") != 4:
        version = document.get("nbformat") if isinstance(document, dict) else None
        what = f"is of nbformat {version}, whose cells have no tags"
        remedy = "open it in JupyterLab and save it, which makes it nbformat 4; then try again"
        raise UnusableInput(Problem(what, path.name, remedy))
    return document


def _plain(source: str) -> str:
    return source.replace("\r\n", "\n").replace("\r", "\n")


def _changed_meanwhile(path: Path) -> UnusableInput:
    what = "has changed while it was read"
    return UnusableInput(Problem(what, path.name, "save it, close other editors of it, and try again"))


def _additions(cell: Mapping[str, Any], tag: str, options: Mapping[str, str] | None) -> dict[str, Any]:
    """Return what a cell's metadata get."""
    tags = cell.get("metadata", {}).get("tags")
    added: dict[str, Any] = {"nb2prod": dict(options)} if options else {}
    return {**added, "tags": [*(tags if isinstance(tags, list) else []), tag]}


def replace_file(path: Path, text: str) -> None:
    """Put ``text`` in the file's place at once, with the permissions of the file that is there.

    Raises ``UnusableInput`` where it cannot be written.
    """
    target = path.resolve()
    part = ""
    try:
        handle, part = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.", suffix=".part")
        with os.fdopen(handle, "wb") as file:
            file.write(text.encode("utf-8"))
            file.flush()
            os.fsync(file.fileno())
        if target.exists():
            shutil.copymode(target, part)
        else:
            Path(part).chmod(0o644)
        Path(part).replace(target)
    except OSError as error:
        what = f"cannot be written: {error.strerror or error}"
        raise UnusableInput(Problem(what, str(path), "check the folder's permissions and the disk")) from None
    finally:
        if part:
            Path(part).unlink(missing_ok=True)
