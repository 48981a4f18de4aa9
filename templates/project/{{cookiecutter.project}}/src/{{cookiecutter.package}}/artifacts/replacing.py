"""Put a new model in the place of the served one, and bring the one before back."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from .. import gate
from ..files import ARTIFACTS_DIR
from . import record
from .saving import save

BEFORE = ".before"
"""Folder, among the artifacts, with those of the model that was served before."""


def replace(
    values: Mapping[str, Any],
    *,
    parameters: Any,
    metrics: Mapping[str, float],
    folder: Path = ARTIFACTS_DIR,
) -> str:
    """Save a new model, keep the served one for ``roll_back``, and return the new one's version.

    Raises:
        gate.Refused: if it is worse than the served one, which then stays.
    """
    if not (folder / record.NAME).is_file():
        return save(values, parameters=parameters, metrics=metrics, folder=folder)
    served = record.read(folder)
    gate.check(metrics, served.get("metrics", {}))
    kept = folder / f"{BEFORE}.unfinished"
    shutil.rmtree(kept, ignore_errors=True)
    copy(folder, kept)
    version = save(values, parameters=parameters, metrics=metrics, folder=folder)
    if version == served["model_version"]:
        shutil.copy2(kept / record.NAME, folder)
        shutil.rmtree(kept)
    else:
        now = datetime.now().astimezone().isoformat(timespec="seconds")
        record.write(folder, {**record.read(folder), "trained_at": now})
        shutil.rmtree(folder / BEFORE, ignore_errors=True)
        kept.rename(folder / BEFORE)
    return version


def roll_back(folder: Path = ARTIFACTS_DIR) -> str:
    """Serve the model before again, keep the present one in its place, and return the version.

    Raises:
        ArtifactError: if there is none.
    """
    before, present = folder / BEFORE, folder / f"{BEFORE}.unfinished"
    if not (before / record.NAME).is_file():
        raise record.ArtifactError(f"There is no model before the one in {folder}.")
    shutil.rmtree(present, ignore_errors=True)
    copy(folder, present)
    copy(before, folder)
    shutil.rmtree(before)
    present.rename(before)
    return str(record.read(folder)["model_version"])


def copy(source: Path, target: Path) -> None:
    """Copy a model's files, its record last, so that what is half copied is noticed when it is loaded."""
    target.mkdir(parents=True, exist_ok=True)
    for path in sorted(source.iterdir(), key=lambda path: path.name == record.NAME):
        if not path.name.startswith("."):
            shutil.copy2(path, target)
