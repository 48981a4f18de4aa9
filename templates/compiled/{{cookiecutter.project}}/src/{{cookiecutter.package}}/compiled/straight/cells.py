"""A column of one value that is written down: what pandas would do with it becomes a text of Python."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from .. import filling, kinds
from ..arithmetic import EXACT, OPERATIONS, POWER_BY_SCALAR
from ..casting import NAMES, cast
from ..cell import METHODS, UFUNCS, Cell, operand
from ..kinds import BOOL, FLOAT, INT, INT32, NUMBERS, STR, Kind, missing, scalar
from ..not_light import NotLight
from ..pandas_names import SERIES
from .arrays import TracedArray, by_ufunc
from .hidden import Hidden, arguments
from .plain import PLAIN
from .trace import Trace, Value

SIGNS = {"add": "+", "sub": "-", "mul": "*"}
ORDER = {"lt": "<", "le": "<=", "gt": ">", "ge": ">=", "eq": "==", "ne": "!="}
LOGIC = {"and": "&", "or": "|", "xor": "^"}


class TracedCell(Hidden):
    """A value, its kind and its column's label."""

    __slots__ = ("kind", "name", "trace", "value")
    __array_priority__ = 1000

    def __init__(self, trace: Trace, value: Value, kind: Kind, name: Any = None) -> None:
        self.trace, self.value, self.kind, self.name = trace, value, kind, name

    def __getattr__(self, name: str) -> Any:
        method = getattr(Cell, name, None) if name in SERIES else None
        if name.startswith("_") or not callable(method):
            raise NotLight(f"Series.{name}")
        return lambda *given, **named: self._called(method, given, named)

    def _called(self, method: Any, given: Any = (), named: Any = None) -> TracedCell:
        """Return what a method of Cell makes of the value."""
        texts = arguments(self.trace, (self, *given), named or {})
        return column_of(self.trace, f"{self.trace.names.of(method)}({texts})")

    def as_text(self) -> str:
        """Return the text that makes the column."""
        of = self.trace.names.of
        return f"{of(Cell)}({self.value.text}, {of(self.kind)}, {of(self.name)})"

    def _with(self, text: str, kind: Kind) -> TracedCell:
        return TracedCell(self.trace, self.trace.let(text), kind, self.name)

    def _known(self, function: Callable[..., Any], *given: Any) -> TracedCell:
        """Return what a function that returns value and kind makes of the value and its kind."""
        text = self.trace.call(function, self.value, self.kind, *given)
        return TracedCell(self.trace, *self.trace.known(text), self.name)

    def _operate(self, name: str, other: Any, backward: bool = False) -> TracedCell:
        run, label = OPERATIONS[name], self.name
        value, kind = traced_operand(other)
        if type(other) is TracedCell:
            label = self.name if self.name == other.name else None
        elif name == "pow" and not backward and type(other) is not TracedArray:
            run = POWER_BY_SCALAR
        if INT32 in (str(self.kind), str(kind)):
            return self._called(getattr(Cell, f"__{'r' if backward else ''}{name}__"), (other,))
        sides = [(self.value, self.kind), (value, kind)]
        (a, a_kind), (b, b_kind) = reversed(sides) if backward else sides
        text = inline(self.trace, name, a, a_kind, b, b_kind)
        if text:
            found, kind = self.trace.let(text), BOOL if name in {**ORDER, **LOGIC} else FLOAT
        else:
            found, kind = self.trace.known(self.trace.call(run, a, a_kind, b, b_kind))
        return TracedCell(self.trace, found, kind, label)

    def _changed(self, name: str, other: Any) -> TracedCell:
        """Change the column itself, whoever holds it."""
        if not kinds.copies_on_write():
            raise NotLight("the table that the column was taken of changes with it")
        made = self._operate(name, other)
        self.value, self.kind = made.value, made.kind
        return self

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **options: Any) -> Any:
        name = UFUNCS.get(ufunc.__name__)
        if method != "__call__" or options or ufunc.nout != 1:
            raise NotLight(f"{ufunc.__name__}.{method}")
        if name is not None and len(inputs) == 2:
            back = type(inputs[0]) is not TracedCell
            return inputs[back]._operate(name, inputs[1 - back], back)
        if len(inputs) == 1 and self.kind == FLOAT:
            made = self.trace.call(by_ufunc, ufunc, self.value)
            if type(self.trace.now(made)) is float:
                return self._with(made, FLOAT)
        texts = arguments(self.trace, inputs, {})
        return column_of(self.trace, f"{self.trace.names.of(ufunc)}({texts})")

    def __array_function__(self, function: Any, types: Any, given: Any, named: Any) -> Any:
        if function is not np.where:
            raise NotLight(f"numpy.{function.__name__} of a column")
        taken = [each.values if type(each) is TracedCell else each for each in given]
        array = next(each for each in taken if type(each) is TracedArray)
        return array.__array_function__(function, types, taken, named)

    def isna(self) -> TracedCell:
        """Say whether there is no value."""
        text = self.value.text
        gap = {
            INT: "False",
            BOOL: "False",
            FLOAT: f"({text} != {text})",
            STR: f"({text} is None or {text} != {text})",
        }.get(str(self.kind), self.trace.call(missing, self.value))
        return TracedCell(self.trace, Value(gap), BOOL, self.name)

    def notna(self) -> TracedCell:
        """Say whether there is a value."""
        return ~self.isna()

    isnull, notnull = isna, notna

    def fillna(self, value: Any) -> TracedCell:
        """Return it with a scalar where there is no value."""
        if type(value) in (int, float, np.float64, np.int64) and self.kind == FLOAT:
            text, other = self.value.text, self.trace.names.of(float(value))
            return self._with(f"{text} if {text} == {text} else {other}", FLOAT)
        return self._known(filling.fill, value)

    def astype(self, dtype: Any) -> TracedCell:
        """Return the value as another kind."""
        wanted = NAMES.get(dtype) if type(dtype) in (str, type) else None
        if wanted == FLOAT and self.kind in (FLOAT, INT, BOOL):
            return self._with(as_float(self.value, self.kind), FLOAT)
        return self._known(cast, dtype)

    def __invert__(self) -> TracedCell:
        if self.kind != BOOL:
            raise NotLight(f"the opposite of {self.kind}")
        return TracedCell(self.trace, Value(f"(not {self.value.text})"), BOOL, self.name)

    def __neg__(self) -> TracedCell:
        is_float = self.kind == FLOAT
        return self._with(f"-{self.value.text}", FLOAT) if is_float else self._called(Cell.__neg__)

    def abs(self) -> TracedCell:
        """Return the value without its sign."""
        is_float = self.kind == FLOAT
        return self._with(f"abs({self.value.text})", FLOAT) if is_float else self._called(Cell.abs)

    __abs__ = abs

    def __round__(self, decimals: int = 0) -> TracedCell:
        return self._called(Cell.round, (decimals,))

    def any(self) -> Any:
        """Tell the code whether a boolean is true."""
        if self.kind != BOOL:
            raise NotLight("any of what is no boolean")
        return np.bool_(self.trace.told(self.value.text))

    all = any

    def copy(self, deep: bool = True) -> TracedCell:
        """Return another one with the same value."""
        return TracedCell(self.trace, self.value, self.kind, self.name)

    __copy__ = copy

    @property
    def dtype(self) -> Any:
        """The dtype, to be compared with others."""
        return kinds.dtype_of(self.kind)

    @property
    def values(self) -> TracedArray:
        """The array of a number or a boolean."""
        return TracedArray.of(self.trace, [self.value], self.kind)

    @property
    def iloc(self) -> Places:
        """What takes places."""
        return Places(self)

    def to_numpy(self) -> TracedArray:
        """Return the array of a number or a boolean."""
        return self.values

    @property
    def str(self) -> Accessor:
        """The value as a text."""
        return Accessor(self, "str")

    @property
    def dt(self) -> Accessor:
        """The value as a moment."""
        return Accessor(self, "dt")


class Places(Hidden):
    """A number with a fraction, or what a boolean says, by its place."""

    def __init__(self, cell: TracedCell) -> None:
        self._cell = cell

    def __getitem__(self, key: Any) -> Any:
        if type(key) is not int or key not in (0, -1) or self._cell.kind not in (FLOAT, BOOL):
            raise NotLight("places of a Series")
        return self._cell.values[0]


class Accessor(Hidden):
    """``.str`` or ``.dt`` of a column."""

    def __init__(self, cell: TracedCell, name: str) -> None:
        self._cell, self._text = cell, f"{cell.as_text()}.{name}"

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise NotLight(f".str.{name}")
        trace, text = self._cell.trace, f"{self._text}.{name}"
        if type(trace.now(text)) is Cell:
            return column_of(trace, text)
        return lambda *given, **named: column_of(trace, f"{text}({arguments(trace, given, named)})")

    def __getitem__(self, key: Any) -> TracedCell:
        trace = self._cell.trace
        return column_of(trace, f"{self._text}[{trace.names.of(key)}]")


def column_of(trace: Trace, text: str) -> TracedCell:
    """Return the column that a text computes."""
    trace.catches = True
    value, kind = trace.known(trace.call(parts, Value(text)))
    return TracedCell(trace, value, kind, trace.now(text).name)


def parts(cell: Any) -> tuple[Any, Kind]:
    """Return value and kind of a column."""
    if type(cell) is not Cell:
        raise NotLight("something else than a column")
    return cell.value, cell.kind


def traced_operand(other: Any) -> tuple[Any, Kind]:
    """Return value and kind of what an operation has on its other side."""
    if type(other) is TracedCell:
        return other.value, other.kind
    if type(other) is TracedArray:
        return other.only(), other.kind
    if type(other) in PLAIN:
        return other.trace.known(other.trace.call(scalar, other.value))
    return operand(other)


def as_float(value: Any, kind: Kind) -> str:
    """Return the text of a number as a float."""
    if type(value) is not Value:
        return repr(float(value)) if abs(value) < np.inf else f"float('{value}')"
    return value.text if kind == FLOAT else f"float({value.text})"


def inline(trace: Trace, name: str, a: Any, a_kind: Kind, b: Any, b_kind: Kind) -> str:
    """Return the text of an operation where one sign says it all; nothing where it does not."""
    if not (type(a_kind) is str and type(b_kind) is str):
        return ""
    if name in LOGIC and a_kind == b_kind == BOOL:
        return f"{trace.text(a)} {LOGIC[name]} {trace.text(b)}"
    if a_kind not in NUMBERS or b_kind not in NUMBERS:
        return ""
    if type(b) is int and a_kind == FLOAT and abs(b) <= EXACT:
        b, b_kind = float(b), FLOAT
    if name in ORDER and a_kind == b_kind:
        return f"{trace.text(a)} {ORDER[name]} {trace.text(b)}"
    a_text, b_text = as_float(a, a_kind), as_float(b, b_kind)
    if name in SIGNS and FLOAT in (a_kind, b_kind):
        return f"{a_text} {SIGNS[name]} {b_text}"
    if name == "truediv":
        by_zero = f"{trace.names.of(OPERATIONS[name])}({a_text}, {FLOAT!r}, {b_text}, {FLOAT!r})[0]"
        return f"{a_text} / {b_text} if {trace.text(b)} else {by_zero}"
    return ""


def _method(name: str, backward: bool = False) -> Callable[[TracedCell, Any], TracedCell]:
    return lambda self, other: self._operate(name, other, backward)


def _in_place(name: str) -> Callable[[TracedCell, Any], TracedCell]:
    return lambda self, other: self._changed(name, other)


for _name in OPERATIONS:
    setattr(TracedCell, f"__{_name}__", _method(_name))
    if _name not in LOGIC:
        for _other in METHODS.get(_name, (_name,)):
            setattr(TracedCell, _other, _method(_name))
    if _name not in ORDER:
        setattr(TracedCell, f"__r{_name}__", _method(_name, True))
        setattr(TracedCell, f"__i{_name}__", _in_place(_name))
