"""Python's own values for each name, such as a list or a ``range``, go in; a space of typed values comes out."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Set
from dataclasses import dataclass
from typing import Any

from nb2prod.errors import Problem
from nb2prod.sweeps.model import Choices, Domain, Floats, Integers, Space
from nb2prod.sweeps.rows import exact

Fit = Callable[[str, Any], Any]
"""From a parameter's name and a value to the value as the parameter has it."""

MOST_VALUES = 100_000
"""Values of one name; a sweep has no more runs."""
HOW = "give a list, a tuple, a range, an array of one dimension, or nb2prod.between(low, high)"
_CLOCKS = "write `.astype('datetime64[us]').tolist()`, or a list of datetimes"


@dataclass(frozen=True)
class Between:
    """Anything from ``low`` to ``high``, both included; by order of magnitude where ``log``."""

    low: float
    high: float
    log: bool = False


def between(low: float, high: float, *, log: bool = False) -> Between:
    """Return a range that a sweep draws from: whole numbers between whole numbers, else any number between.

    With ``log`` each order of magnitude is drawn from as often. A grid takes whole numbers without ``log`` alone.
    """
    return Between(low, high, log)


class _Wrong(Exception):
    """What is wrong with one name's values, and what to do."""


def space_of(given: Mapping[str, Any], fit: Fit, taken: Iterable[str] = ()) -> tuple[Space, list[Problem]]:
    """Return the space that values span, and every problem of the names that are not in it; ``taken`` names have a
    fixed value already."""
    domains: dict[str, Domain] = {}
    problems: list[Problem] = []
    fixed = set(taken)
    for name, values in given.items():
        where = f"vary[{name!r}]"
        try:
            if name in fixed:
                raise _Wrong("it has a fixed value already", "name it in `parameters` or in `vary`, not in both")
            domains[name] = _domain(values, lambda value, name=name: fit(name, value))  # type: ignore[misc]
        except _Wrong as wrong:
            what, remedy = wrong.args
            problems.append(Problem(what, where, remedy))
    if not given:
        problems.append(Problem("there is nothing to vary", "vary", 'write {"learning_rate": [0.1, 0.01]}'))
    return Space(domains), problems


def _domain(values: Any, fit: Callable[[Any], Any]) -> Domain:
    if isinstance(values, Between):
        return _between(values, fit)
    if isinstance(values, range) and values.step == 1 and len(values) > 1:
        low, high = fit(values[0]), fit(values[-1])
        if type(low) is int and type(high) is int:
            return Integers(low, high)
    found = [fit(value) for value in _listed(values)]
    if not found:
        raise _Wrong("there are no values", "give one at least")
    seen: set[str] = set()
    for value in found:
        if exact(value) in seen:
            raise _Wrong("a value is given twice", "give each value once")
        seen.add(exact(value))
    return Choices(tuple(found))


def _between(said: Between, fit: Callable[[Any], Any]) -> Domain:
    low, high = fit(said.low), fit(said.high)
    if any(type(each) not in (int, float) for each in (low, high)):
        raise _Wrong("it has no range: one end of it at least is no number", HOW)
    if not (math.isfinite(low) and math.isfinite(high)):
        raise _Wrong("the range has an end that no float reaches", "give smaller numbers")
    if not low < high:
        raise _Wrong("the range is empty: its upper end is not above its lower one", "give the smaller number first")
    if said.log and low <= 0:
        raise _Wrong("a range by order of magnitude begins above 0", "raise its lower end, or leave `log` out")
    if type(low) is int and type(high) is int:
        return Integers(low, high, said.log)
    return Floats(float(low), float(high), said.log)


def _listed(values: Any) -> Iterable[Any]:
    """Return the values one by one. Raises ``_Wrong`` for what is no row of values."""
    dimensions = getattr(values, "ndim", None)
    if dimensions is not None and callable(getattr(values, "tolist", None)):
        if dimensions != 1:
            raise _Wrong(f"an array of {dimensions} dimensions is no row of values", "make it one of one dimension")
        _refuse_too_many(len(values))
        found: list[Any] = values.tolist()
        if getattr(getattr(values, "dtype", None), "kind", "") in "mM" and any(type(each) is int for each in found):
            raise _Wrong("the array has moments or durations in nanoseconds, which Python has not", _CLOCKS)
        return found
    if isinstance(values, list | tuple | range):
        _refuse_too_many(len(values))
        return values
    if isinstance(values, Set):
        raise _Wrong("a set has no order in which to run its values", "give a list, as sorted(...) does")
    if isinstance(values, str | bytes):
        raise _Wrong("a text is one value, and what is varied has several", f"{HOW}; one text is a list of one")
    what = "this is one value, and what is varied has several"
    raise _Wrong(f"{what}: it is of type {type(values).__name__}", f"{HOW}; what is fixed goes into `parameters`")


def _refuse_too_many(count: int) -> None:
    if count > MOST_VALUES:
        raise _Wrong(f"there are {count:,} values", "take fewer, or nb2prod.between(low, high) with random=N")
