"""The folder beside the target that everything happens in: made privately, and gone in the end whatever happened."""

from __future__ import annotations

import errno
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from nb2prod.errors import Nb2ProdError, Problem, UnusableInput
from nb2prod.render.git import uninterrupted
from nb2prod.workflows.model import Progress, Watch

FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
SAYS_FULL = ("No space left on device", "Disk quota exceeded", "File too large", "File size limit exceeded", "SIGXFSZ")


@dataclass
class Work:
    """Where the work is done, who watches it, and what has been done so far."""

    folder: Path
    watch: Watch
    seconds: dict[str, float] = field(default_factory=dict)
    locks: dict[tuple[str, ...], str] = field(default_factory=dict)

    @contextmanager
    def stage(self, key: str, words: str) -> Iterator[None]:
        """Say what begins, and keep how long it took."""
        self.watch(Progress(words, key))
        began = time.monotonic()
        try:
            yield
        finally:
            self.seconds[key] = round(self.seconds.get(key, 0.0) + time.monotonic() - began, 3)


@contextmanager
def working_folder(target: Path, *, dry_run: bool) -> Iterator[Path]:
    """Make a private folder on the target's file system, and remove it in the end; a dry run has it elsewhere.

    Folders above the target that had to be made go again where nothing was put into them. A file system that cannot
    be written to, or is full, becomes an ``UnusableInput``.
    """
    parent = Path(tempfile.gettempdir()) if dry_run else target.parent
    made = [folder for folder in (parent, *parent.parents) if not folder.exists()]
    try:
        parent.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(prefix=".nb2prod-", dir=parent))
    except OSError as error:
        _remove_empty(made)
        raise UnusableInput(_no_place(error, parent)) from None
    try:
        yield folder
    except OSError as error:
        if error.errno not in FULL:
            raise
        raise UnusableInput(disk_full(error.filename or parent)) from None
    except Nb2ProdError as error:
        if not _is_ours(error) or not says_full(str(error)):
            raise
        raise UnusableInput(disk_full(parent)) from None
    finally:
        with uninterrupted():
            shutil.rmtree(folder, ignore_errors=True)
            _remove_empty(made)


def says_full(text: str) -> bool:
    """Return whether a program's last words mean that there was no room on a disk."""
    return any(words in text for words in SAYS_FULL)


def disk_full(place: object) -> Problem:
    """Return the problem of a disk on which there is no room."""
    what = "the disk is full, or a limit for files is reached"
    return Problem(
        what, str(place), "make room (an export needs about a gigabyte while it runs), or choose another disk"
    )


def _no_place(error: OSError, parent: Path) -> Problem:
    if error.errno in FULL:
        return disk_full(parent)
    what = f"the repository cannot be put there: {error.strerror}"
    return Problem(what, str(parent), "choose a destination in a folder that you can write to")


def _is_ours(error: Nb2ProdError) -> bool:
    """Return whether the error comes from our own work and not from a cell, which may fill disks by itself."""
    return not any(problem.where.startswith("cell [") for problem in error.problems)


def _remove_empty(folders: list[Path]) -> None:
    for folder in folders:
        try:
            folder.rmdir()
        except OSError:
            return
