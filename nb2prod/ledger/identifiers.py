"""Moments to identifiers: short, typed on a command line, and sorted as time goes."""

from __future__ import annotations

import secrets
import time

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
"""Crockford's base 32 (crockford.com/base32.html), in which nothing looks like anything else."""
EPOCH = 1_735_689_600
"""2025-01-01 UTC: six digits of seconds from here last until 2059."""
DIGITS = 6
LOOKS_ALIKE = str.maketrans("oil", "011")


def new_identifier() -> str:
    """Return eight characters: six for the second, two by chance. Whoever uses it asks whether it is taken."""
    seconds = max(0, int(time.time()) - EPOCH) % 32**DIGITS
    number = seconds * 32**2 + secrets.randbelow(32**2)
    return "".join(ALPHABET[number >> shift & 31] for shift in range(5 * (DIGITS + 1), -1, -5))


def as_typed(said: str) -> str:
    """Return what somebody typed as identifiers are written."""
    return said.strip().lower().translate(LOOKS_ALIKE)
