"""Rows of whatever holds them (tables, arrays, sparse matrices, tensors, lists): counted, taken, put beside."""

from __future__ import annotations

from typing import Any

from ..as_json import is_a, to_json
from .skipping import SkipError, library

MAX_COLUMNS = 300
"""Columns of a table that are looked at, at most."""


def count(value: Any) -> int:
    """Return how many rows there are."""
    shape = getattr(value, "shape", None)
    if shape is not None and len(shape):
        return int(shape[0])
    if isinstance(value, (list, tuple)):
        return len(value)
    raise SkipError(f"what is of type {type(value).__name__} has no rows that could be counted")


def at(value: Any, places: Any) -> Any:
    """Return the rows at these places, as a copy of the same kind."""
    if is_a(value, "pandas", "DataFrame", "Series"):
        return value.iloc[places].copy()
    if isinstance(value, (list, tuple)):
        return [value[int(place)] for place in places]
    try:
        return value[list(map(int, places))] if is_a(value, "torch", "Tensor") else value[places]
    except Exception as error:  # a library's own kind of data set
        raise SkipError(
            f"what is of type {type(value).__name__} has no rows that could be taken by their places"
        ) from error


def flat(value: Any) -> Any:
    """Return a target or an answer as an array with one axis, its missing values kept."""
    numpy = library("numpy")
    if hasattr(value, "detach"):
        value = value.detach().cpu().numpy()
    found = numpy.asarray(value)
    if found.ndim == 2 and found.shape[1] == 1:
        found = found[:, 0]
    if found.ndim != 1:
        raise SkipError("there is more than one target for a row")
    return found


def truth(value: Any) -> Any:
    """Return a target as ``flat`` does; one that has a column for each class as the numbers of the classes."""
    numpy = library("numpy")
    if hasattr(value, "detach"):
        value = value.detach().cpu().numpy()
    found = numpy.asarray(value)
    if found.ndim != 2 or found.shape[1] < 2 or found.dtype.kind not in "biuf":
        return flat(found)
    one_each = ((found == 0) | (found == 1)).all() and (found.sum(axis=1) == 1).all()
    return found.argmax(axis=1) if one_each else flat(found)


def table(value: Any) -> Any:
    """Return features as a table with named columns; skipped where they have no names."""
    if not is_a(value, "pandas", "DataFrame"):
        raise SkipError("the features are no table with named columns")
    if not value.columns.is_unique:
        raise SkipError("two columns of the features have the same name")
    return value.iloc[:, :MAX_COLUMNS]


def keys(value: Any) -> list[Any]:
    """Return one hashable value a row: equal where the rows are."""
    if is_a(value, "pandas", "DataFrame"):
        pandas = library("pandas")
        try:
            return list(pandas.util.hash_pandas_object(value, index=False))
        except TypeError:
            return [repr(row) for row in value.to_numpy().tolist()]
    if hasattr(value, "tocsr"):
        whole = value.tocsr()
        ends = whole.indptr
        return [
            (whole.indices[a:b].tobytes(), whole.data[a:b].tobytes())
            for a, b in ((ends[row], ends[row + 1]) for row in range(len(ends) - 1))
        ]
    numpy = library("numpy")
    if is_a(value, "numpy", "ndarray") and value.dtype != object:
        return [row.tobytes() for row in numpy.ascontiguousarray(value)]
    return [repr(each) for each in value]


def plain(value: Any) -> Any:
    """Return a single value as JSON has it, as text where it has none."""
    try:
        found = to_json(value)
    except Exception:
        found = str(value)
    return found[:80] if isinstance(found, str) else found
