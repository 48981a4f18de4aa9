"""A table of one row: what a pandas DataFrame of one row does, or NotLight.

Stand-ins of estimators need three things of it: ``row.labels`` (a tuple, the columns in order),
``row.values_of(labels)`` (a list of Python's own values: float, int, bool, str, None or NaN, datetime
or None) and ``row.dtype_of(label)`` (the name of the dtype, such as ``float64``, ``int64``, ``bool``,
``object``, ``str``, ``category``, ``datetime64[us]``). ``type(x) is Row`` tells it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import FunctionType, MethodDescriptorType
from typing import Any

import numpy as np

from . import kinds
from .cell import Cell
from .columns import Columns, RowIndex
from .kinds import BOOL, Kind, array_of, common, inferred
from .labelled import Labelled
from .not_light import NotLight
from .pandas_names import DATAFRAME
from .places import At, Loc, Places
from .row_operations import RowOperations

_renamed: dict[tuple[Any, tuple[Any, ...]], tuple[Any, ...]] = {}
"""What functions made of labels: they are asked once."""
REMEMBERED = 200


class Row(RowOperations):
    """One value for each label, and its kind (see ``kinds``); its index is that of a new table."""

    __slots__ = ("_cells", "_kinds")
    __hash__ = None  # type: ignore[assignment]

    def __init__(self, cells: dict[Any, Any], kinds: dict[Any, Kind]) -> None:
        self._cells = cells
        self._kinds = kinds

    @property
    def labels(self) -> tuple[Any, ...]:
        """The columns, in order."""
        self._no_column("labels")
        return tuple(self._cells)

    def values_of(self, labels: Any) -> list[Any]:
        """Return the values of some columns.

        Raises:
            KeyError: if there is no such column.
        """
        self._no_column("values_of")
        cells = self._cells
        return [cells[label] for label in labels]

    def dtype_of(self, label: Any) -> str:
        """Return the name of a column's dtype.

        Raises:
            KeyError: if there is no such column.
        """
        self._no_column("dtype_of")
        return str(self._kinds[label])

    def _no_column(self, name: str) -> None:
        if name in self._cells:
            raise NotLight(f"a column {name!r}")

    def __getattr__(self, name: str) -> Any:
        if name in DATAFRAME:
            raise NotLight(f"DataFrame.{name}")
        if name in self._cells:
            return Cell(self._cells[name], self._kinds[name], name)
        raise AttributeError(name)

    def __len__(self) -> int:
        return 1

    def __bool__(self) -> bool:
        raise NotLight("the truth of a DataFrame")

    def __iter__(self) -> Iterator[Any]:
        return iter(list(self._cells))

    def __contains__(self, label: Any) -> bool:
        return label in self._cells

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray[Any, Any]:
        kind = common(self._kinds.values())
        array = array_of(list(self._cells.values()), kind).reshape(1, -1)
        return array if dtype is None else array.astype(dtype)

    def __getitem__(self, key: Any) -> Any:
        if type(key) is str:
            return Cell(self._cells[key], self._kinds[key], key)
        if type(key) is list or type(key) is Columns:
            return self._chosen(list(key))
        if type(key) is Cell and key.kind == BOOL and key.value:
            return self.copy()
        if type(key) is int:
            return Cell(self._cells[key], self._kinds[key], key)
        raise NotLight(f"a part of a DataFrame by a {type(key).__name__}")

    def _chosen(self, labels: list[Any]) -> Row:
        cells, kinds_ = self._cells, self._kinds
        if not all(type(label) in (str, int) for label in labels):
            raise NotLight("columns by something else than their names")
        chosen = {label: cells[label] for label in labels}
        if len(chosen) != len(labels):
            raise NotLight("a column twice")
        return type(self)(chosen, {label: kinds_[label] for label in labels})

    def __setitem__(self, key: Any, value: Any) -> None:
        if type(key) is str:
            self._cells[key], self._kinds[key] = column(value)
        elif type(key) is list:
            self._set_several(key, value)
        else:
            raise NotLight(f"a column set by a {type(key).__name__}")

    def _set_several(self, labels: list[Any], value: Any) -> None:
        if len(set(labels)) != len(labels) or not all(type(label) is str for label in labels):
            raise NotLight("columns set by something else than their names")
        if type(value) is Row:
            if len(value._cells) != len(labels):
                raise NotLight("more columns than names")
            found = list(zip(value._cells.values(), value._kinds.values(), strict=True))
        elif type(value) is np.ndarray and value.shape == (1, len(labels)):
            values, kind = kinds.of_array(value[0])
            found = [(each, kind) for each in values]
        else:
            raise NotLight("several columns set to one thing")
        for label, (each, kind) in zip(labels, found, strict=True):
            self._cells[label], self._kinds[label] = each, kind

    def __delitem__(self, key: Any) -> None:
        del self._cells[key]
        del self._kinds[key]

    @property
    def columns(self) -> Columns:
        """The labels."""
        return Columns(self._cells)

    @columns.setter
    def columns(self, labels: Any) -> None:
        self._take(self._with(list(labels)))

    def keys(self) -> Columns:
        """Return the labels."""
        return Columns(self._cells)

    @property
    def index(self) -> RowIndex:
        """The index of a new table of one row."""
        return RowIndex()

    @property
    def shape(self) -> tuple[int, int]:
        """One row, and how many columns."""
        return 1, len(self._cells)

    @property
    def empty(self) -> bool:
        """Whether there is no column."""
        return not self._cells

    @property
    def values(self) -> np.ndarray[Any, Any]:
        """The array of the row."""
        return self.__array__()

    def to_numpy(self, dtype: Any = None) -> np.ndarray[Any, Any]:
        """Return the array of the row."""
        return self.__array__(dtype)

    @property
    def loc(self) -> Loc:
        """What takes labels."""
        return Loc(self)

    @property
    def iloc(self) -> Places:
        """What takes places."""
        return Places(self)

    @property
    def at(self) -> At:
        """What takes one label."""
        return At(self)

    def copy(self, deep: bool = True) -> Row:
        """Return another one with the same values."""
        return type(self)(self._cells.copy(), self._kinds.copy())

    __copy__ = copy

    def __deepcopy__(self, memo: Any) -> Row:
        return self.copy()

    def __repr__(self) -> str:
        raise NotLight("a DataFrame as a text")

    def __format__(self, form: str) -> str:
        raise NotLight("a DataFrame as a text")

    def reset_index(self, *, drop: bool = False, inplace: bool = False) -> Row | None:
        """Return it with the index of a new table, which it has."""
        if not drop:
            raise NotLight("reset_index without drop")
        return None if inplace else self.copy()

    def drop(
        self,
        labels: Any = None,
        *,
        axis: Any = 0,
        columns: Any = None,
        inplace: bool = False,
        errors: str = "raise",
    ) -> Row | None:
        """Return it without some columns.

        Raises:
            KeyError: if there is no such column, unless errors are to be ignored.
        """
        if (columns is None) == (labels is None) or (
            columns is None and axis not in (1, "columns")
        ):
            raise NotLight("drop of rows")
        gone = labels if columns is None else columns
        gone = list(gone) if type(gone) in (list, set, Columns) else [gone]
        result = self if inplace else self.copy()
        if errors != "ignore":
            for label in gone:
                self._cells[label]
        for label in gone:
            result._cells.pop(label, None)
            result._kinds.pop(label, None)
        return None if inplace else result

    def rename(
        self, mapper: Any = None, *, axis: Any = 0, columns: Any = None, inplace: bool = False
    ) -> Row | None:
        """Return it with other labels, as a dict or a function says."""
        if (columns is None) == (mapper is None) or (
            columns is None and axis not in (1, "columns")
        ):
            raise NotLight("rename of rows")
        by = mapper if columns is None else columns
        labels = tuple(self._cells)
        if type(by) is dict:
            result = self._with([by.get(label, label) for label in labels])
        elif callable(by):
            result = self._with(renamed(by, labels))
        else:
            raise NotLight(f"rename by a {type(by).__name__}")
        return self._take(result) if inplace else result

    def _with(self, labels: Any) -> Row:
        """Return it with these labels."""
        cells = dict(zip(labels, self._cells.values(), strict=True))
        if len(cells) != len(self._cells):
            raise NotLight("two columns of one name")
        return type(self)(cells, dict(zip(labels, self._kinds.values(), strict=True)))

    def _take(self, other: Row) -> None:
        """Become another row."""
        self._cells, self._kinds = other._cells, other._kinds

    def _each(self, change: Callable[[Cell], Cell]) -> Row:
        """Return what becomes of each column."""
        cells, found = {}, {}
        for label, value in self._cells.items():
            made = change(Cell(value, self._kinds[label], label))
            cells[label], found[label] = made.value, made.kind
        return Row(cells, found)

    def isna(self) -> Row:
        """Say of each value whether it is missing."""
        gaps = {
            label: value is None or (type(value) is float and value != value)
            for label, value in self._cells.items()
        }
        return Row(gaps, dict.fromkeys(gaps, BOOL))

    isnull = isna

    def any(self, axis: Any = 0) -> Any:
        """Say of each column of booleans whether it is true; or, by rows, whether any is."""
        return self._reduced(axis, any)

    def all(self, axis: Any = 0) -> Any:
        """Say of each column of booleans whether it is true; or, by rows, whether all are."""
        return self._reduced(axis, all)

    def _reduced(self, axis: Any, says: Callable[[Any], bool]) -> Any:
        if not all(kind == BOOL for kind in self._kinds.values()):
            raise NotLight("any or all of what is no boolean")
        if axis in (0, "index"):
            return Labelled(self._cells.copy(), BOOL)
        if axis in (1, "columns"):
            return Cell(says(self._cells.values()), BOOL)
        raise NotLight("any of everything")


def column(value: Any) -> tuple[Any, Kind]:
    """Return value and kind of the column that pandas makes of what is assigned."""
    if type(value) is Cell:
        return value.value, value.kind
    if type(value) is np.ndarray:
        if value.shape != (1,):
            raise NotLight(f"an array of shape {value.shape} as a column")
        values, kind = kinds.of_array(value)
        return values[0], kind
    if type(value) is list and len(value) == 1:
        return inferred(value[0])
    return inferred(value)


def renamed(function: Callable[[Any], Any], labels: tuple[Any, ...]) -> tuple[Any, ...]:
    """Return what a function makes of labels; what a function of a module made of them is known again."""
    known = _renamed.get((function, labels))
    if known is None:
        known = tuple(function(label) for label in labels)
        if not all(type(label) in (str, int) for label in known):
            raise NotLight("columns with names that are no texts")
        by_itself = type(function) is FunctionType and function.__closure__ is None
        if by_itself or type(function) is MethodDescriptorType:
            if len(_renamed) >= REMEMBERED:
                _renamed.clear()
            _renamed[function, labels] = known
    return known
