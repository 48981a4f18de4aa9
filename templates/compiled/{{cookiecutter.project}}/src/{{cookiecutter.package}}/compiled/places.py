"""Parts of a table of one row, by labels or by places: ``loc``, ``iloc`` and ``at``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from .cell import Cell, operand
from .columns import Columns
from .filling import put
from .kinds import BOOL, FLOAT, OBJECT, boxed, common, copies_on_write
from .labelled import Labelled
from .not_light import NotLight

if TYPE_CHECKING:
    from .row import Row

EVERYTHING = slice(None)


def row_of_values(row: Row) -> Labelled:
    """Return the row as pandas hands it out by its place: among objects, numbers are NumPy's."""
    kind = common(row._kinds.values())
    if kind == OBJECT:
        cells = {label: _box(value, row._kinds[label]) for label, value in row._cells.items()}
        return Labelled(cells, OBJECT, 0)
    if kind == FLOAT:
        return Labelled({label: float(value) for label, value in row._cells.items()}, FLOAT, 0)
    return Labelled(row._cells.copy(), kind, 0)


def _box(value: Any, kind: Any) -> Any:
    return value if str(kind) == "category" else boxed(value, kind)


def _all_rows(rows: Any) -> bool:
    """Say whether the only row is meant, as a table."""
    if type(rows) is slice:
        return rows == EVERYTHING
    value, kind = operand(rows) if type(rows) in (Cell, np.ndarray) else (None, None)
    if kind != BOOL:
        raise NotLight("rows by their labels")
    return bool(value)


class Loc:
    """The row by labels."""

    __slots__ = ("_row",)

    def __init__(self, row: Row) -> None:
        self._row = row

    def __getitem__(self, key: Any) -> Any:
        if type(key) is not tuple:
            if type(key) is int and key == 0:
                return row_of_values(self._row)
            return self._rows(key)
        rows, columns = key
        if type(rows) is int and rows == 0 and type(columns) is str:
            return boxed(self._row._cells[columns], self._row._kinds[columns])
        return _columns(self._rows(rows), columns)

    def _rows(self, rows: Any) -> Row:
        if not _all_rows(rows):
            raise NotLight("a table without rows")
        return self._row.copy()

    def __setitem__(self, key: Any, value: Any) -> None:
        if type(key) is not tuple or len(key) != 2 or type(key[1]) is not str:
            raise NotLight("loc set by rows")
        rows, label = key
        meant = True if type(rows) is int and rows == 0 else _all_rows(rows)
        row = self._row
        if label not in row._cells:
            if type(rows) is not slice:
                raise NotLight("a new column for some rows")
            row[label] = value
            return
        value, kind = operand(value)
        if not copies_on_write():
            raise NotLight("columns that were taken of the table change with it")
        new = put(row._cells[label], row._kinds[label], value, kind)
        if meant:
            row._cells[label], row._kinds[label] = new


def _columns(row: Row, columns: Any) -> Any:
    """Return a column, or several."""
    if type(columns) is str or type(columns) is list or type(columns) is Columns:
        return row[columns]
    if type(columns) is slice and columns.step is None:
        labels = list(row._cells)
        first = 0 if columns.start is None else labels.index(columns.start)
        last = len(labels) if columns.stop is None else labels.index(columns.stop) + 1
        return row[labels[first:last]]
    raise NotLight("columns by something else than their names")


class Places:
    """The row by places."""

    __slots__ = ("_row",)

    def __init__(self, row: Row) -> None:
        self._row = row

    def __getitem__(self, key: Any) -> Any:
        rows, columns = key if type(key) is tuple else (key, EVERYTHING)
        labels = list(self._row._cells)
        if type(columns) is int:
            found: Any = self._row[labels[columns]]
        elif type(columns) is slice:
            found = self._row[labels[columns]]
        elif type(columns) is list and all(type(place) is int for place in columns):
            found = self._row[[labels[place] for place in columns]]
        else:
            raise NotLight("columns by something else than their places")
        if type(rows) is int and rows in (0, -1):
            return boxed(found.value, found.kind) if type(found) is Cell else row_of_values(found)
        if rows in (EVERYTHING, slice(1), slice(0, 1), [0]):
            return found
        raise NotLight("rows by their places")


class At:
    """One value by labels."""

    __slots__ = ("_row",)

    def __init__(self, row: Row) -> None:
        self._row = row

    def __getitem__(self, key: Any) -> Any:
        if type(key) is tuple and len(key) == 2 and key[0] == 0 and type(key[1]) is str:
            return boxed(self._row._cells[key[1]], self._row._kinds[key[1]])
        raise NotLight("a value by its labels")
