"""Arguments as Python code gives them go in; what the workflows take comes out, or all that is wrong with them."""

from __future__ import annotations

import math
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from nb2prod.errors import Problem, UsageError
from nb2prod.runs.model import Limits
from nb2prod.runs.parameters.scalars import as_python

PathLike = str | os.PathLike[str]


def path_of(said: PathLike) -> Path:
    """Return a path, with ``~`` as the shell has it."""
    return Path(said).expanduser()


def parameters_of(given: Mapping[str, Any] | None, where: str) -> dict[str, Any]:
    """Return parameters with Python's own values. Raises ``UsageError`` for what is no mapping of names."""
    if given is None:
        return {}
    if not isinstance(given, Mapping) or not all(isinstance(name, str) for name in given):
        what = "this is no mapping of names to values"
        raise UsageError(Problem(what, where, 'write {"learning_rate": 0.1}'))
    return {name: as_python(value) for name, value in given.items()}


def tags_of(said: str | Iterable[str]) -> tuple[str, ...]:
    """Return the tags; one may stand alone."""
    return (said,) if isinstance(said, str) else tuple(said)


def limits_of(timeout: float | None, cell_timeout: float | None, memory: int | None) -> Limits:
    """Return the limits of a run, in seconds and bytes. Raises ``UsageError`` with all that is wrong with them."""
    problems = [
        Problem("this is no number above 0", name, f"give {unit}, or None for no limit")
        for name, value, unit in (
            ("timeout", timeout, "seconds"),
            ("cell_timeout", cell_timeout, "seconds"),
            ("memory", memory, "bytes, such as 2 * 10**9"),
        )
        if value is not None and not _above_zero(value)
    ]
    if problems:
        raise UsageError(problems)
    return Limits(timeout, cell_timeout, None if memory is None else int(memory))


def count_of(said: int | None, name: str) -> int | None:
    """Return a number of things, if one is said. Raises ``UsageError``."""
    if said is None or (isinstance(said, int) and not isinstance(said, bool) and said > 0):
        return said
    raise UsageError(Problem("this is no whole number above 0", name, "give 1 or more, or leave it out"))


def _above_zero(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value > 0 and math.isfinite(value)
