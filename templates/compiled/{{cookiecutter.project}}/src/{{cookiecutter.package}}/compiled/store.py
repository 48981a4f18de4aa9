"""A stand-in to and from a folder: a JSON tree, arrays in an .npz without pickle, trees as .onnx. No code is read from it.

Whether the files are those that were proven is for ``kept`` to say, before they are read.
"""

from __future__ import annotations

import json
import re
import shutil
import zipfile
from dataclasses import dataclass, field, fields, is_dataclass
from pathlib import Path
from typing import Any

import numpy as np

from .estimators import STAND_INS, StandIn
from .estimators.registry import stored
from .fits import fits, hints
from .forest import Forest
from .kinds import BOOL, FLOAT, INT, OBJECT, STR
from .labelled import Labelled

TREE, ARRAYS = "stand_in.json", "arrays.npz"
FORMAT = 3
DEPTH = 60
"""How deep the tree may be: a pipeline in a column transformer in a search is at 20."""
LARGEST = {".json": 2**29, ".npz": 2**32, ".onnx": 2**31}
"""Bytes that a file may have, by its ending."""
BYTES = re.compile(r"[0-9]{1,4}\.onnx")
DAMAGED = (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError, zipfile.BadZipFile)

HOLDERS = {"tuple": tuple, "set": set, "frozenset": frozenset}

stored(Forest)


class StoreError(Exception):
    """A folder that does not hold a stand-in as it was saved."""


@dataclass
class Parts:
    """What does not stand in the JSON tree itself."""

    arrays: dict[str, np.ndarray] = field(default_factory=dict)
    bytes: dict[str, bytes] = field(default_factory=dict)


def save(stand_in: StandIn, folder: Path) -> None:
    """Write a stand-in into a folder, in the place of what was in it.

    Raises:
        TypeError: if a part of it is not plain data; the folder is as it was, then.
    """
    parts = Parts()
    text = json.dumps({"format": FORMAT, "tree": encoded(stand_in, parts)}, allow_nan=False)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    (folder / TREE).write_text(text, encoding="utf-8")
    for name, content in parts.bytes.items():
        (folder / name).write_bytes(content)
    if parts.arrays:
        np.savez(folder / ARRAYS, **parts.arrays)


def load(folder: Path) -> StandIn:
    """Return the stand-in that a folder holds.

    Raises:
        StoreError: if the folder is damaged, or holds anything that no stand-in has.
    """
    try:
        content = json.loads(checked(folder / TREE).read_bytes())
        if content.get("format") != FORMAT:
            raise StoreError(f"{folder} is of another format than {FORMAT}.")
        made = decoded(content["tree"], read_parts(folder), 0)
    except DAMAGED as error:
        raise StoreError(f"{folder} does not hold a stand-in: {error}") from error
    if not isinstance(made, StandIn):
        raise StoreError(f"{folder} holds a {type(made).__name__}, which answers nothing.")
    return made


def checked(path: Path) -> Path:
    """Return a file unless it is too large, or elsewhere.

    Raises:
        StoreError: if it is.
    """
    if path.is_symlink() or path.stat().st_size > LARGEST[path.suffix]:
        raise StoreError(f"{path} is too large, or not a file.")
    return path


def read_parts(folder: Path) -> Parts:
    """Return what lies beside the tree."""
    parts = Parts()
    for path in folder.iterdir():
        if path.name == ARRAYS:
            parts.arrays = read_arrays(checked(path))
        elif BYTES.fullmatch(path.name):
            parts.bytes[path.name] = checked(path).read_bytes()
        elif path.name != TREE:
            raise StoreError(f"{folder} holds a file {path.name[:80]!r}.")
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
    if isinstance(value, list):
        return [encoded(item, parts) for item in value]
    if isinstance(value, (tuple, set, frozenset)):
        return {type(value).__name__: [encoded(item, parts) for item in value]}
    if isinstance(value, dict):
        return {
            "dict": [[encoded(key, parts), encoded(item, parts)] for key, item in value.items()]
        }
    if type(value) is Labelled:
        return {"labelled": encoded([*value.table(), value.name], parts)}
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
    if tag in HOLDERS:
        return HOLDERS[tag](decoded(item, parts, depth + 1) for item in content)
    if tag == "labelled":
        return labelled(*decoded(content, parts, depth + 1))
    if tag == "bytes":
        return parts.bytes[content]
    if tag == "array":
        return parts.arrays[content]
    if tag == "objects":
        return np.array(decoded(content, parts, depth + 1), dtype=object)
    raise StoreError(f"The tree has an unknown part {tag[:80]!r}.")


def labelled(table: Any, kind: Any, name: Any) -> Labelled:
    """Return values by labels, as ``learned`` knows them."""
    if type(table) is not dict or kind not in (INT, FLOAT, BOOL, STR, OBJECT):
        raise StoreError("Values by labels are of no known kind.")
    return Labelled(table, kind, name)


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
