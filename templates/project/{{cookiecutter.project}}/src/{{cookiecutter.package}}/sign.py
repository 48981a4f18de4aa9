"""Sign the model that is in ``artifacts/`` with ``ARTIFACTS_KEY``: for one that was made before there was a key."""

from __future__ import annotations

import json
from pathlib import Path

from .artifacts import signature
from .files import ARTIFACTS_DIR, write_whole

RECORDS = ("record.json", "compiled/verdict.json")
"""What holds the sha256 of all other files."""


def main(folder: Path = ARTIFACTS_DIR) -> None:
    """Sign what is there, and say so."""
    if signature.key_or_none() is None:
        raise SystemExit("ARTIFACTS_KEY is not set: there is nothing to sign with.")
    for path in (folder / name for name in RECORDS):
        if path.is_file():
            said = signature.signed(json.loads(path.read_text(encoding="utf-8")))
            write_whole(path, json.dumps(said, indent=2, ensure_ascii=False) + "\n")
            print(f"signed {path}")


if __name__ == "__main__":
    main()
