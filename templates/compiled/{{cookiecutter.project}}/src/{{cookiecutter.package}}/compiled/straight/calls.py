"""A function and what it is given in, what it answers out: where a value is hidden in it, the call is written down as a whole."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from types import (
    BuiltinFunctionType,
    BuiltinMethodType,
    FunctionType,
    MethodDescriptorType,
    ModuleType,
)
from typing import Any

import numpy as np

from ..arithmetic import EXACT
from ..not_light import NotLight
from .arrays import TracedArray, objects
from .hidden import AS_THEY_ARE, holds, holds_hidden
from .numbers import TracedNumber
from .plain import PLAIN, TracedPlain, argument, arguments_of, outcome
from .trace import Value, current

PURE = (  # noqa: SIM905
    "__future__ abc bisect collections dataclasses enum fractions functools html itertools math "
    "numbers operator re statistics string textwrap typing typing_extensions unicodedata warnings"
).split()
"""Modules of Python whose functions always say the same."""
WHOLE = "html math re statistics string textwrap unicodedata".split()  # noqa: SIM905
"""Those of which no function changes what it is given."""
OF_PYTHON = (  # noqa: SIM905
    "abs all any ascii bin chr divmod hex isinstance len max min oct ord pow repr round sorted sum"
).split()
OF_NUMPY = "polyval interp clip round around dot mean sum minimum maximum".split()  # noqa: SIM905
HOLDERS = (dict, list, tuple)
TYPES = (str, int, bool, list, tuple, set, frozenset, dict, Counter)

Whole = Callable[[Any, list[Any]], Any]


def caller(whole_of: Whole) -> Callable[..., Any]:
    """Return what calls functions for the code; ``whole_of`` returns one of the notebook's own as it is, or None, for
    what it is given."""

    def called(function: Any, *given: Any, **named: Any) -> Any:
        if function is float:
            return float_of(*given, **named)
        values = [*given, *named.values()]
        if not any(holds(each, PLAIN) for each in values):
            return function(*given, **named)
        if function in (np.array, np.asarray) and type(given[0]) is list:
            return array_of(*given, **named)
        known = function if always_the_same(function) else whole_of(function, values)
        if known is None:
            return function(*given, **named)
        trace = current()
        name = trace.names.of(known)
        return outcome(trace, f"{name}({arguments_of(trace, given, named)})")

    return called


def item(container: Any, key: Any) -> Any:
    """Return ``container[key]``; what is looked up by something hidden is written down."""
    if type(container) not in HOLDERS or not holds(key, PLAIN) or holds_hidden(container):
        return container[key]
    trace = current()
    return outcome(trace, f"{trace.names.of(container)}[{argument(trace, key)}]")


def always_the_same(function: Any) -> bool:
    """Say whether it is a function of Python's own that changes nothing, and answers the same each time."""
    if isinstance(function, (BuiltinFunctionType, BuiltinMethodType)):
        owner = function.__self__
        if type(owner) is ModuleType and owner.__name__ == "builtins":
            return function.__name__ in OF_PYTHON
        if type(owner) is ModuleType or owner is None:
            return _top(function) in WHOLE
        return type(owner) in (str, re.Pattern) or (
            type(owner) is dict and function.__name__ == "get"
        )
    if type(function) is np.ufunc:
        return True
    if type(function) is MethodDescriptorType:
        return function.__objclass__ is str
    if isinstance(function, type):
        return function in TYPES
    if getattr(function, "__module__", "") == "numpy":
        return function.__name__ in OF_NUMPY
    return type(function) is FunctionType and _top(function) in WHOLE


def lasting(thing: Any) -> bool:
    """Say whether nobody can change it."""
    if type(thing) is TracedPlain:
        return thing.kind is str
    return type(thing) in (*AS_THEY_ARE, TracedNumber, frozenset, re.Pattern)


def _top(function: Any) -> str:
    return str(function.__module__).partition(".")[0].removeprefix("_")


def float_of(*given: Any) -> Any:
    """Do what ``float`` does."""
    if len(given) == 1 and type(given[0]) is TracedNumber:
        (number,) = given
        if number.kind is float:
            return number
        return TracedNumber(number.trace, f"float({number.value.text})")
    if len(given) != 1 or type(given[0]) is not TracedArray:
        return float(*given)
    (array,) = given
    if array.ndim or array.dtype != np.float64:
        raise NotLight("an array as a float")
    return TracedNumber(array.trace, array._values[()].text)


def array_of(given: Any, dtype: Any = None) -> TracedArray:
    """Do what ``np.array`` does with a list of numbers, or with a list of one such list."""
    numbers = given[0] if len(given) == 1 and type(given[0]) in (list, tuple) else given
    kinds = [each.kind if type(each) is TracedNumber else type(each) for each in numbers]
    if not set(kinds) <= {int, float, np.float64, np.int64} or dtype not in (
        None,
        float,
        np.float64,
        "float64",
        "float",
    ):
        raise NotLight("an array of other than numbers")
    whole = dtype is None and set(kinds) <= {int, np.int64}
    trace = next(each.trace for each in numbers if type(each) is TracedNumber)
    values = []
    for each, kind in zip(numbers, kinds, strict=True):
        text = trace.text(each.value if type(each) is TracedNumber else each)
        exact_text = f"{trace.names.of(exact)}({text})" if kind in (int, np.int64) else text
        values.append(Value(exact_text if whole else f"float({exact_text})"))
    made = TracedArray(trace, objects(values), np.int64 if whole else np.float64)
    return made if numbers is given else made[None, :]


def exact(number: int) -> int:
    """Return an integer that a float can hold."""
    if abs(number) > EXACT:
        raise NotLight("a large integer")
    return number
