"""A folder for Ray of our own comes out, for a while; those that others have left who were killed go away."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from nb2prod.runs.killing import kill_ours_that_name

PREFIX = "nb2prod-ray-"
LONGEST_FOLDER = 40
"""Characters of the folder that Ray has its sockets below: a whole path has at most 107, and Ray adds 60 of them."""
LOCK = "lock"
"""A file that is locked as long as the folder's owner lives: the system lets go of it, however he ends."""


@contextmanager
def private_folder() -> Iterator[str]:
    """Yield a folder that is ours alone, with a path that is short enough for sockets."""
    base = tempfile.gettempdir()
    if len(base) > LONGEST_FOLDER - len(f"/{PREFIX}12345678/r") and Path("/tmp").is_dir():
        base = "/tmp"
    clear_left_behind(Path(base))
    with tempfile.TemporaryDirectory(prefix=PREFIX, dir=base, ignore_cleanup_errors=True) as folder:
        lock = _locked(Path(folder))
        try:
            yield folder
        finally:
            kill_ours_that_name(folder)  # what Ray has not ended, where it was interrupted itself
            os.close(lock)


def clear_left_behind(base: Path) -> None:
    """Remove the folders in ``base`` whose owner was ours and is gone; one that has no lock (yet) stays."""
    for folder in base.glob(f"{PREFIX}*"):
        with contextlib.suppress(OSError):
            if folder.is_symlink() or folder.stat().st_uid != os.getuid():
                continue
            lock = os.open(folder / LOCK, os.O_RDWR | os.O_NOFOLLOW)
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)  # raises where the owner lives
                shutil.rmtree(folder, ignore_errors=True)
            finally:
                os.close(lock)


def _locked(folder: Path) -> int:
    """Lock a folder's file before it gets its name: under it nobody ever sees one that is free while we live."""
    part = folder / f".{LOCK}"
    lock = os.open(part, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    fcntl.flock(lock, fcntl.LOCK_EX)
    part.rename(folder / LOCK)
    return lock
