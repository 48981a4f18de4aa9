"""scikit-learn's LabelEncoder: for each label its number, and back."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from ..cell import Cell
from ..not_light import NotLight
from .categories import plain_categories
from .registry import Unknown, compiles, stored
from .stand_in import StandIn

KINDS = {"texts": str, "numbers": int, "bools": bool}


@stored
@dataclass(frozen=True, eq=False)
class Codes(StandIn):
    """``classes_`` in their order; ``kind`` says of which type they are, and labels have to be."""

    classes_: np.ndarray
    kind: str

    @cached_property
    def codes(self) -> dict[Any, int]:
        """The number of each label."""
        return {label: code for code, label in enumerate(self.classes_.tolist())}

    def transform(self, y: Any) -> np.ndarray:
        """Return the numbers of labels, (n,).

        Raises:
            NotLight: for labels never seen, which the original refuses, and of another type.
        """
        labels, wanted = listed(y), KINDS[self.kind]
        if not all(type(label) is wanted and label in self.codes for label in labels):
            raise NotLight("a label that the encoder has not seen")
        return np.array([self.codes[label] for label in labels], dtype=np.int64)

    def inverse_transform(self, y: Any) -> np.ndarray:
        """Return the labels of numbers, (n,)."""
        codes = listed(y)
        if not all(type(code) is int and 0 <= code < len(self.classes_) for code in codes):
            raise NotLight("a number that is not one of a label")
        return self.classes_[codes]


def listed(y: Any) -> list[Any]:
    """Return a column, an array (n,) or a list as a list of at least one value."""
    if type(y) is Cell:
        return [y.value]
    values = y.tolist() if isinstance(y, np.ndarray) and y.ndim == 1 else y
    if type(values) is not list or not values:
        raise NotLight(f"labels in a {type(y).__name__}")
    return [value.item() if isinstance(value, np.generic) else value for value in values]


@compiles("sklearn.preprocessing.LabelEncoder")
def label_encoder(fitted: Any) -> Codes:
    """Return the labels in their order."""
    kind, values = plain_categories(fitted.classes_)
    if not all(type(value) is KINDS[kind] for value in values):
        raise Unknown("Only texts, integers and bools are known.")
    return Codes(names=None, width=1, classes_=fitted.classes_, kind=kind)
