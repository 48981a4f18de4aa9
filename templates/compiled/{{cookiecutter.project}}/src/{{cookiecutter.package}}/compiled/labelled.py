"""Values by labels: a pandas Series over columns (a row, ``isna().any()``), or one that was learnt."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np

from .columns import Columns
from .kinds import BOOL, FLOAT, INT, OBJECT, STR, Kind, array_of, boxed, missing
from .not_light import NotLight
from .pandas_names import SERIES


class Labelled:
    """One value for each label, all of one kind (see ``kinds``)."""

    __slots__ = ("_kind", "_table", "name")
    __hash__ = None  # type: ignore[assignment]
    __array_ufunc__ = None

    def __init__(self, table: dict[Any, Any], kind: Kind, name: Any = None) -> None:
        self._table = table
        self._kind = kind
        self.name = name

    def __getattr__(self, name: str) -> Any:
        if name in SERIES:
            raise NotLight(f"Series.{name}")
        if name in self._table:
            return boxed(self._table[name], self._kind)
        raise AttributeError(name)

    def __repr__(self) -> str:
        raise NotLight("a Series as a text")

    def __format__(self, form: str) -> str:
        raise NotLight("a Series as a text")

    def table(self) -> tuple[dict[Any, Any], Kind]:
        """Return the values by their labels, and their kind."""
        if "table" in self._table:
            raise NotLight("a label 'table'")
        return self._table, self._kind

    def __getitem__(self, key: Any) -> Any:
        if type(key) is str:
            return boxed(self._table[key], self._kind)
        if type(key) is list and all(type(label) is str for label in key):
            return Labelled({label: self._table[label] for label in key}, self._kind, self.name)
        if type(key) is Labelled and key._kind == BOOL and list(key._table) == list(self._table):
            kept = {label: value for label, value in self._table.items() if key._table[label]}
            return Labelled(kept, self._kind, self.name)
        return self._at(key)

    def _at(self, key: Any) -> Any:
        """Return a value by a label that is no text."""
        if type(key) is int and all(type(label) is int for label in self._table):
            return boxed(self._table[key], self._kind)
        raise NotLight("a value by its place")

    @property
    def loc(self) -> Labelled:
        """What takes labels."""
        return self

    def get(self, key: Any, default: Any = None) -> Any:
        """Return the value of a label."""
        if type(key) is not str:
            raise NotLight("a label that is no text")
        return boxed(self._table[key], self._kind) if key in self._table else default

    def __contains__(self, label: Any) -> bool:
        return label in self._table

    def __len__(self) -> int:
        return len(self._table)

    def __bool__(self) -> bool:
        raise NotLight("the truth of a Series")

    def __iter__(self) -> Iterator[Any]:
        return iter(self.tolist())

    @property
    def index(self) -> Columns:
        """The labels."""
        return Columns(self._table)

    def keys(self) -> Columns:
        """Return the labels."""
        return Columns(self._table)

    def items(self) -> Iterable[tuple[Any, Any]]:
        """Return labels and values."""
        return zip(self._table, self.tolist(), strict=True)

    def tolist(self) -> list[Any]:
        """Return the values in a list."""
        if self._kind not in (INT, FLOAT, BOOL, STR, OBJECT):
            raise NotLight(f"a list of {self._kind}")
        return list(self._table.values())

    to_list = tolist

    def to_dict(self) -> dict[Any, Any]:
        """Return the values by their labels."""
        return dict(self.items())

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray[Any, Any]:
        array = array_of(list(self._table.values()), self._kind)
        return array if dtype is None else array.astype(dtype)

    @property
    def values(self) -> np.ndarray[Any, Any]:
        """The array of the values."""
        if self._kind == STR:
            raise NotLight("an array of Arrow's texts")
        return self.__array__()

    def to_numpy(self) -> np.ndarray[Any, Any]:
        """Return the array of the values."""
        return self.__array__()

    @property
    def shape(self) -> tuple[int]:
        """How many values there are."""
        return (len(self._table),)

    def isna(self) -> Labelled:
        """Say of each value whether it is missing."""
        return self._each(missing)

    def notna(self) -> Labelled:
        """Say of each value whether it is there."""
        return self._each(lambda value: not missing(value))

    isnull, notnull = isna, notna

    def _each(self, says: Callable[[Any], bool]) -> Labelled:
        return Labelled(
            {label: says(value) for label, value in self._table.items()}, BOOL, self.name
        )

    def any(self) -> Any:
        """Say whether one of the booleans is true."""
        self._only_booleans("any")
        return np.bool_(any(self._table.values()))

    def all(self) -> Any:
        """Say whether all of the booleans are true."""
        self._only_booleans("all")
        return np.bool_(all(self._table.values()))

    def sum(self) -> Any:
        """Count the booleans that are true, or add integers."""
        if self._kind != INT or any(abs(value) > 2**40 for value in self._table.values()):
            self._only_booleans("sum")
        return np.int64(sum(self._table.values()))

    def _only_booleans(self, what: str) -> None:
        if self._kind != BOOL:
            raise NotLight(f"{what} of {self._kind}")
