"""A quicker way to an answer beside the notebook's own code: there is none in this repository."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

WHY = "there is nothing here that could be compiled"


def compiled(folder: Path) -> tuple[str, ...]:
    """Return the artifacts that have a compiled form."""
    return ()


def load(
    folder: Path, version: str, values: Mapping[str, Any], original: Callable[[list[Any]], list[Any]]
) -> tuple[Callable[[Any], Any] | None, dict[str, Any]]:
    """Return what answers a record more quickly, here nothing, and what ``/model`` says of it."""
    return None, {"way": "original", "why": WHY}


def main() -> None:
    """Say that there is nothing to do, with ``--json`` as an object."""
    words = f"answers come from the notebook's own code: {WHY}"
    print(json.dumps({"ok": False, "why": WHY, "words": words}) if "--json" in sys.argv else words)


if __name__ == "__main__":
    main()
