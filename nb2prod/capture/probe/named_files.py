"""The files that a notebook names, where nobody has seen it open them."""

# ruff: noqa: PTH100, PTH109, PTH112, PTH113, PTH118, PTH206, PTH207
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


def named_files(
    texts: Iterable[str], values: Iterable[Any], patterns: Iterable[str] = (), listed: Iterable[Any] = ()
) -> list[str]:
    """Return the files that exist under what a notebook says: ``texts`` in its code, ``values`` of its variables, the
    ``patterns`` that it looks for, and the folders that it has ``listed``.

    A text may be a file, or the end of a path behind a folder that is named as well. Hidden files are never found: they
    hold settings and secrets.
    """
    said = list(dict.fromkeys([*texts, *_paths(values)]))[:MOST_TEXTS]
    folders = [text for text in said if os.path.isdir(text) and not _holds(text, os.getcwd())][:MOST_FOLDERS]
    found: dict[str, None] = {}
    for text in said:
        for path in [text, *(os.path.join(folder, text) for folder in folders)]:
            if os.path.isfile(path):
                found.setdefault(os.path.abspath(path))
    for pattern in patterns:
        for path in [pattern, *(os.path.join(folder, pattern) for folder in folders)]:
            for each in islice(glob.iglob(path, recursive=True), MOST_FILES):
                if os.path.isfile(each):
                    found.setdefault(os.path.abspath(each))
    for folder in _paths(listed):
        if os.path.isdir(folder) and not _holds(folder, os.getcwd()):
            for each in _below(folder):
                found.setdefault(os.path.abspath(each))
    return [path for path in found if not _is_hidden(path)][:MOST_FILES]


def _is_hidden(path: str) -> bool:
    return any(part.startswith(".") and part != ".." for part in os.path.relpath(path).split(os.sep))


def _paths(values: Iterable[Any]) -> Iterable[str]:
    for value in values:
        text = os.fspath(value) if isinstance(value, (str, os.PathLike)) else ""
        if isinstance(text, str) and 0 < len(text) < 1000 and "\0" not in text and "\n" not in text:
            yield text


def _holds(folder: str, path: str) -> bool:
    """Say whether ``path`` is the folder or below it: that is no folder of data."""
    whole = os.path.join(os.path.realpath(folder), "")
    return os.path.join(os.path.realpath(path), "").startswith(whole)


def _below(folder: str) -> Iterable[str]:
    walk = ((place, sorted(files)) for place, _, files in os.walk(folder))
    return islice((os.path.join(place, name) for place, files in walk for name in files), MOST_FILES)
