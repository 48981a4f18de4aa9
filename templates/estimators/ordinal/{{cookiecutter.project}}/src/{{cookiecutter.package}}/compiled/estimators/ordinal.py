"""scikit-learn's OrdinalEncoder: for each category its number."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

import numpy as np

from ..not_light import NotLight
from .categories import NAN, lookup, missing, plain_categories, unseen
from .registry import Unknown, compiles, stored
from .stand_in import Transformer, Values, columns_of


@stored
@dataclass(frozen=True, eq=False)
class Ordinal(Transformer):
    """``codes`` has for each column the number of each category; ``unknown`` that of others, None if they are refused."""

    texts: ClassVar[bool] = True

    kinds: list[str]
    values: list[list[Any]]
    codes: list[list[float]]
    unknown: float | None

    @cached_property
    def categories_(self) -> list[np.ndarray]:
        """The categories of each column."""
        return [
            np.array(v, dtype=object if kind == "texts" else None)
            for v, kind in zip(self.values, self.kinds, strict=True)
        ]

    @cached_property
    def tables(self) -> list[dict[Any, float]]:
        """For each column the number of each category."""
        return [
            lookup(values, codes) for values, codes in zip(self.values, self.codes, strict=True)
        ]

    def one(self, row: Values) -> list[float]:
        """Return the numbers for the values of one row."""
        result = []
        for value, codes, kind in zip(row, self.tables, self.kinds, strict=True):
            if kind != "texts" and (type(value) is bool) != (kind == "bools"):
                raise NotLight("a bool is not a number here")
            code = codes.get(value)
            if code is None:
                code = self.unknown_code() if unseen(value, kind, codes) else codes[NAN]
            result.append(code)
        return result

    def unknown_code(self) -> float:
        """Return the number of a category never seen."""
        if self.unknown is None:
            raise NotLight("the encoder refuses categories that it has not seen")
        return self.unknown


@compiles("sklearn.preprocessing.OrdinalEncoder")
def ordinal(fitted: Any) -> Ordinal:
    """Return the numbers of all categories."""
    if np.dtype(fitted.dtype).kind != "f" or np.dtype(fitted.dtype).itemsize != 8:
        raise Unknown("Only numbers in float64 are known.")
    kinds, values = zip(*(plain_categories(column) for column in fitted.categories_), strict=True)
    grouped = [None] * len(values)
    if getattr(fitted, "_infrequent_enabled", False):
        grouped = fitted._default_to_infrequent_mappings
        if (
            any(missing(value) for column in values for value in column)
            or fitted.handle_unknown != "error"
        ):
            raise Unknown("Rare categories together with missing or unknown ones are not known.")
    codes = [
        [
            float(fitted.encoded_missing_value)
            if missing(value)
            else float(i if groups is None else groups[i])
            for i, value in enumerate(column)
        ]
        for column, groups in zip(values, grouped, strict=True)
    ]
    unknown = float(fitted.unknown_value) if fitted.handle_unknown == "use_encoded_value" else None
    return Ordinal(
        **columns_of(fitted), kinds=list(kinds), values=list(values), codes=codes, unknown=unknown
    )
