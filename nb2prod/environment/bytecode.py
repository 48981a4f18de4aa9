"""What Python compiles of an environment's libraries, kept for the next fresh environment with the same pins.

A fresh environment has sources only, and compiling what a model and its service import takes several seconds of each
proof. Python uses a compiled file only if its source has the time and size that it was compiled from, and uv links or
copies sources with both, so what is kept can be useless but not wrong.
"""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path

MOST_KEPT = 8
"""Sets of pins whose bytecode is kept, the last used ones; each takes some tens of megabytes."""


def share(bytecode: Path, environment: Path, python: str, pins: Sequence[Path]) -> None:
    """Let what Python writes for ``environment`` below ``bytecode`` be found by later environments with these pins.

    Where nothing can be kept, as in a home that is not there or not writable, everything is compiled anew.
    """
    text = b"\0".join([os.fsencode(python), *(path.read_bytes() for path in pins)])
    with contextlib.suppress(OSError, RuntimeError):  # RuntimeError: there is no home
        kept = _folder() / sha256(text).hexdigest()[:32]
        kept.mkdir(parents=True, exist_ok=True)
        os.utime(kept)
        for folder in {environment.absolute(), environment.resolve()}:
            link = bytecode / folder.relative_to(folder.anchor)
            link.parent.mkdir(parents=True, exist_ok=True)
            link.symlink_to(kept, target_is_directory=True)
        _drop_old(kept.parent)


def _folder() -> Path:
    from platformdirs import user_cache_path

    return user_cache_path("nb2prod", appauthor=False) / "bytecode"


def _drop_old(folder: Path) -> None:
    by_age = sorted(folder.iterdir(), key=lambda kept: kept.stat().st_mtime, reverse=True)
    for kept in by_age[MOST_KEPT:]:
        shutil.rmtree(kept, ignore_errors=True)
