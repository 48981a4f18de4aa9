"""A column of one value: what a pandas Series of one row does, or NotLight."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from . import filling, kinds
from .arithmetic import COUNTED, OPERATIONS, POWER_BY_SCALAR, Operation
from .casting import cast
from .kinds import (
    BOOL,
    FLOAT,
    INT,
    INT32,
    OBJECT,
    STR,
    Kind,
    array_of,
    boxed,
    missing,
    negative_zero,
    scalar,
)
from .labelled import Labelled
from .moments import Moments
from .not_light import NotLight
from .pandas_names import SERIES
from .texts import Texts


class Cell:
    """One value, its kind (see ``kinds``) and its column's label; nobody else holds it."""

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

    def __contains__(self, label: Any) -> bool:
        raise NotLight("a label in a Series")

    def __getitem__(self, key: Any) -> Any:
        if type(key) is int and key == 0:
            return boxed(self.value, self.kind)
        if type(key) is Cell and key.kind == BOOL and key.value:
            return self.copy()
        raise NotLight("a part of a Series")

    @property
    def iloc(self) -> Places:
        """What takes places."""
        return Places(self)

    @property
    def loc(self) -> Cell:
        """What takes labels."""
        return self

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray[Any, Any]:
        array = array_of([self.value], self.kind)
        return array if dtype is None else array.astype(dtype)

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **options: Any) -> Any:
        if method != "__call__" or options:
            raise NotLight(f"{ufunc.__name__}.{method}")
        name = UFUNCS.get(ufunc.__name__)
        if name == "pow" and type(inputs[0]) is Cell:
            return inputs[0] ** inputs[1]  # type: ignore[operator]
        if name is not None:
            return Cell(
                *OPERATIONS[name](*operand(inputs[0]), *operand(inputs[1])), _label_of(inputs)
            )
        if ufunc.nout != 1 or not all(operand(given)[1] in COUNTED for given in inputs):
            raise NotLight(f"{ufunc.__name__} of what is no number")
        with np.errstate(all="ignore"):
            result = ufunc(*(each.__array__() if type(each) is Cell else each for each in inputs))
        if result.dtype.name not in COUNTED:
            raise NotLight(f"{ufunc.__name__} gives {result.dtype}")
        return Cell(result.item(), result.dtype.name, _label_of(inputs))

    def __float__(self) -> float:
        raise NotLight("a Series as a float")

    def __int__(self) -> int:
        raise NotLight("a Series as an integer")

    @property
    def shape(self) -> tuple[int]:
        """One value."""
        return (1,)

    @property
    def size(self) -> int:
        """One value."""
        return 1

    @property
    def empty(self) -> bool:
        """Never."""
        return False

    @property
    def dtype(self) -> Any:
        """The dtype, to be compared with others."""
        return kinds.dtype_of(self.kind)

    @property
    def values(self) -> np.ndarray[Any, Any]:
        """The array of this value."""
        if self.kind == STR:
            raise NotLight("an array of Arrow's texts")
        return array_of([self.value], self.kind)

    def to_numpy(self) -> np.ndarray[Any, Any]:
        """Return the array of this value."""
        return array_of([self.value], self.kind)

    def tolist(self) -> list[Any]:
        """Return the value in a list."""
        if self.kind in (INT, FLOAT, BOOL, STR, OBJECT, INT32):
            return [self.value]
        raise NotLight(f"a list of {self.kind}")

    to_list = tolist

    def item(self) -> Any:
        """Return the value."""
        return self.tolist()[0]

    def copy(self, deep: bool = True) -> Cell:
        """Return another one with the same value."""
        return Cell(self.value, self.kind, self.name)

    __copy__ = copy

    def __deepcopy__(self, memo: Any) -> Cell:
        return self.copy()

    def __repr__(self) -> str:
        raise NotLight("a Series as a text")

    def __format__(self, form: str) -> str:
        raise NotLight("a Series as a text")

    def rename(self, index: Any) -> Cell:
        """Return it with another name."""
        if type(index) is not str:
            raise NotLight("rename by something else than a text")
        return Cell(self.value, self.kind, index)

    def reset_index(self, *, drop: bool) -> Cell:
        """Return it with the index of a new table, which it has."""
        if drop is not True:
            raise NotLight("reset_index without drop")
        return self.copy()

    def pipe(self, function: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
        """Return what a function makes of it."""
        return function(self, *arguments, **named)

    def isna(self) -> Cell:
        """Say whether there is no value."""
        return Cell(missing(self.value), BOOL, self.name)

    def notna(self) -> Cell:
        """Say whether there is a value."""
        return Cell(not missing(self.value), BOOL, self.name)

    isnull, notnull = isna, notna

    def fillna(self, value: Any) -> Cell:
        """Return it with a scalar where there is no value."""
        return Cell(*filling.fill(self.value, self.kind, value), self.name)

    def astype(self, dtype: Any) -> Cell:
        """Return the value as another kind."""
        return Cell(*cast(self.value, self.kind, dtype), self.name)

    def map(self, arg: Any, na_action: str | None = None) -> Cell:
        """Return what a dict, a learned Series or a function makes of the value."""
        if type(arg) is Labelled:
            table, kind = arg.table()
            return Cell(*filling.look_up(self.value, self.kind, table, kind), self.name)
        skips = na_action is not None
        return Cell(*filling.mapped(self.value, self.kind, arg, skips), self.name)

    def apply(self, func: Any, args: tuple[Any, ...] = (), **named: Any) -> Cell:
        """Return what a function makes of the value."""
        if isinstance(func, np.ufunc):
            return func(self, *args, **named)  # type: ignore[no-any-return]
        if not callable(func):
            raise NotLight("apply by name")
        if args or named:
            return self.map(lambda value: func(value, *args, **named))
        return self.map(func)

    def replace(self, to_replace: Any, value: Any = NotLight) -> Cell:
        """Return the value, or what is put in its place."""
        table = pairs(to_replace, value)
        return Cell(*filling.replaced(self.value, self.kind, table), self.name)

    def clip(self, lower: Any = None, upper: Any = None, out: None = None) -> Cell:
        """Return the value, or the bound that it lies beyond."""
        if out is not None:
            raise NotLight("clip into something")
        return Cell(*filling.clip(self.value, self.kind, lower, upper), self.name)

    def abs(self) -> Cell:
        """Return the value without its sign."""
        if self.kind not in (INT, FLOAT) or self.value == -(2**63):
            raise NotLight(f"abs of {self.kind}")
        return Cell(abs(self.value), self.kind, self.name)

    __abs__ = abs

    def __neg__(self) -> Cell:
        if self.kind not in (INT, FLOAT) or self.value == -(2**63):
            raise NotLight(f"the negative of {self.kind}")
        return Cell(-self.value, self.kind, self.name)

    def __invert__(self) -> Cell:
        if self.kind != BOOL:
            raise NotLight(f"the opposite of {self.kind}")
        return Cell(not self.value, BOOL, self.name)

    def round(self, decimals: int = 0, out: None = None) -> Cell:
        """Return the value rounded as NumPy does."""
        if (
            out is not None
            or type(decimals) is not int
            or decimals < 0
            or self.kind not in (INT, FLOAT)
        ):
            raise NotLight("round")
        if self.kind == INT:
            return self.copy()
        return Cell(np.round(np.array([self.value]), decimals).item(), FLOAT, self.name)

    def __round__(self, decimals: int = 0) -> Cell:
        return self.round(decimals)

    def between(self, left: Any, right: Any, inclusive: str = "both") -> Cell:
        """Say whether the value lies between two others."""
        low = self >= left if inclusive in ("both", "left") else self > left  # type: ignore[operator]
        high = self <= right if inclusive in ("both", "right") else self < right  # type: ignore[operator]
        if inclusive not in ("both", "neither", "left", "right"):
            raise NotLight("between")
        return low & high  # type: ignore[no-any-return]

    def isin(self, values: Any) -> Cell:
        """Say whether the value is one of several."""
        return Cell(filling.among(self.value, self.kind, values), BOOL, self.name)

    def where(self, cond: Any, other: Any = float("nan")) -> Cell:
        """Return the value where something holds, else another."""
        return self._chosen(_truth(cond), other)

    def mask(self, cond: Any, other: Any = float("nan")) -> Cell:
        """Return the value where something does not hold, else another."""
        return self._chosen(not _truth(cond), other)

    def _chosen(self, kept: bool, other: Any) -> Cell:
        value, kind = operand(other)
        if kept:
            if type(other) is Cell and kind != self.kind:
                raise NotLight(f"a choice of {self.kind} and {kind}")
            return self.copy()
        if self.kind == INT and kind == FLOAT and value != value:
            return Cell(value, FLOAT, self.name)
        if self.kind == INT and kind == FLOAT:
            raise NotLight("a float among integers")
        return Cell(*filling.put(self.value, self.kind, value, kind), self.name)

    def max(self) -> Any:
        """Return the number."""
        return self._number(self.kind)

    min = max

    def sum(self) -> Any:
        """Return the number; 0 where it is missing."""
        if missing(self.value) or negative_zero(self.value):
            raise NotLight("the sum of nothing")
        return self._number(self.kind)

    def mean(self) -> Any:
        """Return the number as a float."""
        if missing(self.value) or negative_zero(self.value):
            raise NotLight("the mean of nothing")
        return self._number(FLOAT)

    median = mean

    def _number(self, kind: Kind) -> Any:
        if self.kind not in (INT, FLOAT):
            raise NotLight(f"a number of {self.kind}")
        return boxed(self.value, kind)

    def any(self) -> Any:
        """Say whether a boolean is true."""
        return np.bool_(_truth(self))

    all = any

    @property
    def str(self) -> Texts:
        """The value as a text."""
        return Texts(self)

    @property
    def dt(self) -> Moments:
        """The value as a moment."""
        return Moments(self)


class Places:
    """The value by its place."""

    __slots__ = ("_cell",)

    def __init__(self, cell: Cell) -> None:
        self._cell = cell

    def __getitem__(self, key: Any) -> Any:
        if type(key) is int and key in (0, -1):
            return boxed(self._cell.value, self._cell.kind)
        raise NotLight("places of a Series")


def _label_of(inputs: tuple[Any, ...]) -> Any:
    """Return the label of what is computed of several."""
    names = [given.name for given in inputs if type(given) is Cell]
    return names[0] if all(name == names[0] for name in names) else None


def _truth(condition: Any) -> bool:
    """Return what a boolean of one row says."""
    value, kind = operand(condition)
    if kind != BOOL or type(condition) is bool:
        raise NotLight("a condition that is no column of booleans")
    return bool(value)


def pairs(to_replace: Any, value: Any) -> dict[Any, Any]:
    """Return what replace puts in place of what."""
    if value is NotLight:
        if type(to_replace) is not dict or any(type(new) is dict for new in to_replace.values()):
            raise NotLight("replace by something else than a dict")
        return to_replace
    if type(to_replace) is list and type(value) is not list:
        return {scalar(old)[0]: value for old in to_replace}
    if type(to_replace) in (dict, list, tuple) or type(value) in (dict, list) or value is None:
        raise NotLight("replace of several by several")
    return {scalar(to_replace)[0]: value}


def operand(other: Any) -> tuple[Any, Kind]:
    """Return value and kind of what an operation has on its other side."""
    if type(other) is Cell:
        return other.value, other.kind
    if type(other) is np.ndarray and other.shape == (1,):
        values, kind = kinds.of_array(other)
        return values[0], kind
    return scalar(other)


def _forward(run: Operation) -> Callable[[Cell, Any], Cell]:
    power = run is OPERATIONS["pow"]

    def method(self: Cell, other: Any) -> Cell:
        if type(other) is Cell:
            name = self.name if self.name == other.name else None
            return Cell(*run(self.value, self.kind, other.value, other.kind), name)
        value, kind = _beside(other, self.kind)
        by = POWER_BY_SCALAR if power and type(other) is not np.ndarray else run
        return Cell(*by(self.value, self.kind, value, kind), self.name)

    return method


def _beside(other: Any, kind: Kind) -> tuple[Any, Kind]:
    """Return an operand: integers of the code adapt to the column."""
    if kind == INT32 and type(other) is int and -(2**31) <= other < 2**31:
        return other, INT32
    return operand(other)


def _backward(run: Operation) -> Callable[[Cell, Any], Cell]:
    def method(self: Cell, other: Any) -> Cell:
        return Cell(*run(*_beside(other, self.kind), self.value, self.kind), self.name)

    return method


def _in_place(method: Callable[[Cell, Any], Cell]) -> Callable[[Cell, Any], Cell]:
    """Return what changes the column itself, whoever holds it."""

    def change(self: Cell, other: Any) -> Cell:
        if not kinds.copies_on_write():
            raise NotLight("the table that the column was taken of changes with it")
        made = method(self, other)
        self.value, self.kind = made.value, made.kind
        return self

    return change


UFUNCS = {
    "add": "add",
    "subtract": "sub",
    "multiply": "mul",
    "divide": "truediv",
    "true_divide": "truediv",
    "floor_divide": "floordiv",
    "remainder": "mod",
    "power": "pow",
    "less": "lt",
    "less_equal": "le",
    "greater": "gt",
    "greater_equal": "ge",
    "equal": "eq",
    "not_equal": "ne",
    "bitwise_and": "and",
    "bitwise_or": "or",
    "bitwise_xor": "xor",
    "logical_and": "and",
    "logical_or": "or",
}
"""What pandas takes for an operation."""

METHODS = {
    "truediv": ("div", "truediv", "divide"),
    "sub": ("sub", "subtract"),
    "mul": ("mul", "multiply"),
}

for _name, _run in OPERATIONS.items():
    setattr(Cell, f"__{_name}__", _forward(_run))
    if _name in ("lt", "le", "gt", "ge", "eq", "ne", "add", "floordiv", "mod", "pow", *METHODS):
        for _method in METHODS.get(_name, (_name,)):
            setattr(Cell, _method, _forward(_run))
    if _name not in ("lt", "le", "gt", "ge", "eq", "ne"):
        setattr(Cell, f"__r{_name}__", _backward(_run))
        setattr(Cell, f"__i{_name}__", _in_place(_forward(_run)))
