"""``requirements.txt`` goes in, ``requirements-slim.txt`` comes out: what a service with ``SLIM=true`` has imported."""

from __future__ import annotations

import importlib
import re
import sys

from .files import ROOT, write_whole
from .finder import Finder
from .installed import distributions, name_of, with_their_own
from .slim import imported

ASKED_FOR_LATER = ("uvicorn", "httptools", "uvloop", "dotenv")
"""Modules that the server imports when it runs."""
THERE = frozenset({"msgspec", "numpy", "pydantic", "pydantic_settings"})
"""Libraries that compiled code and the service need, too."""


def main() -> None:
    """Load the service with all else hidden, and write the lines; say why not where compiled code cannot answer alone."""
    hidden = imported() - THERE
    sys.meta_path.insert(0, Finder(hidden))
    from .artifacts import ArtifactError
    from .model import Model
    from .schema import EXAMPLE
    from .service.app import create_app

    try:
        model = Model.load(slim=True)
    except ArtifactError as error:
        sys.exit(str(error))
    if EXAMPLE is not None:
        model.predict([EXAMPLE["request"]])
    create_app()
    for name in ASKED_FOR_LATER:
        importlib.import_module(name)
    needed = with_their_own(distributions({name.partition(".")[0] for name in sys.modules} - hidden))
    text = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    blocks = re.findall(r"^[A-Za-z0-9].*(?:\n[ \t].*)*", text, re.MULTILINE)
    lines = [block for block in blocks if name_of(block) in needed]
    write_whole(ROOT / "requirements-slim.txt", "\n".join(lines) + "\n")
    print(f"requirements-slim.txt has {len(lines)} of {len(blocks)} distributions")


if __name__ == "__main__":
    main()
