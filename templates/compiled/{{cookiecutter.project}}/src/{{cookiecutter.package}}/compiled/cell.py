"""A column of one value: what a pandas Series of one row does, or NotLight."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from . import kinds
from .arithmetic import OPERATIONS, Operation
from .kinds import (
    BOOL,
    FLOAT,
    INT,
    OBJECT,
    STR,
    Kind,
    array_of,
    missing,
    scalar,
)
from .not_light import NotLight
from .pandas_names import SERIES


class Cell:
    """One value, its kind (see ``kinds``) and the label of its column. Never changed: others may hold it."""

    __slots__ = ("kind", "name", "value")
    __array_priority__ = 1000
    __hash__ = None  # type: ignore[assignment]

    def __init__(self, value: Any, kind: Kind, name: Any = None) -> None:
        self.value = value
        self.kind = kind
        self.name = name

    def __getattr__(self, name: str) -> Any:
        if name in SERIES:
            raise NotLight(f"Series.{name}")
        raise AttributeError(name)

    def __len__(self) -> int:
        return 1

    def __bool__(self) -> bool:
        raise NotLight("the truth of a Series")

    def __iter__(self) -> Iterator[Any]:
        return iter(self.tolist())

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray[Any, Any]:
        array = array_of([self.value], self.kind)
        return array if dtype is None else array.astype(dtype)

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **options: Any) -> Any:
        if method != "__call__" or options or ufunc.nout != 1:
            raise NotLight(f"{ufunc.__name__} with options")
        found = [operand(given) for given in inputs]
        if any(kind not in (INT, FLOAT, BOOL) for _, kind in found):
            raise NotLight(f"{ufunc.__name__} of {[str(kind) for _, kind in found]}")
        with np.errstate(all="ignore"):
            result = ufunc(*(array_of([value], kind) for value, kind in found))
        if result.dtype.name not in (INT, FLOAT, BOOL):
            raise NotLight(f"{ufunc.__name__} gives {result.dtype}")
        names = {given.name for given in inputs if type(given) is Cell}
        return Cell(result.item(), result.dtype.name, names.pop() if len(names) == 1 else None)

    @property
    def shape(self) -> tuple[int]:
        """One value."""
        return (1,)

    @property
    def values(self) -> np.ndarray[Any, Any]:
        """The array of this value."""
        return array_of([self.value], self.kind)

    def to_numpy(self) -> np.ndarray[Any, Any]:
        """Return the array of this value."""
        return array_of([self.value], self.kind)

    def tolist(self) -> list[Any]:
        """Return the value in a list."""
        if self.kind in (INT, FLOAT, BOOL, STR, OBJECT):
            return [self.value]
        raise NotLight(f"a list of {self.kind}")

    to_list = tolist

    def item(self) -> Any:
        """Return the value."""
        return self.tolist()[0]

    def copy(self, deep: bool = True) -> Cell:
        """Return itself: nothing ever changes it."""
        return self

    def isna(self) -> Cell:
        """Say whether there is no value."""
        return Cell(missing(self.value), BOOL, self.name)

    def notna(self) -> Cell:
        """Say whether there is a value."""
        return Cell(not missing(self.value), BOOL, self.name)

    isnull, notnull = isna, notna


def operand(other: Any) -> tuple[Any, Kind]:
    """Return value and kind of what an operation has on its other side."""
    if type(other) is Cell:
        return other.value, other.kind
    if type(other) is np.ndarray and other.shape == (1,):
        values, kind = kinds.of_array(other)
        return values[0], kind
    return scalar(other)


def _forward(run: Operation) -> Callable[[Cell, Any], Cell]:
    def method(self: Cell, other: Any) -> Cell:
        if type(other) is Cell:
            name = self.name if self.name == other.name else None
            return Cell(*run(self.value, self.kind, other.value, other.kind), name)
        return Cell(*run(self.value, self.kind, *operand(other)), self.name)

    return method


def _backward(run: Operation) -> Callable[[Cell, Any], Cell]:
    def method(self: Cell, other: Any) -> Cell:
        return Cell(*run(*operand(other), self.value, self.kind), self.name)

    return method


for _name, _run in OPERATIONS.items():
    setattr(Cell, f"__{_name}__", _forward(_run))
    if _name not in ("lt", "le", "gt", "ge", "eq", "ne"):
        setattr(Cell, f"__r{_name}__", _backward(_run))
