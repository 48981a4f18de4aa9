"""``record.json``: which files make up the model, with their sha256, metrics and parameters."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..files import write_whole
from .signature import signed

NAME = "record.json"


class ArtifactError(RuntimeError):
    """An artifact is missing, was changed, or holds something that is not trusted."""


def sha256(path: Path) -> str:
    """Return the file's sha256 as hexadecimal digits."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def model_version(artifacts: Mapping[str, Mapping[str, Any]]) -> str:
    """Return twelve hexadecimal digits made from the artifacts' names and contents."""
    lines = (f"{name} {entry['sha256']}\n" for name, entry in sorted(artifacts.items()))
    return hashlib.sha256("".join(lines).encode()).hexdigest()[:12]


def read(folder: Path) -> dict[str, Any]:
    """Return the record.

    Raises:
        ArtifactError: if there is none, or it cannot be read.
    """
    try:
        record: dict[str, Any] = json.loads((folder / NAME).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ArtifactError(f"No {NAME} in {folder}. Run `make train`.") from None
    except ValueError:
        raise ArtifactError(f"{folder / NAME} is not valid JSON.") from None
    return record


def write(folder: Path, record: Mapping[str, Any]) -> None:
    """Write the record, signed where there is a key: whole, or not at all."""
    text = json.dumps(signed(tidy(record)), indent=2, ensure_ascii=False, allow_nan=False) + "\n"
    write_whole(folder / NAME, text)


def tidy(value: Any) -> Any:
    """Return a value that JSON can hold: numbers that are not finite become null."""
    if isinstance(value, Mapping):
        return {str(key): tidy(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [tidy(item) for item in value]
    if hasattr(value, "item"):
        value = value.item()
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return value if value is None or isinstance(value, bool | int | str) else str(value)
