"""Where a value stands among the categories of a column; shared by the encoders."""

from __future__ import annotations

from math import isinf, isnan
from typing import Any

import numpy as np

from ..not_light import NotLight
from .registry import Unknown
from .stand_in import TextNan

LARGEST = 2**53
"""Above, integers and floats of 64 bits are no longer told apart in the same way."""


def plain_categories(column: np.ndarray) -> tuple[str, list[Any]]:
    """Return of what kind a column's categories are, texts, numbers or bools, and the categories.

    Raises:
        Unknown: if they are of several kinds.
    """
    values = column.tolist()
    kinds = {type(value) for value in values if not missing(value)}
    if kinds <= {str} and column.dtype.kind in "OU":
        return "texts", values
    if kinds <= {int, float} and column.dtype.kind in "iuf":
        return "numbers", values
    if kinds == {bool} and column.dtype.kind == "b":
        return "bools", values
    raise Unknown("Categories of several kinds are not known.")


def missing(value: Any) -> bool:
    """Say whether a category stands for no value."""
    return value is None or (type(value) is float and isnan(value))


def lookup(values: list[Any], codes: list[Any]) -> dict[Any, Any]:
    """Return a table from a category to its code; nan is found by "nan", which no text is since texts are kept apart."""
    return {
        (NAN if type(value) is float and isnan(value) else value): code
        for value, code in zip(values, codes, strict=True)
    }


class Nan:
    """What stands for nan in tables: nan is not equal to itself."""


NAN = Nan()


def unseen(value: Any, kind: str, codes: dict[Any, Any]) -> bool:
    """Say whether a value that is not in the table is a category never seen, which the original would let be one.

    False for nan where nan is a category.

    Raises:
        NotLight: for whatever the original refuses, or compares in another way.
    """
    if type(value) is TextNan and kind == "texts":
        return NAN not in codes
    if isinstance(value, float) and isnan(value):
        if kind == "numbers":
            return NAN not in codes
    elif (
        (value is None or type(value) is str)
        and kind == "texts"
        or kind == "numbers"
        and type(value) in (int, float)
        and not isinf(value)
        and abs(value) < LARGEST
    ):
        return True
    raise NotLight("the encoder may refuse such a value")
