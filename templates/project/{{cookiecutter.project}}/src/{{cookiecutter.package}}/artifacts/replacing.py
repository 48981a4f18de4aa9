"""Put a new model in the place of the served one, and bring the one before back.

Whatever is interrupted is put right by the next one: no model that was whole is lost.
"""

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
from .signature import holds

BEFORE = ".before"
"""Folder, among the artifacts, with those of the model that was served before."""
NEXT = ".before.unfinished"
"""The served model, kept while another takes its place; then it becomes ``BEFORE``."""
OLD = ".before.old"
"""What ``BEFORE`` was until then."""
NEW = ".new"
"""The new model, before it is served."""
RUBBISH = ".rubbish"


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
    recover(folder)
    if not (folder / record.NAME).is_file():
        return save(values, parameters=parameters, metrics=metrics, folder=folder)
    served = record.read(folder)
    gate.check(metrics, served.get("metrics", {}))
    new = folder / NEW
    version = save(values, parameters=parameters, metrics=metrics, folder=new)
    if version == served["model_version"] and holds(served):
        if is_whole(folder):
            discard(new)
            return version
        record.write(new, served)
        copy(new, folder)
    else:
        now = datetime.now().astimezone().isoformat(timespec="seconds")
        record.write(new, {**record.read(new), "trained_at": now})
        take_the_place(new, folder)
    discard(new)
    return version


def roll_back(folder: Path = ARTIFACTS_DIR) -> str:
    """Serve the model before again, keep the present one in its place, and return the version.

    Raises:
        ArtifactError: if there is none.
    """
    recover(folder)
    if not is_whole(folder / BEFORE):
        raise record.ArtifactError(f"There is no model before the one in {folder}.")
    take_the_place(folder / BEFORE, folder)
    return str(record.read(folder)["model_version"])


def take_the_place(source: Path, folder: Path) -> None:
    """Serve the model in ``source``; the served one, where it is whole, is the one before from now on."""
    if is_whole(folder):
        copy(folder, folder / NEXT)
    copy(source, folder)
    finish(folder)


def finish(folder: Path) -> None:
    """Let the model that was kept be the one before."""
    if (folder / NEXT).exists():
        if (folder / BEFORE).exists():
            discard(folder / OLD)
            (folder / BEFORE).rename(folder / OLD)
        (folder / NEXT).rename(folder / BEFORE)
    discard(folder / OLD)


def recover(folder: Path) -> None:
    """Put right what an interrupted ``replace`` or ``roll_back`` has left behind."""
    kept = folder / NEXT
    discard(folder / NEW)
    if is_whole(kept) and not is_whole(folder):
        copy(kept, folder)
    if not is_whole(kept) or version_of(kept) == version_of(folder):
        discard(kept)
    finish(folder)


def is_whole(folder: Path) -> bool:
    """Say whether a model is there with all its files, as they were recorded."""
    try:
        files = record.read(folder)["artifacts"].values()
        return all(record.sha256(folder / each["file"]) == each["sha256"] for each in files)
    except (record.ArtifactError, OSError, KeyError):
        return False


def version_of(folder: Path) -> str:
    """Return a model's version."""
    return str(record.read(folder)["model_version"])


def discard(folder: Path) -> None:
    """Delete a folder; from the first step on nobody takes it for whole."""
    shutil.rmtree(folder.parent / RUBBISH, ignore_errors=True)
    if folder.exists():
        folder.rename(folder.parent / RUBBISH)
        shutil.rmtree(folder.parent / RUBBISH, ignore_errors=True)


def copy(source: Path, target: Path) -> None:
    """Copy a model's files and what was made of it, its record last, so that what is half copied is noticed when it is
    loaded. What was compiled knows of which model it is."""
    target.mkdir(parents=True, exist_ok=True)
    for path in sorted(source.iterdir(), key=lambda path: path.name == record.NAME):
        if path.name.startswith("."):
            continue
        if path.is_file():
            shutil.copy2(path, target)
        else:
            shutil.rmtree(target / path.name, ignore_errors=True)
            shutil.copytree(path, target / path.name)
