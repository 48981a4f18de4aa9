"""Labels in order: what a pandas Index of column names does, or NotLight."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np

from .kinds import array_of
from .not_light import NotLight

SIMPLE_TEXTS = ("lower", "upper", "strip", "title", "capitalize", "lstrip", "rstrip")


class Columns:
    """The names of columns, or of what a learned Series has values for."""

    __slots__ = ("_labels",)
    __hash__ = None  # type: ignore[assignment]

    def __init__(self, labels: Iterable[Any]) -> None:
        self._labels = tuple(labels)

    def __iter__(self) -> Iterator[Any]:
        return iter(self._labels)

    def __len__(self) -> int:
        return len(self._labels)

    def __contains__(self, label: Any) -> bool:
        return label in self._labels

    def __bool__(self) -> bool:
        raise NotLight("the truth of an Index")

    def __getitem__(self, key: Any) -> Any:
        if type(key) is int:
            return self._labels[key]
        if type(key) is slice:
            return Columns(self._labels[key])
        raise NotLight("an Index by labels")

    def __eq__(self, other: object) -> Any:
        raise NotLight("an Index compared")

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        raise NotLight(f"Index.{name}")

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray[Any, Any]:
        self._texts("an array of")
        array = array_of(list(self._labels), "object")
        return array if dtype is None else array.astype(dtype)

    @property
    def values(self) -> np.ndarray[Any, Any]:
        """The array of the labels."""
        return self.__array__()

    def tolist(self) -> list[Any]:
        """Return the labels in a list."""
        return list(self._labels)

    to_list = tolist

    def difference(self, other: Iterable[Any]) -> Columns:
        """Return the labels that are not among others, sorted."""
        self._texts("the difference of")
        there = set(other)
        if not there:
            raise NotLight("the difference to nothing, which is not sorted")
        return Columns(sorted({label for label in self._labels if label not in there}))

    def map(self, function: Callable[[Any], Any]) -> Columns:
        """Return what a function makes of the labels."""
        if not callable(function):
            raise NotLight("Index.map by a table")
        return Columns(function(label) for label in self._labels)

    @property
    def str(self) -> LabelTexts:
        """The labels as texts."""
        self._texts(".str of")
        return LabelTexts(self._labels)

    def _texts(self, what: Any) -> None:
        if not all(type(label) is str for label in self._labels):
            raise NotLight(f"{what} labels that are no texts")


class LabelTexts:
    """What ``.str`` does with labels."""

    __slots__ = ("_labels",)

    def __init__(self, labels: tuple[Any, ...]) -> None:
        self._labels = labels

    def __getattr__(self, name: str) -> Any:
        if name not in SIMPLE_TEXTS:
            raise NotLight(f"Index.str.{name}")
        return lambda: Columns(getattr(label, name)() for label in self._labels)

    def replace(self, pat: str, repl: str, n: int = -1, regex: bool = False) -> Columns:
        """Replace a text in each label."""
        if regex or n != -1 or type(pat) is not str or type(repl) is not str or not pat:
            raise NotLight("Index.str.replace of a pattern")
        return Columns(label.replace(pat, repl) for label in self._labels)


class RowIndex:
    """The index of a table of one row: it can be counted, and given to another table."""

    __slots__ = ()

    def __len__(self) -> int:
        return 1

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        raise NotLight(f"Index.{name}")
