"""What is done to each column of a table of one row, and across its columns."""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

import numpy as np

from .arithmetic import OPERATIONS
from .cell import Cell
from .filling import kind_of_values, plain
from .kinds import (
    BOOL,
    FLOAT,
    INT,
    INT32,
    MOMENTS,
    OBJECT,
    SPANS,
    STR,
    Category,
    boxed,
    common,
    inferred,
    negative_zero,
    scalar,
)
from .labelled import Labelled
from .not_light import NotLight

if TYPE_CHECKING:
    from .row import Row

MOST_ADDED = 8
"""Up to here NumPy adds numbers one after the other."""


class RowOperations:
    """The part of Row that needs nothing but its columns."""

    __slots__ = ()

    _cells: dict[Any, Any]
    _kinds: dict[Any, Any]
    _each: Callable[[Callable[[Cell], Cell]], Row]
    copy: Callable[[], Row]
    isna: Callable[[], Row]
    _take: Callable[[Row], None]

    def items(self) -> Iterable[tuple[Any, Cell]]:
        """Return labels and columns."""
        return [
            (label, Cell(value, self._kinds[label], label)) for label, value in self._cells.items()
        ]

    def get(self, key: Any, default: Any = None) -> Any:
        """Return a column, or something else."""
        return self[key] if key in self._cells else default  # type: ignore[index]

    def pop(self, item: Any) -> Cell:
        """Return a column and drop it."""
        return Cell(self._cells.pop(item), self._kinds.pop(item), item)

    def insert(self, loc: int, column: Any, value: Any) -> None:
        """Put a column before others."""
        if column in self._cells or type(column) is not str or not 0 <= loc <= len(self._cells):
            raise NotLight("insert")
        self[column] = value  # type: ignore[index]
        order = list(self._cells)
        order.insert(loc, order.pop())
        self._take(self[order])  # type: ignore[index]

    def assign(self, **columns: Any) -> Row:
        """Return it with more columns; functions are given what is there so far."""
        result = self.copy()
        for label, value in columns.items():
            result[label] = value(result) if callable(value) and type(value) is not Cell else value
        return result

    def pipe(self, function: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
        """Return what a function makes of it."""
        return function(self, *arguments, **named)

    def notna(self) -> Row:
        """Say of each value whether it is there."""
        return ~self.isna()  # type: ignore[operator, no-any-return]

    notnull = notna

    def fillna(self, value: Any, *, inplace: bool = False) -> Row | None:
        """Return it with a scalar, or one for each column, where there is no value."""
        if type(value) is Labelled:
            value = value.to_dict()
        if type(value) is dict:
            result = self._each(
                lambda cell: cell.fillna(value[cell.name]) if cell.name in value else cell
            )
        else:
            result = self._each(lambda cell: cell.fillna(value))
        return self._take(result) if inplace else result

    def astype(self, dtype: Any) -> Row:
        """Return all columns, or those of a dict, as other kinds."""
        if type(dtype) is not dict:
            return self._each(lambda cell: cell.astype(dtype))
        for label in dtype:
            self._cells[label]
        return self._each(
            lambda cell: cell.astype(dtype[cell.name]) if cell.name in dtype else cell
        )

    def map(self, func: Callable[[Any], Any]) -> Row:
        """Return what a function makes of each value."""
        if not callable(func):
            raise NotLight("DataFrame.map by a table")
        return self._each(lambda cell: cell.map(func))

    def replace(self, to_replace: Any, value: Any = NotLight) -> Row:
        """Return it with other values in place of some."""
        if type(to_replace) is dict and any(type(new) is dict for new in to_replace.values()):
            if value is not NotLight or not all(type(new) is dict for new in to_replace.values()):
                raise NotLight("replace in some columns")
            by = to_replace
            return self._each(lambda cell: cell.replace(by[cell.name]) if cell.name in by else cell)
        return self._each(lambda cell: cell.replace(to_replace, value))

    def clip(self, lower: Any = None, upper: Any = None, *, axis: Any = None) -> Row:
        """Return the values, or the bounds that they lie beyond."""
        labels = list(self._cells)
        low, high = bounds(labels, lower, axis), bounds(labels, upper, axis)
        return self._each(lambda cell: cell.clip(low[cell.name], high[cell.name]))

    def abs(self) -> Row:
        """Return the values without their signs."""
        return self._each(lambda cell: cell.abs())

    __abs__ = abs

    def round(self, decimals: Any = 0) -> Row:
        """Return the numbers rounded as NumPy does."""
        if type(decimals) is dict:
            return self._each(
                lambda cell: cell.round(decimals[cell.name]) if cell.name in decimals else cell
            )
        return self._each(lambda cell: cell.round(decimals) if cell.kind in (INT, FLOAT) else cell)

    def isin(self, values: Any) -> Row:
        """Say of each value whether it is one of several."""
        if type(values) is dict:
            raise NotLight("isin by columns")
        return self._each(lambda cell: cell.isin(values))

    def dropna(self, *, subset: Any = None) -> Row:
        """Return it, where no value is missing."""
        gaps = self.isna()._cells
        if any(gaps[label] for label in (gaps if subset is None else subset)):
            raise NotLight("a table without rows")
        return self.copy()

    def __invert__(self) -> Row:
        return self._each(lambda cell: ~cell)

    def __neg__(self) -> Row:
        return self._each(lambda cell: -cell)

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **options: Any) -> Any:
        if method != "__call__" or options or len(inputs) != 1:
            raise NotLight(f"{ufunc.__name__} of tables")
        return self._each(lambda cell: ufunc(cell))

    def apply(self, func: Any, axis: Any = 0, args: tuple[Any, ...] = (), **named: Any) -> Any:
        """Return what a function makes of each column, or of the row."""
        if not callable(func):
            raise NotLight("apply by name")
        if axis in (1, "columns"):
            return Cell(*inferred(func(self._as_values(), *args, **named)))
        made = {label: func(cell, *args, **named) for label, cell in self.items()}
        if all(type(each) is Cell for each in made.values()):
            return self._each(lambda cell: made[cell.name])
        values = {label: scalar(each)[0] for label, each in made.items()}
        kind = kind_of_values(values.values())
        if kind == OBJECT:
            raise NotLight("a Series of objects")
        return Labelled({k: float(v) for k, v in values.items()} if kind == FLOAT else values, kind)

    def _as_values(self) -> Labelled:
        """Return the row as functions of rows are given it: among objects, numbers are Python's."""
        among = set(map(str, self._kinds.values()))
        if among & set(MOMENTS) and len(among) > 1:
            cells = {
                k: boxed(v, self._kinds[k]) if self._kinds[k] in MOMENTS else v
                for k, v in self._cells.items()
            }
            return Labelled(cells, OBJECT, 0)
        kind = common(self._kinds.values())
        if kind == FLOAT:
            return Labelled({label: float(value) for label, value in self._cells.items()}, FLOAT, 0)
        return Labelled(self._cells.copy(), kind, 0)

    def iterrows(self) -> Iterable[tuple[int, Labelled]]:
        """Return the row with its label."""
        return [(0, self._as_values())]

    def itertuples(self, index: bool = True, name: str | None = "Pandas") -> Iterable[Any]:
        """Return the row as a tuple."""
        values = [cell.item() for _, cell in self.items()]
        labels = [str(label) for label in self._cells]
        if index:
            values.insert(0, 0)
            labels.insert(0, "Index")
        if name is None:
            return [tuple(values)]
        return [namedtuple(name, labels, rename=True)(*values)]  # type: ignore[misc]

    def to_dict(self, orient: str = "dict") -> Any:
        """Return the values by their labels."""
        values = {label: cell.item() for label, cell in self.items()}
        if orient == "records":
            return [values]
        if orient == "list":
            return {label: [value] for label, value in values.items()}
        if orient == "dict":
            return {label: {0: value} for label, value in values.items()}
        raise NotLight(f"to_dict({orient!r})")

    def reindex(self, *, columns: Any, fill_value: Any = float("nan")) -> Row:
        """Return these columns, in this order; new ones hold one value."""
        value, kind = scalar(fill_value)
        if kind not in (INT, FLOAT):
            raise NotLight(f"new columns of {kind}")
        new = self.copy()
        for label in columns:
            if label not in self._cells:
                new._cells[label], new._kinds[label] = value, kind
        return new[list(columns)]  # type: ignore[no-any-return]

    def select_dtypes(self, include: Any = None, exclude: Any = None) -> Row:
        """Return the columns of some kinds."""
        wanted, given = (include, True) if exclude is None else (exclude, False)
        if include is not None and exclude is not None or wanted is None:
            raise NotLight("select_dtypes by two lists")
        tests = wanted if type(wanted) in (list, tuple) else [wanted]
        chosen = [
            k for k, kind in self._kinds.items() if any(_is(kind, test) for test in tests) == given
        ]
        return self[chosen]  # type: ignore[index, no-any-return]

    def sum(self, axis: Any = 0) -> Any:
        """Return the sum of the row's numbers; or, by columns, count booleans."""
        if axis in (0, "index") and all(kind == BOOL for kind in self._kinds.values()):
            return Labelled({label: int(value) for label, value in self._cells.items()}, INT)
        if axis in (1, "columns") and set(map(str, self._kinds.values())) == {BOOL}:
            return Cell(sum(self._cells.values()), INT)
        numbers, kind = self._numbers(axis)
        return Cell(sum(numbers, 0.0 if kind == FLOAT else 0), kind)

    def mean(self, axis: Any = 0) -> Any:
        """Return the mean of the row's numbers."""
        numbers, _ = self._numbers(axis)
        return Cell(sum(map(float, numbers)) / len(numbers) if numbers else float("nan"), FLOAT)

    def max(self, axis: Any = 0) -> Any:
        """Return the largest of the row's numbers."""
        numbers, kind = self._numbers(axis)
        return Cell(max(numbers) if numbers else float("nan"), kind)

    def min(self, axis: Any = 0) -> Any:
        """Return the smallest of the row's numbers."""
        numbers, kind = self._numbers(axis)
        return Cell(min(numbers) if numbers else float("nan"), kind)

    def _numbers(self, axis: Any) -> tuple[list[Any], Any]:
        """Return the row's numbers that are there, and their kind."""
        kind = common(self._kinds.values())
        if (
            axis not in (1, "columns")
            or kind not in (INT, FLOAT)
            or not 0 < len(self._cells) <= MOST_ADDED
        ):
            raise NotLight("numbers by columns")
        if any(negative_zero(value) for value in self._cells.values()):
            raise NotLight("a zero with a sign")
        if kind == FLOAT:
            return [float(value) for value in self._cells.values() if value == value], kind
        if any(abs(value) > 2**49 for value in self._cells.values()):
            raise NotLight("large integers")
        return list(self._cells.values()), kind


def bounds(labels: list[Any], given: Any, axis: Any) -> dict[Any, Any]:
    """Return a bound for each column: one for all of them, or as many as there are columns."""
    if type(given) not in (np.ndarray, list, tuple, Labelled):
        return dict.fromkeys(labels, given)
    if axis not in (1, "columns"):
        raise NotLight("bounds of rows")
    if type(given) is Labelled:
        table, _ = given.table()
        if list(table) != labels:
            raise NotLight("bounds of other columns")
        return table
    values = plain(given)
    if len(values) != len(labels) or None in values:
        raise NotLight("bounds for some columns")
    return dict(zip(labels, values, strict=True))


def _is(kind: Any, test: Any) -> bool:
    """Say whether ``select_dtypes`` takes a column of the kind."""
    if kind in SPANS:
        raise NotLight("select_dtypes of times")
    if test in ("number", np.number):
        return kind in (INT, FLOAT, INT32)
    if test == "category":
        return isinstance(kind, Category)
    if test in ("object", object, "O"):
        if kind == STR:
            raise NotLight("texts as objects")
        return bool(kind == OBJECT)
    if test in ("bool", bool):
        return bool(kind == BOOL)
    raise NotLight(f"select_dtypes({test!r})")


def _by_columns(name: str, backward: bool) -> Callable[[Any, Any], Row]:
    method_name = f"__{'r' if backward else ''}{name}__"

    def method(self: Any, other: Any) -> Row:
        if type(other) is type(self):
            theirs = dict(other.items())
        elif type(other) is Labelled:
            table, kind = other.table()
            theirs = {label: Cell(value, kind) for label, value in table.items()}
        else:
            scalar(other)
            theirs = dict.fromkeys(self._cells, other)
        if list(theirs) != list(self._cells):
            raise NotLight("tables of other columns")
        return self._each(lambda cell: getattr(cell, method_name)(theirs[cell.name]))  # type: ignore[no-any-return]

    return method


def _refused(self: Any, other: Any) -> Any:
    raise NotLight("a table that is changed as a whole")


for _name in OPERATIONS:
    setattr(RowOperations, f"__i{_name}__", _refused)
    setattr(RowOperations, f"__{_name}__", _by_columns(_name, False))
    if _name in ("add", "sub", "mul", "truediv"):
        setattr(RowOperations, f"__r{_name}__", _by_columns(_name, True))
