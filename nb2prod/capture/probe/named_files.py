"""The files that a notebook names, where nobody has seen it open them."""

# ruff: noqa: PTH100, PTH109, PTH112, PTH113, PTH117, PTH118, PTH207
# os.path, as elsewhere in the probe
from __future__ import annotations

import glob
import os
from collections.abc import Iterable
from itertools import islice
from typing import Any

MOST_TEXTS = 1_000
MOST_FOLDERS = 20
MOST_FILES = 2_000


def named_files(texts: Iterable[str], values: Iterable[Any], whole_folders: bool) -> list[str]:
    """Return the files that exist under what a notebook says: ``texts`` in its code and ``values`` of its variables.

    A text may be a file, a pattern, or the end of a path behind a folder that is named as well. With ``whole_folders``
    all files are taken of a folder in which no other text names one.
    """
    said = list(dict.fromkeys([*texts, *_paths(values)]))[:MOST_TEXTS]
    folders = [text for text in said if os.path.isdir(text) and not _holds(text, os.getcwd())][:MOST_FOLDERS]
    found: dict[str, None] = {}
    for text in said:
        for path in [text, *(os.path.join(folder, text) for folder in folders)]:
            for each in _files(path):
                found.setdefault(os.path.abspath(each))
    for folder in folders if whole_folders else ():
        whole = os.path.join(os.path.abspath(folder), "")
        if not any(path.startswith(whole) for path in found):
            for each in _below(folder):
                found.setdefault(os.path.abspath(each))
    return list(found)[:MOST_FILES]


def _paths(values: Iterable[Any]) -> Iterable[str]:
    for value in values:
        several = value if isinstance(value, (list, tuple)) and len(value) <= MOST_FILES else [value]
        for each in several:
            text = os.fspath(each) if isinstance(each, (str, os.PathLike)) else ""
            if isinstance(text, str) and 0 < len(text) < 1000 and "\0" not in text and "\n" not in text:
                yield text


def _holds(folder: str, path: str) -> bool:
    """Say whether ``path`` is the folder or below it: that is no folder of data."""
    whole = os.path.join(os.path.realpath(folder), "")
    return os.path.join(os.path.realpath(path), "").startswith(whole)


def _files(path: str) -> Iterable[str]:
    if os.path.isfile(path):
        return [path]
    is_pattern = glob.has_magic(path) and not os.path.isabs(path) and ("." in path or "/" in path)
    return islice((p for p in glob.iglob(path, recursive=True) if os.path.isfile(p)), MOST_FILES) if is_pattern else []


def _below(folder: str) -> Iterable[str]:
    walk = ((place, sorted(files)) for place, _, files in os.walk(folder))
    return islice((os.path.join(place, name) for place, files in walk for name in files), MOST_FILES)
