"""Read the artifacts, each only after its sha256 was found to be the recorded one."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..files import ARTIFACTS_DIR
from .catalog import CATALOG
from .record import NAME, ArtifactError, model_version, read, sha256
from .signature import holds


@dataclass(frozen=True)
class Loaded:
    """The artifacts by name, and their record."""

    values: dict[str, Any]
    record: dict[str, Any]


def load(folder: Path = ARTIFACTS_DIR, unread: Collection[str] = ()) -> Loaded:
    """Check all files, then read them; the values of those that are to stay ``unread`` are None.

    Raises:
        ArtifactError: if a file is missing or is not the recorded one; the message names it; if there is a key
            and the record is not signed with it.
    """
    record = read(folder)
    if not holds(record):
        raise ArtifactError(
            f"{folder / NAME} is not signed with ARTIFACTS_KEY. Train with that key, or, if you trust what is there, "
            f"sign it: python -m {__package__.partition('.')[0]}.sign"
        )
    artifacts = record.get("artifacts", {})
    problems = [problem for name in CATALOG if (problem := _problem(name, artifacts, folder))]
    if not problems and record.get("model_version") != model_version(artifacts):
        problems.append("record.json was changed: its model_version does not fit its artifacts.")
    if problems:
        raise ArtifactError("\n".join(problems))
    values: dict[str, Any] = {}
    for name in sorted(CATALOG, key=lambda name: len(CATALOG[name].needs)):
        details = artifacts[name].get("details", {})
        values[name] = None if name in unread else CATALOG[name].load(folder, details, values)
    return Loaded(values, record)


def _problem(name: str, artifacts: Mapping[str, Any], folder: Path) -> str:
    """Say why the file must not be read; nothing if it may."""
    path = folder / CATALOG[name].file
    if name not in artifacts:
        return f"record.json knows no artifact {name!r}. Run `make train`."
    if not path.is_file():
        return f"{path} is missing. Run `make train`."
    if sha256(path) != artifacts[name]["sha256"]:
        return f"{path} is not the recorded file: its sha256 differs. Run `make train`."
    return ""
