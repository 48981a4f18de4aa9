"""A small array of which each number is written down by itself: answers of models, and what the code makes of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.lib.mixins import NDArrayOperatorsMixin

from ..arithmetic import divide
from ..kinds import BOOL, FLOAT, INT, Kind, text_kind
from ..not_light import NotLight
from .hidden import Hidden
from .numbers import TracedNumber
from .trace import Trace, Value

NUMBERS = {"add": "({} + {})", "subtract": "({} - {})", "multiply": "({} * {})"}
SAME = {"equal": "({} == {})", "not_equal": "({} != {})"}
ORDER = {
    **SAME,
    "less": "({} < {})",
    "less_equal": "({} <= {})",
    "greater": "({} > {})",
    "greater_equal": "({} >= {})",
}
TRUTHS = {
    **dict.fromkeys(("bitwise_and", "logical_and"), "({} & {})"),
    **dict.fromkeys(("bitwise_or", "logical_or"), "({} | {})"),
    **dict.fromkeys(("invert", "logical_not"), "(not {})"),
}
DIVISIONS = ("divide", "true_divide")
MOST = 64
"""Elements up to which it pays to compute each by itself."""


class TracedArray(NDArrayOperatorsMixin, Hidden):
    """``values`` is an array of Value of any shape, ``dtype`` that of the array."""

    def __init__(self, trace: Trace, values: np.ndarray, dtype: Any) -> None:
        if values.size > MOST:
            raise NotLight("a large array")
        self.trace, self._values, self.dtype = trace, values, np.dtype(dtype)

    @classmethod
    def of(cls, trace: Trace, values: list[Value], kind: Kind) -> TracedArray:
        """Return the array, of one dimension, of numbers or booleans."""
        if kind not in (FLOAT, INT, BOOL):
            raise NotLight(f"an array of {kind}")
        return cls(trace, objects(values), str(kind))

    @property
    def kind(self) -> Kind:
        """The kind of a column of it."""
        return text_kind() if self.dtype.kind == "U" else self.dtype.name

    @property
    def shape(self) -> tuple[int, ...]:
        """As of every array."""
        return self._values.shape

    @property
    def ndim(self) -> int:
        """As of every array."""
        return self._values.ndim

    @property
    def size(self) -> int:
        """As of every array."""
        return self._values.size

    def only(self) -> Value:
        """Return the value of an array of one, as a column takes it."""
        if self.shape != (1,) or (
            self.dtype.name not in (FLOAT, INT, BOOL) and self.dtype.kind != "U"
        ):
            raise NotLight(f"an array of {self.dtype} in a column")
        return self._values[0]  # type: ignore[no-any-return]

    def __len__(self) -> int:
        return len(self._values)

    def __getitem__(self, key: Any) -> Any:
        if not all(
            type(part) in (int, np.int64, slice, type(None), type(...))
            for part in (key if type(key) is tuple else (key,))
        ):
            raise NotLight("a part of an array by something else than places")
        return self._one(self._like(alone(self._values[key])))

    def __iter__(self) -> Any:
        return iter([self[place] for place in range(len(self))])

    def _one(self, made: TracedArray) -> Any:
        """Return an array; but the code is told what a single value is, unless it is a number with a fraction."""
        if made.ndim or self.dtype == np.float64:
            return made
        told = self.trace.told(made._values[()].text)
        return self.dtype.type(told) if self.dtype != object else told

    def _like(self, values: np.ndarray) -> TracedArray:
        return TracedArray(self.trace, values, self.dtype)

    def __bool__(self) -> bool:
        if self.size != 1 or self.dtype != bool:
            raise NotLight("the truth of an array")
        return bool(self.trace.told(self._values.ravel()[0].text))

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **options: Any) -> Any:
        if method != "__call__" or options:
            raise NotLight(f"{ufunc.__name__} with options")
        dtype = bool if ufunc.__name__ in {**ORDER, **TRUTHS} else np.float64
        return self._result(self._computed(ufunc, inputs), dtype, inputs)

    def _computed(self, ufunc: Any, inputs: Any) -> Callable[..., str]:
        """Return what makes the text of an element."""
        name, kinds = ufunc.__name__, {dtype_of(each).kind for each in inputs}
        if kinds == {"b"} and name in TRUTHS:
            return TRUTHS[name].format
        if (kinds <= {"f", "i"} and name in ORDER) or (kinds <= {"U", "O"} and name in SAME):
            return ORDER[name].format
        if kinds != {"f"} or name in TRUTHS:
            raise NotLight(f"{name} of {kinds}")
        if name in NUMBERS:
            return NUMBERS[name].format
        if name in DIVISIONS:
            by_zero = self.trace.names.of(divide)
            return lambda a, b: (
                f"({a} / {b} if {b} else {by_zero}({a}, 'float64', {b}, 'float64')[0])"
            )
        if ufunc.nout != 1 or ufunc(*[1.0] * len(inputs)).dtype != np.float64:
            raise NotLight(f"{name} of floats")
        return lambda *texts: (
            f"{self.trace.names.of(by_ufunc)}({', '.join([self.trace.names.of(ufunc), *texts])})"
        )

    def _result(self, compute: Callable[..., str], dtype: Any, inputs: Any) -> TracedArray:
        """Return the array of what is computed of each element."""
        sides = np.broadcast_arrays(*(elements(self.trace, each) for each in inputs))
        made = [
            self.trace.let(compute(*(value.text for value in each)))
            for each in zip(*(s.ravel() for s in sides), strict=True)
        ]
        return TracedArray(self.trace, objects(made).reshape(sides[0].shape), dtype)

    def __array_function__(self, function: Any, types: Any, given: Any, named: Any) -> Any:
        if (
            function is np.where
            and len(given) == 3
            and not named
            and dtype_of(given[0]).kind == "b"
        ):
            return self._where(*given)
        if function in (np.round, np.around) and type(given[0]) is TracedArray:
            return given[0].round(*given[1:], **named)
        raise NotLight(f"numpy.{function.__name__}")

    def _where(self, condition: TracedArray, yes: Any, no: Any) -> TracedArray:
        sides = [
            np.zeros((), each.dtype) if type(each) is TracedArray else np.asarray(each)
            for each in (yes, no)
        ]
        dtype = np.where(True, *sides).dtype
        if any(side.ndim for side in sides) or dtype.kind not in "fibU":
            raise NotLight("a choice of other things")
        given = []
        for each, side in zip((yes, no), sides, strict=True):
            if type(each) is TracedArray and each.dtype != dtype and dtype.kind != "U":
                raise NotLight("a choice of two kinds")
            given.append(each if type(each) is TracedArray else side.astype(dtype).item())
        return self._result("({1} if {0} else {2})".format, dtype, (condition, *given))

    def round(self, decimals: int = 0) -> TracedArray:
        """Return the numbers rounded."""
        if self.dtype != np.float64 or type(decimals) is not int:
            raise NotLight("round")
        rounded = self.trace.names.of(np.round)
        return self._result(
            lambda text: f"{rounded}({text}, {decimals}).item()", np.float64, (self,)
        )

    def __round__(self, digits: Any = None) -> TracedArray:
        if self.ndim:
            raise NotLight("an array that is rounded as a number")
        return self.round(digits)

    def argmax(self, axis: Any = None) -> Any:
        """Tell the code where the largest number is."""
        if self.dtype != np.float64 or self.ndim != 1 or axis not in (None, 0):
            raise NotLight("the largest of more dimensions")
        return np.int64(
            self.trace.told(f"{self.trace.names.of(place_of_largest)}({self.as_list()})")
        )

    def astype(self, dtype: Any) -> TracedArray:
        """Return booleans as numbers."""
        wanted = np.dtype(dtype)
        if self.dtype == wanted:
            return self
        if self.dtype != bool or wanted not in (np.int64, np.float64):
            raise NotLight(f"{self.dtype} as {wanted}")
        kind = "int" if wanted == np.int64 else "float"
        return self._result(lambda text: f"{kind}({text})", wanted, (self,))

    def reshape(self, *shape: Any) -> TracedArray:
        """Return it in another shape."""
        return self._like(self._values.reshape(*shape))

    def ravel(self) -> TracedArray:
        """Return it in one dimension."""
        return self._like(self._values.ravel())

    flatten = ravel

    def squeeze(self) -> TracedArray:
        """Return it without dimensions of one."""
        return self._like(alone(self._values.squeeze()))

    def tolist(self) -> Any:
        """Return a list of numbers; the code is told what else there is."""
        if not self.ndim:
            return self._python(self._values[()]) if self.dtype == np.float64 else self.item()
        return [self._like(alone(part)).tolist() for part in self._values]

    def item(self) -> Any:
        """Return the only value as Python's own."""
        if self.size != 1:
            raise NotLight("one of several values")
        value = self._values.ravel()[0]
        if self.dtype == np.float64:
            return self._python(value)
        return self.trace.told(value.text)

    def _python(self, value: Value) -> TracedNumber:
        return TracedNumber(self.trace, value.text, float)

    def as_text(self) -> str:
        """Return the text that makes the array, or NumPy's number."""
        if not self.ndim and self.dtype.kind in "fb":
            return f"{self.trace.names.of(self.dtype.type)}({self._values[()].text})"
        return (
            f"{self.trace.names.of(np.array)}({self.as_list()}, {self.trace.names.of(self.dtype)})"
        )

    def as_list(self, form: Callable[[str], str] = str) -> str:
        """Return the text that makes its list."""
        if not self.ndim:
            return form(self._values[()].text)
        parts = [self._like(alone(part)).as_list(form) for part in self._values]
        return f"[{', '.join(parts)}]"


def by_ufunc(ufunc: np.ufunc, *values: float) -> Any:
    """Return what NumPy computes of numbers, without a word of warning."""
    with np.errstate(all="ignore"):
        return ufunc(*values).item()


def place_of_largest(values: list[float]) -> int:
    """Return where the first of the largest is; a number that is none counts as the largest, as with NumPy."""
    if sum(values) - sum(values) == 0:
        return values.index(max(values))
    return int(np.argmax(values))


def objects(values: list[Value]) -> np.ndarray:
    """Return values as an array."""
    made = np.empty(len(values), dtype=object)
    for place, value in enumerate(values):
        made[place] = value
    return made


def alone(value: Any) -> np.ndarray:
    """Return an array of values, or one value, as an array."""
    if type(value) is np.ndarray:
        return value
    made = np.empty((), dtype=object)
    made[()] = value
    return made


def dtype_of(thing: Any) -> Any:
    """Return the dtype of an array, or of a number of the code."""
    if type(thing) is TracedArray:
        return thing.dtype
    if type(thing) in (float, np.float64) or (type(thing) is int and abs(thing) < 2**53):
        return np.dtype(float)
    if type(thing) in (bool, np.bool_, str):
        return np.asarray(thing).dtype
    raise NotLight(f"an array and a {type(thing).__name__}")


def elements(trace: Trace, thing: Any) -> np.ndarray:
    """Return the values of an array, or of what the code holds against it."""
    return (
        thing._values
        if type(thing) is TracedArray
        else alone(Value(trace.names.of(python_of(thing))))
    )


def python_of(thing: Any) -> Any:
    """Return a scalar as Python's own."""
    return thing.item() if isinstance(thing, np.generic) else thing
