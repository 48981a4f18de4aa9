"""scikit-learn's OneHotEncoder: for each category the numbers that stand for it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

import numpy as np

from ..not_light import NotLight
from .categories import NAN, lookup, plain_categories, unseen
from .registry import compiles, stored
from .sparse import Sparse
from .stand_in import Transformer, Values, columns_of

WIDE = 200
"""Numbers in a row from which on zeros are not written out."""


@stored
@dataclass(frozen=True, eq=False)
class OneHot(Transformer):
    """``places`` has for each column the place of each category's one, -1 for none; ``unknown`` that of others.

    Where ``unknown`` is None, others are refused.
    """

    texts: ClassVar[bool] = True

    kinds: list[str]
    values: list[list[Any]]
    places: list[list[int]]
    widths: list[int]
    unknown: list[int | None]
    sparse: bool

    @cached_property
    def categories_(self) -> list[np.ndarray]:
        """The categories of each column."""
        return [
            np.array(v, dtype=object if kind == "texts" else None)
            for v, kind in zip(self.values, self.kinds, strict=True)
        ]

    @cached_property
    def tables(self) -> list[dict[Any, tuple[float, ...]]]:
        """For each column the numbers for each category."""
        return [
            lookup(values, [ones(place, width) for place in places])
            for values, places, width in zip(self.values, self.places, self.widths, strict=True)
        ]

    def one(self, row: Values) -> Any:
        """Return zeros and ones for the values of one row."""
        if self.wide:
            return self.sparse_one(row)
        result: list[float] = []
        for i, (value, codes) in enumerate(zip(row, self.tables, strict=True)):
            try:
                result += codes[value]
            except KeyError:
                result += self.other(i, value)
        self.check_bools(row)
        return result

    def other(self, i: int, value: Any) -> tuple[float, ...]:
        """Return the numbers for a value that is no key of the column's table."""
        if not unseen(value, self.kinds[i], self.tables[i]):
            return self.tables[i][NAN]
        return ones(self.unknown_place(i), self.widths[i])

    def unknown_place(self, i: int) -> int:
        """Return where the one stands for a category never seen."""
        place = self.unknown[i]
        if place is None:
            raise NotLight("the encoder refuses categories that it has not seen")
        return place

    @cached_property
    def has_numbers(self) -> bool:
        """Whether a bool could be taken for a number, or the other way round."""
        return self.kinds.count("texts") < len(self.kinds)

    def check_bools(self, row: Values) -> None:
        """Raise where a bool stands among numbers or a number among bools: tables do not tell them apart."""
        if self.has_numbers:
            for value, kind in zip(row, self.kinds, strict=True):
                if kind != "texts" and (type(value) is bool) != (kind == "bools"):
                    raise NotLight("a bool is not a number here")

    @cached_property
    def wide(self) -> bool:
        """Whether rows are given by what is not zero."""
        return self.sparse and sum(self.widths) > WIDE

    @cached_property
    def place_tables(self) -> list[dict[Any, int]]:
        """For each column the place of each category."""
        return [
            lookup(values, places) for values, places in zip(self.values, self.places, strict=True)
        ]

    def sparse_one(self, row: Values) -> Sparse:
        """Return the places of the ones for the values of one row."""
        places, start = [], 0
        for i, (value, codes) in enumerate(zip(row, self.place_tables, strict=True)):
            place = codes.get(value)
            if place is None:
                place = self.unknown_place(i) if unseen(value, self.kinds[i], codes) else codes[NAN]
            if place >= 0:
                places.append(start + place)
            start += self.widths[i]
        self.check_bools(row)
        return Sparse(places, [1.0] * len(places), start)


def ones(place: int, width: int) -> tuple[float, ...]:
    """Return zeros with a one at a place; -1 is nowhere."""
    return tuple(float(i == place) for i in range(width))


@compiles("sklearn.preprocessing.OneHotEncoder")
def one_hot(fitted: Any) -> OneHot:
    """Return the places of all categories: those that are rare share one, those that are dropped have none."""
    count = len(fitted.categories_)
    kinds, values = zip(*(plain_categories(column) for column in fitted.categories_), strict=True)
    dropped = getattr(fitted, "_drop_idx_after_grouping", getattr(fitted, "drop_idx_", None))
    dropped = [None] * count if dropped is None else list(dropped)
    grouped = getattr(fitted, "_default_to_infrequent_mappings", [None] * count)
    if not getattr(fitted, "_infrequent_enabled", False):
        grouped = [None] * count
    places, widths, unknown = [], [], []
    for column, drop, groups in zip(values, dropped, grouped, strict=True):
        codes = [int(i if groups is None else groups[i]) for i in range(len(column))]
        places.append([without(code, drop) for code in codes])
        widths.append(max(codes) + 1 - (drop is not None))
        rare = None if groups is None else without(max(codes), drop)
        unknown.append(place_of_unknown(fitted.handle_unknown, rare))
    return OneHot(
        **columns_of(fitted),
        kinds=list(kinds),
        values=list(values),
        places=places,
        widths=widths,
        unknown=unknown,
        sparse=bool(getattr(fitted, "sparse_output", getattr(fitted, "sparse", True))),
    )


def without(code: int, drop: Any) -> int:
    """Return the place of a category where another is dropped."""
    if drop is None or code < drop:
        return code
    return -1 if code == drop else code - 1


def place_of_unknown(handling: str, rare: int | None) -> int | None:
    """Return where the one of a category never seen stands; None if it is refused."""
    if handling == "error":
        return None
    return rare if rare is not None and handling in ("infrequent_if_exist", "warn") else -1
