"""Paths of the contents manager to paths of the file system, never outside the folder that the server shows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from nb2prod.errors import Problem, UnusableInput


def root_of(contents: Any) -> Path:
    """Return the folder that the contents manager shows. Raises ``UnusableInput`` where it shows none."""
    root = getattr(contents, "root_dir", None)
    if not root:
        what = "the notebooks of this server are not files in a folder, so there is nothing to run them in"
        raise UnusableInput(Problem(what, remedy="copy the notebook and its data to a server that shows a folder"))
    return Path(root).resolve()


def inside(contents: Any, path: str) -> Path:
    """Return where ``path`` of the contents manager lies. Raises ``UnusableInput`` for whatever lies outside its root,
    is hidden or cannot be a path."""
    root = root_of(contents)
    parts = path.strip("/").split("/")
    if any(part in {"", ".", ".."} or not part.isprintable() or "\\" in part for part in parts):
        raise UnusableInput(Problem("is not a path inside the folder that Jupyter shows", repr(path)[:200]))
    if not contents.allow_hidden and any(part.startswith(".") for part in parts):
        raise UnusableInput(Problem("is hidden", repr(path)[:200], "choose a place whose name has no dot in front"))
    found = root.joinpath(*parts)
    try:
        led = found.resolve()
    except (OSError, RuntimeError):
        raise UnusableInput(Problem("cannot be followed", repr(path)[:200])) from None
    if led != root and not led.is_relative_to(root):
        remedy = "start Jupyter in a folder above it"
        raise UnusableInput(Problem("leads out of the folder that Jupyter shows", repr(path)[:200], remedy))
    return led
