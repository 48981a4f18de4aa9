"""NumPy arrays as ``.npy``, without pickle."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np


def save(value: Any, path: Path) -> dict[str, Any]:
    """Write the array; one of ``object`` dtype is kept if it holds nothing but text.

    Raises:
        TypeError: if it holds other objects, which only pickle could keep.
    """
    array = np.asarray(value)
    texts = array.dtype == object
    if texts:
        if not all(isinstance(item, str) for item in array.flat):
            raise TypeError("An array of Python objects other than text cannot be kept as .npy.")
        array = array.astype(str)
    with path.open("wb") as file:
        np.save(file, array, allow_pickle=False)
    return {"object": True} if texts else {}


def load(path: Path, details: Mapping[str, Any], build: Any = None) -> Any:
    """Return the array."""
    array = np.load(path, allow_pickle=False)
    return array.astype(object) if details.get("object") else array
