"""Bodies that a service is to answer or to refuse: those that one did not handle once, and drawn ones."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from hashlib import sha256
from pathlib import Path
from random import Random

from .hostile import mutated
from .parity import REQUESTS

KEPT = Path(__file__).parent / "fuzz_kept"
"""A file for each body that the service did not handle once: they are sent before all others, by ``make test``, too."""


def bodies(number: int, seed: int, kept: Path = KEPT) -> Iterator[bytes]:
    """Give those that are kept, and so many drawn ones."""
    for path in sorted(kept.glob("*.body")):
        yield path.read_bytes()
    draw = Random(seed)
    for _ in range(number):
        yield mutated(draw, REQUESTS)


def keep(faults: Iterable[bytes], folder: Path = KEPT) -> list[Path]:
    """Write each body to a file."""
    folder.mkdir(exist_ok=True)
    paths = [folder / f"{sha256(body).hexdigest()[:16]}.body" for body in faults]
    for path, body in zip(paths, faults, strict=True):
        path.write_bytes(body)
    return paths
