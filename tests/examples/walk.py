"""Every example the whole way, as its owner would go it; a table of what was seen comes out.

``python -m tests.examples.walk --folder FOLDER [--only NAME ...] [--check CHECK ...] [--pictures FOLDER]``

Each example is exported with full proof into the folder, where it stays: a check can be repeated, and what is there is
not exported again. Somebody has to look at the pictures.
"""

from __future__ import annotations

import argparse
import sys
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from rich.console import Console
from rich.table import Table

from tests.examples.client import oip
from tests.examples.database import postgresql
from tests.examples.drifting import drift
from tests.examples.example import Example, How
from tests.examples.exporting import exported
from tests.examples.own import hostile, own_tests, restarts, set_up
from tests.examples.page import page
from tests.workflows.test_examples import EXAMPLES

CHECKS: dict[str, Callable[[Example, How], str]] = {
    "export": exported,
    "setup": set_up,
    "test": own_tests,
    "hostile": hostile,
    "restarts": restarts,
    "drift": drift,
    "oip": oip,
    "postgresql": postgresql,
    "page": page,
}
FIRST = ("export", "setup")
"""What the others need."""
MOST_WORDS = 1500
"""Characters of what a check said."""
NAMES = sorted(path.stem for path in EXAMPLES.glob("*.ipynb"))


@dataclass(frozen=True)
class Seen:
    """What one check of one example came to."""

    example: str
    check: str
    ok: bool
    said: str
    seconds: float


def looked(example: Example, checks: Sequence[str], how: How) -> Iterator[Seen]:
    """Yield what each check came to; without a repository the others have nothing to look at."""
    for check in checks:
        if check not in FIRST and not example.python.exists():
            yield _seen(example, "setup", how)
        yield _seen(example, check, how)
        if not example.repository.exists():
            return


def _seen(example: Example, check: str, how: How) -> Seen:
    began = time.monotonic()
    try:
        ok, said = True, CHECKS[check](example, how)
    except (Exception, pytest.skip.Exception) as error:
        traceback.print_exc(limit=-5)
        ok, said = False, f"{type(error).__name__}: {error}"
    return Seen(example.repository.name, check, ok, " ".join(said.split())[:MOST_WORDS], time.monotonic() - began)


def table(seen: Sequence[Seen]) -> Table:
    """Return a row for each example, with the seconds of each check or that it failed."""
    found = {(each.example, each.check): each for each in seen}
    names, checks = (list(dict.fromkeys(each)) for each in zip(*found, strict=True))
    made = Table("example", *checks)
    for name in names:
        made.add_row(name, *(_cell(found.get((name, check))) for check in checks))
    return made


def _cell(seen: Seen | None) -> str:
    return "not tried" if seen is None else f"{'ok' if seen.ok else 'FAILED'} {seen.seconds:.0f} s"


def main() -> int:
    """Walk; return 1 if anything was not as it has to be."""
    parser = argparse.ArgumentParser(prog="python -m tests.examples.walk", description=__doc__.partition("\n")[0])
    parser.add_argument("--folder", type=Path, required=True, help="where repositories are, and stay")
    parser.add_argument("--only", nargs="+", default=NAMES, metavar="NAME", help=f"of {', '.join(NAMES)}")
    parser.add_argument(
        "--check", nargs="+", default=list(CHECKS), choices=CHECKS, metavar="CHECK", help=", ".join(CHECKS)
    )
    parser.add_argument("--pictures", type=Path, help="where pictures are written; else below the folder")
    parser.add_argument("--bodies", type=int, default=5000, help="of the hostile corpus")
    parser.add_argument("--restarts", type=int, default=3, help="of two workers")
    parser.add_argument("--rate", type=float, default=200, help="requests a second meanwhile")
    given = parser.parse_args()
    folder = given.folder.absolute()
    folder.mkdir(parents=True, exist_ok=True)
    how = How(given.bodies, given.restarts, given.rate, (given.pictures or folder / "pictures").absolute())
    seen = []
    for name in given.only:
        for each in looked(Example(EXAMPLES / f"{name}.ipynb", folder / name), given.check, how):
            seen.append(each)
            words = f"{'ok' if each.ok else 'FAILED'}, {each.seconds:.0f} s"
            print(f"{each.example} {each.check}: {words}: {each.said}", flush=True)
    Console(width=140).print(table(seen))
    return int(not all(each.ok for each in seen))


if __name__ == "__main__":
    sys.exit(main())
