"""Write the artifacts and their record."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ..files import ARTIFACTS_DIR
from . import record
from .catalog import CATALOG


def save(
    values: Mapping[str, Any],
    *,
    parameters: Any,
    metrics: Mapping[str, Any],
    folder: Path = ARTIFACTS_DIR,
) -> str:
    """Write every artifact of the catalog and the record; return the model version.

    The same values give the same bytes. ``parameters`` is a mapping or the pipeline's settings.

    Raises:
        ArtifactError: if ``values`` are not those that the catalog names.
    """
    if set(values) != set(CATALOG):
        odd = ", ".join(sorted(set(values) ^ set(CATALOG)))
        raise record.ArtifactError(f"Artifacts and catalog differ in: {odd}.")
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder, prefix=".unfinished-") as unfinished:
        artifacts = {name: _write(name, values[name], Path(unfinished)) for name in CATALOG}
        for entry in artifacts.values():
            Path(unfinished, entry["file"]).replace(folder / entry["file"])
    version = record.model_version(artifacts)
    record.write(
        folder,
        {
            "model_version": version,
            "artifacts": artifacts,
            "metrics": metrics,
            "parameters": _plain(parameters),
        },
    )
    return version


def _write(name: str, value: Any, folder: Path) -> dict[str, Any]:
    entry = CATALOG[name]
    path = folder / entry.file
    details = entry.kind.save(value, path)
    return {
        "file": entry.file,
        "kind": entry.kind.__name__.rpartition(".")[2].removesuffix("_file"),
        "sha256": record.sha256(path),
        "size": path.stat().st_size,
        "details": details,
    }


def _plain(parameters: Any) -> Any:
    return parameters.model_dump(mode="json") if hasattr(parameters, "model_dump") else parameters
