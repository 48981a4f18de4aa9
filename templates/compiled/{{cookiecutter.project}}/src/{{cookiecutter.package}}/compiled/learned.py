"""A learned value in, the form of it that the light code understands out."""

from __future__ import annotations

import datetime
from typing import Any

import numpy as np

from .kinds import BOOL, FLOAT, INT, OBJECT, STR, Category, missing
from .labelled import Labelled
from .not_light import NotLight

PLAIN = (str, int, float, bool, type(None), datetime.datetime, datetime.date, datetime.timedelta)
NUMPY = (np.float64, np.int64, np.bool_)


def light_of(value: Any) -> Any:
    """Return a value for the light code: of pandas' types a Series and a dtype have a form of their own.

    Raises:
        NotLight: if it is, or holds, something else than plain values, arrays, Series and dtypes.
    """
    if type(value) in PLAIN or type(value) in NUMPY or type(value) in (Labelled, Category):
        return value
    if type(value) in (list, tuple, set, frozenset):
        return type(value)(light_of(item) for item in value)
    if type(value) is dict:
        return {light_of(key): light_of(item) for key, item in value.items()}
    if type(value) is np.ndarray and value.dtype.kind in "biufU":
        return value
    if type(value).__module__.partition(".")[0] == "pandas":
        return _of_pandas(value)
    raise NotLight(f"a learned {type(value).__name__}")


def _of_pandas(value: Any) -> Any:
    """Return a Series as values by labels, and the dtype of categories."""
    name = type(value).__name__
    if name == "CategoricalDtype":
        return Category(tuple(value.categories.tolist()), bool(value.ordered))
    if name == "Index" and str(value.dtype) in (STR, OBJECT, INT):
        return [light_of(label) for label in value.tolist()]
    if name != "Series":
        raise NotLight(f"a learned pandas.{name}")
    kind = str(value.dtype)
    if (
        kind not in (INT, FLOAT, BOOL, STR, OBJECT)
        or not value.index.is_unique
        or value.index.nlevels != 1
    ):
        raise NotLight(f"a learned Series of {kind}")
    labels, values = value.index.tolist(), value.tolist()
    if not all(type(label) in (str, int, float, bool) and not missing(label) for label in labels):
        raise NotLight("a learned Series with other labels than texts and numbers")
    if kind == OBJECT and not all(
        type(each) in (str, bool, int, float, type(None)) for each in values
    ):
        raise NotLight("a learned Series of objects")
    return Labelled(dict(zip(labels, values, strict=True)), kind, value.name)
