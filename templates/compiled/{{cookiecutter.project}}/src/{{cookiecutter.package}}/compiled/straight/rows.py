"""A table of one row whose values are written down: what needs no value is done as Row does it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..arithmetic import OPERATIONS
from ..columns import Columns
from ..kinds import BOOL, FLOAT, Kind, common, inferred
from ..not_light import NotLight
from ..pandas_names import DATAFRAME
from ..records import INLINE
from ..row import Row, column
from ..row_operations import RowOperations
from .arrays import TracedArray
from .cells import TracedCell, as_float, column_of, traced_operand
from .hidden import Hidden, arguments
from .plain import PLAIN
from .trace import Trace, Value, current

STRUCTURE = (  # noqa: SIM905
    "labels _no_column __len__ __bool__ __contains__ __iter__ _chosen __delitem__ columns keys "
    "index shape empty copy __copy__ __deepcopy__ __repr__ __format__ reset_index drop rename "
    "_with _take"
).split()
"""What Row does without looking at a value."""
BY_COLUMNS = (  # noqa: SIM905
    "get insert pipe notna notnull fillna astype map replace clip abs round isin __invert__ "
    "__neg__ __array_ufunc__ select_dtypes reindex"
).split()
WHOLE = ["sum", "mean", "max", "min", "apply"]
"""What gives one column for all values."""


class TracedRow(Hidden):
    """One value for each label, and its kind."""

    __slots__ = ("_cells", "_kinds", "trace")

    def __init__(self, cells: dict[Any, Any], kinds: dict[Any, Kind]) -> None:
        self._cells, self._kinds, self.trace = cells, kinds, current()

    def __getattr__(self, name: str) -> Any:
        if name in WHOLE:
            return lambda *given, **named: self._whole(name, given, named)
        if name in DATAFRAME or name.startswith("_") or name not in self._cells:
            raise NotLight(f"DataFrame.{name}")
        return self._cell(name)

    def _cell(self, label: Any) -> TracedCell:
        value = self._cells[label]
        value = value if type(value) is Value else Value(self.trace.names.of(value))
        return TracedCell(self.trace, value, self._kinds[label], label)

    def as_text(self) -> str:
        """Return the text that makes the table."""
        text, of = self.trace.text, self.trace.names.of
        cells = ", ".join(f"({label!r}, {text(value)})" for label, value in self._cells.items())
        return f"{of(Row)}(dict([{cells}]), {of(self._kinds)}.copy())"

    def __getitem__(self, key: Any) -> Any:
        if type(key) in (str, int):
            return self._cell(key)
        if type(key) is list or type(key) is Columns:
            return self._chosen(list(key))
        if type(key) is TracedCell and key.kind == BOOL and self.trace.told(key.value.text):
            return self.copy()
        raise NotLight("a part of a DataFrame")

    def __setitem__(self, key: Any, value: Any) -> None:
        kind = type(value)
        if type(key) is str:
            self._cells[key], self._kinds[key] = traced_column(value)
            return
        if type(key) is not list or not len(set(key)) == len(key):
            raise NotLight("columns set by something else than their names")
        if kind is TracedRow and len(value._cells) == len(key):
            columns = [each for _, each in value.items()]
        elif kind is TracedArray and value.shape == (1, len(key)):
            columns = [value[:, place] for place in range(len(key))]
        else:
            raise NotLight("several columns set to one thing")
        for label, each in zip(key, columns, strict=True):
            self[label] = each

    def _each(self, change: Callable[[TracedCell], TracedCell]) -> TracedRow:
        made = {label: change(self._cell(label)) for label in self._cells}
        kinds = {label: cell.kind for label, cell in made.items()}
        return TracedRow({label: cell.value for label, cell in made.items()}, kinds)

    def isna(self) -> TracedRow:
        """Say of each value whether it is missing."""
        return self._each(lambda cell: cell.isna())

    isnull = isna

    def items(self) -> list[tuple[Any, TracedCell]]:
        """Return labels and columns."""
        return [(label, self._cell(label)) for label in self._cells]

    def pop(self, item: Any) -> TracedCell:
        """Return a column and drop it."""
        cell = self._cell(item)
        del self[item]
        return cell

    def assign(self, **columns: Any) -> TracedRow:
        """Return it with more columns; functions are given what is there so far."""
        result: TracedRow = self.copy()
        for label, value in columns.items():
            given = issubclass(type(value), Hidden) or not callable(value)
            result[label] = value if given else value(result)
        return result

    def any(self, axis: Any = 0) -> Any:
        """Say of each column of booleans whether it is true."""
        if axis not in (0, "index") or any(kind != BOOL for kind in self._kinds.values()):
            raise NotLight("any by rows")
        return TracedLabelled(self)

    def _whole(self, name: str, given: Any, named: Any) -> TracedCell:
        text = f"{self.as_text()}.{name}({arguments(self.trace, given, named)})"
        return column_of(self.trace, text)

    @property
    def values(self) -> TracedArray:
        """The array of numbers."""
        if common(self._kinds.values()) != FLOAT:
            raise NotLight("an array of other than floats")
        texts = [Value(as_float(value, self._kinds[k])) for k, value in self._cells.items()]
        return TracedArray.of(self.trace, texts, FLOAT)[None, :]

    def to_numpy(self) -> TracedArray:
        """Return the array of numbers."""
        return self.values


def traced_column(value: Any) -> tuple[Any, Kind]:
    """Return value and kind of the column that pandas makes of what is assigned."""
    if type(value) is list and len(value) == 1 and type(value[0]) in PLAIN:
        (value,) = value
    if type(value) in PLAIN:
        return value.trace.known(value.trace.call(inferred, value.value))  # type: ignore[no-any-return]
    return traced_operand(value) if type(value) in (TracedCell, TracedArray) else column(value)


class TracedLabelled(Hidden):
    """Booleans by labels."""

    def __init__(self, row: TracedRow) -> None:
        self._row = row

    def __getitem__(self, key: Any) -> Any:
        if type(key) is not str:
            raise NotLight("a value by its place")
        return self._row._cell(key).any()

    def get(self, key: Any, default: Any = None) -> Any:
        """Tell the code what a label says."""
        return self[key] if type(key) is not str or key in self._row._cells else default

    def any(self) -> Any:
        """Tell the code whether one of the booleans is true."""
        texts = [cell.value.text for _, cell in self._row.items()]
        return np.bool_(self._row.trace.told(f"({' or '.join(texts) or 'False'})"))


def row_of(trace: Trace, columns: list[Any]) -> TracedRow:
    """Return the row of the record; ``columns`` as ``records.columns_of`` returns them."""
    cells, kinds = {}, {}
    for label, name, kind, convert in columns:
        raw = trace.let(f"record[{name!r}]")
        test, made = INLINE.get(convert), trace.call(convert, raw)
        text = f"{raw.text} if {test.replace('$', raw.text)} else {made}" if test else made
        cells[label], kinds[label] = trace.let(text), kind
    return TracedRow(cells, kinds)


for _name in STRUCTURE:
    setattr(TracedRow, _name, Row.__dict__[_name])
for _name in BY_COLUMNS:
    setattr(TracedRow, _name, RowOperations.__dict__[_name])
for _name in RowOperations.__dict__:
    if _name.strip("_") in {*OPERATIONS, *(f"r{name}" for name in OPERATIONS)}:
        setattr(TracedRow, _name, RowOperations.__dict__[_name])
for _name in OPERATIONS:
    setattr(TracedRow, f"__i{_name}__", getattr(RowOperations, f"__i{_name}__"))
