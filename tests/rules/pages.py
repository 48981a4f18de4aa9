"""``python -m tests.rules.pages FOLDER [--check]``: write the pages of the rules, or say which of them are stale."""

from __future__ import annotations

import sys
from pathlib import Path

from nb2prod.rules.pages import pages


def stale(folder: Path) -> list[str]:
    """Return the names of the files that are missing, different or too many."""
    wanted = pages()
    there = {path.name: path.read_text(encoding="utf-8") for path in folder.glob("*.md")}
    return sorted(name for name in wanted.keys() | there.keys() if wanted.get(name) != there.get(name))


def write(folder: Path) -> None:
    """Write all pages, and remove those of rules that are no more."""
    folder.mkdir(parents=True, exist_ok=True)
    wanted = pages()
    for path in folder.glob("*.md"):
        if path.name not in wanted:
            path.unlink()
    for name, text in wanted.items():
        (folder / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    place = Path(sys.argv[1])
    if "--check" in sys.argv:
        wrong = stale(place)
        raise SystemExit(f"write them anew by make docs: {', '.join(wrong)}" if wrong else 0)
    write(place)
