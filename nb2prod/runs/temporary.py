"""What a folder is for goes in; one for a while comes out, whose name tells whose it is; those of who was killed go."""

from __future__ import annotations

import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

SHORT = "/tmp"
"""Where the paths of sockets are short enough."""


@dataclass
class _Owner:
    mark: str = ""


_OWNER = _Owner()


def belong_to(mark: str) -> None:
    """Have the names of this process's folders tell that they are of whoever is called so."""
    _OWNER.mark = mark


def temporary_folder(kind: str, within: str | None = None) -> tempfile.TemporaryDirectory[str]:
    """Return a folder that is removed in the end, ``within`` that one or where such folders are."""
    mark = f"{_OWNER.mark}-" if _OWNER.mark else ""
    prefix = f"nb2prod-{kind}-{mark}"
    return tempfile.TemporaryDirectory(prefix=prefix, dir=within, ignore_cleanup_errors=True)


def short_place(most: int) -> str:
    """Return where such folders are, or where paths are shorter if that has more than ``most`` characters."""
    default = tempfile.gettempdir()
    return default if len(default) <= most or not os.access(SHORT, os.W_OK | os.X_OK) else SHORT


def clear(mark: str) -> None:
    """Remove the folders of whoever was called so and is gone. What cannot be removed stays."""
    for place in {tempfile.gettempdir(), short_place(0)}:
        for folder in Path(place).glob(f"nb2prod-*-{mark}-*"):
            shutil.rmtree(folder, ignore_errors=True)
