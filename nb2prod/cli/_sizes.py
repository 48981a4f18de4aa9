"""An amount of memory as people type it, to bytes."""

from __future__ import annotations

import re

import click

UNITS = {"": 1, "K": 10**3, "M": 10**6, "G": 10**9, "T": 10**12, "KI": 2**10, "MI": 2**20, "GI": 2**30, "TI": 2**40}
_SIZE = re.compile(r"(\d{1,15}(?:\.\d{1,9})?)\s*([KMGT]I?)?B?", re.IGNORECASE)


def size(_: click.Context, option: click.Parameter, said: str | None) -> int | None:
    """Return the bytes of ``2GB``, ``512MB`` or ``1.5GiB``: an option's callback. Raises ``BadParameter``."""
    if said is None:
        return None
    found = _SIZE.fullmatch(said.strip())
    count = int(float(found[1]) * UNITS[(found[2] or "").upper()]) if found else 0
    if count < 1:
        raise click.BadParameter(f"{said!r} is no amount of memory: write 2GB, 512MB or 1.5GiB", param=option)
    return count
