"""The executed notebook's path of one attempt at a run goes in, that of another attempt comes out: no two share one."""

from __future__ import annotations

from pathlib import PurePath


def path_of_attempt(path: str, *, of: int, attempt: int) -> str:
    """Return where an attempt writes, by where the attempt ``of`` does: ``ID.ipynb``, then ``ID.attempt-2.ipynb``.

    An attempt that seemed lost may be under way all the same, on another machine; whatever it still writes is not
    what the record of its successor names. Attempts are counted from 1; an empty path stays so.
    """
    if not path:
        return ""
    file = PurePath(path)
    return str(file.with_name(f"{file.stem.removesuffix(_said(of))}{_said(attempt)}{file.suffix}"))


def _said(attempt: int) -> str:
    return f".attempt-{attempt}" if attempt > 1 else ""
