"""A stand-in to and from a folder: a JSON tree, arrays in an .npz without pickle, trees as .onnx. No code is read from it."""

from __future__ import annotations

import json
import re
import shutil
import tempfile
import zipfile
from dataclasses import dataclass, field, fields, is_dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np

from .estimators import STAND_INS, StandIn
from .estimators.registry import stored
from .fits import fits, hints
from .forest import Forest

TREE, ARRAYS = "stand_in.json", "arrays.npz"
FORMAT = 1
DEPTH = 60
"""How deep the tree may be: a pipeline in a column transformer in a search is at 20."""
LARGEST = {".json": 2**29, ".npz": 2**32, ".onnx": 2**31}
"""Bytes that a file may have, by its ending."""
PARTS = re.compile(r"[0-9]{1,4}\.onnx|arrays\.npz")

stored(Forest)


class StoreError(Exception):
    """A folder that does not hold a stand-in as it was saved."""


@dataclass
class Parts:
    """What does not stand in the JSON tree itself."""

    arrays: dict[str, np.ndarray] = field(default_factory=dict)
    bytes: dict[str, bytes] = field(default_factory=dict)


def save(stand_in: StandIn, folder: Path) -> None:
    """Write a stand-in into a folder, which is replaced as a whole or stays as it was.

    Raises:
        TypeError: if a part of it is not plain data.
    """
    parts = Parts()
    tree = encoded(stand_in, parts)
    folder = Path(folder)
    folder.parent.mkdir(parents=True, exist_ok=True)
    new = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        if parts.arrays:
            np.savez(new / ARRAYS, **parts.arrays)
        for name, content in parts.bytes.items():
            (new / name).write_bytes(content)
        files = {path.name: described(path) for path in sorted(new.iterdir())}
        content = {"format": FORMAT, "files": files, "tree": tree}
        (new / TREE).write_text(
            json.dumps(content | {"sha256": digest(content)}, allow_nan=False), encoding="utf-8"
        )
        new.chmod(0o755)
        replace_folder(new, folder)
    finally:
        shutil.rmtree(new, ignore_errors=True)


def replace_folder(new: Path, folder: Path) -> None:
    """Put a new folder where an old one may stand."""
    if not folder.exists():
        new.replace(folder)
        return
    old = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        folder.replace(old / "old")
        new.replace(folder)
    finally:
        shutil.rmtree(old, ignore_errors=True)


def load(folder: Path) -> StandIn:
    """Return the stand-in that a folder holds.

    Raises:
        StoreError: if the folder is damaged, or holds anything that no stand-in has.
    """
    folder = Path(folder)
    try:
        content = json.loads(read(folder / TREE))
        if not isinstance(content, dict) or content.get("format") != FORMAT:
            raise StoreError(f"{folder} is of another format than {FORMAT}.")
        if digest(
            {name: part for name, part in content.items() if name != "sha256"}
        ) != content.get("sha256"):
            raise StoreError(f"{folder / TREE} is damaged.")
        made = decoded(content["tree"], read_parts(folder, content["files"]), 0)
    except StoreError:
        raise
    except (
        OSError,
        ValueError,
        LookupError,
        TypeError,
        AttributeError,
        RecursionError,
        zipfile.BadZipFile,
    ) as error:
        raise StoreError(f"{folder} does not hold a stand-in: {error}") from error
    if not isinstance(made, StandIn):
        raise StoreError(f"{folder} holds a {type(made).__name__}, which answers nothing.")
    return made


def described(path: Path) -> dict[str, Any]:
    """Return what tells whether a file is as it was written."""
    return {"bytes": path.stat().st_size, "sha256": sha256(path.read_bytes()).hexdigest()}


def digest(content: dict[str, Any]) -> str:
    """Return a hash of plain data."""
    return sha256(json.dumps(content, sort_keys=True, allow_nan=False).encode()).hexdigest()


def read(path: Path) -> bytes:
    """Return a file's content unless it is too large.

    Raises:
        StoreError: if it is.
    """
    if path.is_symlink() or path.stat().st_size > LARGEST[path.suffix]:
        raise StoreError(f"{path} is too large, or not a file.")
    return path.read_bytes()


def read_parts(folder: Path, files: dict[str, dict[str, Any]]) -> Parts:
    """Return the parts that a tree says to have."""
    parts = Parts()
    for name, known in files.items():
        if not PARTS.fullmatch(name):
            raise StoreError(f"{folder} names a file {name[:80]!r}.")
        content = read(folder / name)
        if len(content) != known["bytes"] or sha256(content).hexdigest() != known["sha256"]:
            raise StoreError(f"{folder / name} is damaged.")
        if name == ARRAYS:
            parts.arrays = read_arrays(folder / name)
        else:
            parts.bytes[name] = content
    return parts


def read_arrays(path: Path) -> dict[str, np.ndarray]:
    """Return the arrays of a file, which are not compressed and hold numbers, bools or texts."""
    with zipfile.ZipFile(path) as archive:
        if any(entry.compress_type != zipfile.ZIP_STORED for entry in archive.infolist()):
            raise StoreError(f"{path} is compressed.")
    with np.load(path, allow_pickle=False) as loaded:
        arrays = {name: loaded[name] for name in loaded.files}
    if any(array.dtype.kind not in "fiubU" for array in arrays.values()):
        raise StoreError(f"{path} holds arrays of unknown types.")
    for array in arrays.values():
        array.setflags(write=False)
    return arrays


def encoded(value: Any, parts: Parts) -> Any:
    """Return plain data as a JSON tree; arrays and bytes go to the parts."""
    if value is None or isinstance(value, (bool, str, int)):
        return value
    if isinstance(value, float):
        return value if np.isfinite(value) else {"float": repr(value)}
    if isinstance(value, (list, tuple)):
        return [encoded(item, parts) for item in value]
    if isinstance(value, dict):
        return {
            "dict": [[encoded(key, parts), encoded(item, parts)] for key, item in value.items()]
        }
    if isinstance(value, bytes):
        name = f"{len(parts.bytes)}.onnx"
        parts.bytes[name] = value
        return {"bytes": name}
    if isinstance(value, np.ndarray):
        return encoded_array(value, parts)
    if is_dataclass(value) and STAND_INS.get(type(value).__name__) is type(value):
        own = {part.name: encoded(getattr(value, part.name), parts) for part in fields(value)}
        return {"kind": type(value).__name__, "fields": own}
    raise TypeError(f"{type(value).__name__} is not plain data.")


def encoded_array(value: np.ndarray, parts: Parts) -> Any:
    """Return where an array stands; arrays of objects are lists."""
    if value.dtype.kind == "O":
        return {"objects": encoded(value.tolist(), parts)}
    if value.dtype.kind not in "fiubU":
        raise TypeError(f"Arrays of {value.dtype} are not plain data.")
    name = f"a{len(parts.arrays)}"
    parts.arrays[name] = np.ascontiguousarray(value)
    return {"array": name}


def decoded(tree: Any, parts: Parts, depth: int) -> Any:
    """Return the data that a JSON tree stands for."""
    if depth > DEPTH:
        raise StoreError("The tree is too deep.")
    if isinstance(tree, list):
        return [decoded(item, parts, depth + 1) for item in tree]
    if not isinstance(tree, dict):
        return tree
    if "kind" in tree:
        return decoded_kind(tree, parts, depth)
    ((tag, content),) = tree.items()
    if tag == "float":
        return {"nan": float("nan"), "inf": float("inf"), "-inf": float("-inf")}[content]
    if tag == "dict":
        return {
            decoded(key, parts, depth + 1): decoded(item, parts, depth + 1) for key, item in content
        }
    if tag == "bytes":
        return parts.bytes[content]
    if tag == "array":
        return parts.arrays[content]
    if tag == "objects":
        return np.array(decoded(content, parts, depth + 1), dtype=object)
    raise StoreError(f"The tree has an unknown part {tag[:80]!r}.")


def decoded_kind(tree: dict[str, Any], parts: Parts, depth: int) -> Any:
    """Return an object of a registered class, with the fields that this class has, of the types they have."""
    kind = STAND_INS.get(tree["kind"])
    if kind is None:
        raise StoreError(f"{str(tree['kind'])[:80]!r} is not a kind of stand-in.")
    own = {name: decoded(item, parts, depth + 1) for name, item in tree["fields"].items()}
    expected = hints(kind)
    if set(own) != set(expected):
        raise StoreError(f"{kind.__name__} has other fields than {', '.join(sorted(own))[:200]}.")
    wrong = [name for name, value in own.items() if not fits(value, expected[name])]
    if wrong:
        raise StoreError(f"{kind.__name__} has something else for {', '.join(wrong)}.")
    return kind(**own)
