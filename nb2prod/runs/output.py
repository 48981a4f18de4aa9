"""An executed notebook goes in, again and again; a file comes out that is whole at every moment, or is what it was."""

from __future__ import annotations

import contextlib
import errno
import glob
import json
import os
import secrets
import stat
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nb2prod.errors import Problem, UnusableInput
from nb2prod.notebook.load_nbformat import load_nbformat

ENDING = ".ipynb"
PART = ".part"
"""How the names of files end that are being written."""
PAUSE = 0.02
"""Seconds between two writings: many cells that take a millisecond each are written together."""
CELLS = "\0cells\0"
"""Stands for the cells in the frame of the file; no text of a notebook in JSON has this character as it is."""


class OutputNotebook:
    """A notebook's file, written by a thread of its own while the kernel works.

    What has not changed since the last time is not made into JSON again. The bytes are those of ``nbformat.write``.
    """

    def __init__(self, path: Path, *, not_this: Path | None = None, ending: str = ENDING) -> None:
        """Raise ``UnusableInput`` where ``path`` cannot be written, or is ``not_this``, the notebook that is run."""
        self.path = checked(path, not_this, ending)
        self._texts: dict[int, str] = {}
        self._written: list[str] = []
        """The cells that are in the file."""
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="nb2prod-output")
        self._lock = threading.Lock()
        self._waiting: _Text | None = None
        self._busy = False
        self._closing = threading.Event()

    def begin(self, document: Any) -> None:
        """Write the document for the first time, with what an earlier writer that was killed has left cleared away.

        Raises ``UnusableInput`` where that fails.
        """
        clear_away(self.path)
        self._write(self._text(document))

    def changed(self, position: int) -> None:
        """Have the cell at this position made into JSON again the next time."""
        self._texts.pop(position, None)

    def save(self, document: Any) -> None:
        """Have the document written as it is now, at once or as soon as what is being written is.

        What could not be written is said by :meth:`finish`, if it still cannot then.
        """
        text = self._text(document)
        with self._lock:
            self._waiting = text
            if not self._busy:
                self._busy = True
                self._writer.submit(self._write_waiting)

    def finish(self, document: Any) -> None:
        """Write the document and wait for it. Raises ``UnusableInput`` where that fails: the file is as it was then."""
        text = self._text(document)
        self.close()
        self._write(text)
        _sync_folder(self.path.parent)

    def finish_without_outputs(self, document: Any) -> None:
        """Write the document, after :meth:`finish` could not, without the outputs that are not in the file yet.

        Where that fails too, the file stays as it is.
        """
        text = self._text(document)
        cells = list(text.cells)
        for position, cell in enumerate(document.cells):
            if cell.get("outputs") and self._written[position : position + 1] != [cells[position]]:
                cells[position] = _cell_text(dict(cell, outputs=[_no_room()]))
        with contextlib.suppress(OSError):
            write_whole(self.path, _Text(text.frame, cells).whole())

    def close(self) -> None:
        """End the thread, whatever waits."""
        self._closing.set()
        self._writer.shutdown(wait=True)

    def _write(self, text: _Text) -> None:
        try:
            write_whole(self.path, text.whole())
        except OSError as error:
            raise UnusableInput(_not_written(self.path, error)) from None
        self._written = text.cells

    def _write_waiting(self) -> None:
        """Write what is waiting, the newest only, with a pause between."""
        while True:
            with self._lock:
                text, self._waiting = self._waiting, None
                if text is None or self._closing.is_set():
                    self._busy = False
                    return
            with contextlib.suppress(OSError):
                write_whole(self.path, text.whole())
                self._written = text.cells
            self._closing.wait(PAUSE)

    def _text(self, document: Any) -> _Text:
        metadata = {
            name: value
            for name, value in document.metadata.items()
            if name not in ("orig_nbformat", "orig_nbformat_minor", "signature")
        }
        frame = _json(dict(document, cells=CELLS, metadata=metadata))
        return _Text(frame, [self._cell(position, cell) for position, cell in enumerate(document.cells)])

    def _cell(self, position: int, cell: Any) -> str:
        text = self._texts.get(position)
        if text is None:
            text = self._texts[position] = _cell_text(cell)
        return text


@dataclass(frozen=True)
class _Text:
    """A document at one moment, in JSON that is not put together yet."""

    frame: str
    cells: list[str]

    def whole(self) -> bytes:
        """Return the file's bytes; half a pair of surrogates becomes the escape that JSON has for it."""
        cells = "[\n" + ",\n".join(self.cells) + "\n ]" if self.cells else "[]"
        return (self.frame.replace(json.dumps(CELLS), cells, 1) + "\n").encode("utf-8", "backslashreplace")


def checked(path: Path, not_this: Path | None = None, ending: str = ENDING) -> Path:
    """Return ``path`` absolute, links followed, if a notebook can be written there.

    Raises ``UnusableInput`` with what is in the way: no such folder, a folder, a device, the notebook that is run.
    """
    real = Path(os.path.realpath(path))
    what = remedy = ""
    if not real.name.endswith(ending):
        what, remedy = f"the name does not end in {ending}", "Name the output notebook with this ending."
    elif not_this is not None and real == Path(os.path.realpath(not_this)):
        what, remedy = "this is the notebook that is run", "Name another file for its output."
    elif not real.parent.is_dir():
        what, remedy = "there is no such folder", "Make the folder, or name another file."
    elif real.exists() and not stat.S_ISREG(real.stat().st_mode):
        what, remedy = "this is no ordinary file", "Name another file."
    if what:
        raise UnusableInput(Problem(what, f"the output notebook {path}", remedy))
    return real


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that a reader finds the old one or the new one and nothing between, also after a power cut.

    Which of the two it finds after that is certain once the folder has been synchronised too. The
    mode of a file that is there stays. Raises ``OSError``; the file is as it was then.
    """
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}{PART}")
    try:
        with part.open("xb") as file:
            _hold(file.fileno())
            file.write(content)
            file.flush()
            with contextlib.suppress(OSError):
                part.chmod(stat.S_IMODE(path.stat().st_mode))
            os.fsync(file.fileno())
        part.replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
        raise


def _sync_folder(folder: Path) -> None:
    """Have the folder's entries on the disk, where the system can do that."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _hold(handle: int) -> bool:
    """Lock the file for as long as it is open; say whether that went."""
    try:
        import fcntl

        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (ImportError, OSError):
        return False
    return True


def clear_away(path: Path) -> None:
    """Remove what writers of a file have left that were killed: nobody holds it."""
    for part in path.parent.glob(f".{glob.escape(path.name)}.*{PART}"):
        with contextlib.suppress(OSError), part.open("rb") as file:
            if _hold(file.fileno()):
                part.unlink()


def _not_written(path: Path, error: OSError) -> Problem:
    remedies = {
        errno.ENOSPC: "Make room on that disk, or name a file on another.",
        errno.EDQUOT: "Make room within your quota, or name a file elsewhere.",
        errno.EFBIG: "Allow larger files there, or name a file elsewhere.",
    }
    why = os.strerror(error.errno) if error.errno else str(error)
    remedy = remedies.get(error.errno or 0, "Name a file in a folder that you may write to.")
    return Problem(f"cannot be written: {why}", f"the output notebook {path}", remedy)


def _no_room() -> Any:
    """Return an output that says that there were others."""
    said = "nb2prod: what this cell showed is not here: there was no room to write it\n"
    return {"output_type": "stream", "name": "stderr", "text": said}


def _cell_text(cell: Any) -> str:
    return "  " + _json(_split(cell)).replace("\n", "\n  ")


def _split(cell: Any) -> Any:
    """Return the cell as it stands in files: texts as lists of lines."""
    from nbformat.v4 import rwbase

    writing: Any = rwbase  # it has no types
    small = load_nbformat().from_dict({"metadata": {}, "cells": [cell]})
    return writing.strip_transient(writing.split_lines(small)).cells[0]


def _json(value: Any) -> str:
    from nbformat.v4.nbjson import BytesEncoder

    return json.dumps(value, cls=BytesEncoder, indent=1, sort_keys=True, separators=(",", ": "), ensure_ascii=False)
