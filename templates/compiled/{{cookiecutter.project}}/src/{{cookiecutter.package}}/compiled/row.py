"""A table of one row: what a pandas DataFrame of one row does, or NotLight.

Stand-ins of estimators need three things of it: ``row.labels`` (a tuple, the columns in order),
``row.values_of(labels)`` (a list of Python's own values: float, int, bool, str, None or NaN, datetime or None)
and ``row.dtype_of(label)`` (the name of the dtype, such as ``float64``, ``int64``, ``bool``, ``object``,
``str``, ``category``, ``datetime64[us]``). ``type(x) is Row`` or ``isinstance(x, Row)`` tells it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from .cell import Cell
from .kinds import Kind, array_of, common
from .not_light import NotLight
from .pandas_names import DATAFRAME


class Row:
    """One value for each label, and its kind (see ``kinds``); the index is always that of a new table."""

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
        return iter(self._cells)

    def __contains__(self, label: Any) -> bool:
        return label in self._cells

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray[Any, Any]:
        kind = common(self._kinds.values())
        array = array_of(list(self._cells.values()), kind).reshape(1, -1)
        return array if dtype is None else array.astype(dtype)

    def __getitem__(self, key: Any) -> Any:
        if type(key) is list:
            return Row(
                {label: self._cells[label] for label in key},
                {label: self._kinds[label] for label in key},
            )
        return Cell(self._cells[key], self._kinds[key], key)
