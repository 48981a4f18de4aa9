"""Keras models in Keras' own format: layers and weights, no code; what compile set is left out."""

from __future__ import annotations

import importlib
import io
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zipfile import ZipFile, ZipInfo

import keras

from .record import ArtifactError

PACKAGE = __name__.partition(".")[0]


def save(value: Any, path: Path) -> dict[str, Any]:
    """Write the model; the same model gives the same bytes.

    Raises:
        ArtifactError: if it holds a lambda or a layer that is neither Keras' nor the package's.
    """
    with TemporaryDirectory() as folder:  # Keras takes the format from the file's name
        named = Path(folder, "model.keras")
        value.save(named)
        content = normalised(named.read_bytes())
    refuse_foreign(content, path)
    path.write_bytes(content)
    return {}


def load(path: Path, details: Mapping[str, Any], build: Any = None) -> Any:
    """Return the model, not compiled.

    Raises:
        ArtifactError: if the file holds what ``save`` would not have written.
    """
    content = path.read_bytes()
    refuse_foreign(content, path)
    own = {name: getattr(importlib.import_module(module), name) for module, name in classes(content) if is_own(module)}
    with TemporaryDirectory() as folder:
        named = Path(folder, "model.keras")
        named.write_bytes(content)
        return keras.saving.load_model(named, custom_objects=own, compile=False, safe_mode=True)


def refuse_foreign(content: bytes, path: Path) -> None:
    """Raise unless all classes in the file are Keras' or the package's, and none of them holds code."""
    found = set(classes(content))
    if any(name in {"Lambda", "__lambda__"} for _, name in found):
        raise ArtifactError(f"{path} holds a lambda; write it as a layer with a class of its own.")
    foreign = sorted(f"{module}.{name}" for module, name in found if not is_own(module) and not is_keras(module))
    if foreign:
        raise ArtifactError(f"{path} holds classes that are not trusted: {', '.join(foreign)}.")


def is_own(module: str) -> bool:
    """Say whether a module is the package's."""
    return module.partition(".")[0] == PACKAGE


def is_keras(module: str) -> bool:
    """Say whether a module is Keras' or has nothing but built-in values."""
    return module.partition(".")[0] in {"keras", "builtins", ""}


def classes(content: bytes) -> Iterator[tuple[str, str]]:
    """Yield module and name of every class in the file."""
    with ZipFile(io.BytesIO(content)) as archive:
        waiting = [json.loads(archive.read("config.json"))]
    while waiting:
        node = waiting.pop()
        if isinstance(node, list):
            waiting += node
        if isinstance(node, dict):
            waiting += node.values()
            if isinstance(node.get("class_name"), str):
                yield node.get("module") or "", node["class_name"]


def normalised(content: bytes) -> bytes:
    """Return the file without dates, optimizer and memory addresses, which differ from run to run."""
    result = io.BytesIO()
    with ZipFile(io.BytesIO(content)) as archive, ZipFile(result, "w") as new:
        for name in sorted(archive.namelist()):
            part = archive.read(name)
            if name == "metadata.json":
                part = json.dumps({"keras_version": json.loads(part)["keras_version"]}).encode()
            if name == "config.json":
                config = json.loads(part)
                config.pop("compile_config", None)
                renumber(config, {})
                part = json.dumps(config).encode()
            new.writestr(ZipInfo(name), part)
    return result.getvalue()


def renumber(node: Any, ids: dict[int, int]) -> None:
    """Give shared objects numbers in the order in which the config names them."""
    for item in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        renumber(item, ids)
    if isinstance(node, dict) and "shared_object_id" in node:
        node["shared_object_id"] = ids.setdefault(node["shared_object_id"], len(ids) + 1)
