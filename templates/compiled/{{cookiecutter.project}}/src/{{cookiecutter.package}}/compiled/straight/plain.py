"""Values of Python's own that are written down: a text of the record, and what functions make of it, as a whole."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..not_light import NotLight
from .hidden import Hidden, again, written
from .numbers import TracedNumber
from .trace import Trace, Value

NUMBERS = (int, float, np.float64, np.int64)
HOLDERS = (list, tuple, dict, set, frozenset)
CHANGES = (  # noqa: SIM905
    "append add update extend insert pop popitem remove discard clear setdefault sort reverse "
    "subtract difference_update intersection_update symmetric_difference_update"
).split()
"""Methods that change what they are called on."""
OPERATORS = {"add": "({} + {})", "mul": "({} * {})", "mod": "({} % {})"}
TRUTHS = {
    "eq": "({} == {})",
    "ne": "({} != {})",
    "lt": "({} < {})",
    "le": "({} <= {})",
    "gt": "({} > {})",
    "ge": "({} >= {})",
}


class TracedPlain(Hidden):
    """A text, or a list or the like, of a kind that is the same each time; what is asked of it becomes a call."""

    def __init__(self, trace: Trace, value: Value, kind: type) -> None:
        self.trace, self.value, self.kind = trace, value, kind

    def as_text(self) -> str:
        """Return the text of the value."""
        return self.value.text

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_") or name in CHANGES or not callable(getattr(self.kind, name, None)):
            raise NotLight(f"{self.kind.__name__}.{name}")
        return lambda *given, **named: called(self, name, given, named)

    def _answer(self, text: str) -> Any:
        return outcome(self.trace, text)

    def __getitem__(self, key: Any) -> Any:
        return self._answer(f"{self.value.text}[{argument(self.trace, key)}]")

    def __contains__(self, key: Any) -> bool:
        return self._answer(f"({argument(self.trace, key)} in {self.value.text})")  # type: ignore[no-any-return]

    def __bool__(self) -> bool:
        return bool(self.trace.told(f"bool({self.value.text})"))


def called(plain: TracedPlain, name: str, given: Any, named: Any) -> Any:
    """Return what a method of a value answers."""
    texts = arguments_of(plain.trace, given, named)
    return outcome(plain.trace, f"{plain.value.text}.{name}({texts})")


def outcome(trace: Trace, text: str) -> Any:
    """Return what a text computes: the code is told of what is true or nothing, and anything else stays hidden."""
    value = trace.let(text)
    kind = type(trace.now(value.text))
    if kind is bool:
        return trace.told(value.text)
    if kind is np.bool_:
        return np.bool_(trace.told(f"bool({value.text})"))
    if kind not in (str, *NUMBERS, type(None)) and not issubclass(kind, HOLDERS):
        raise NotLight(f"a {kind.__name__} of the record")
    if not trace.told(f"(type({value.text}) is {trace.names.of(kind)})"):
        raise NotLight("a kind that changes")
    if kind is type(None):
        return None
    return (
        TracedNumber(trace, value.text, kind)
        if kind in NUMBERS
        else TracedPlain(trace, value, kind)
    )


def argument(trace: Trace, thing: Any) -> str:
    """Return the text of something that a function is given; what it might change is made anew for it."""
    return (again if type(thing) in (list, tuple, dict) else written)(trace, thing)


def arguments_of(trace: Trace, given: Any, named: Any) -> str:
    """Return the text of all that a function is given."""
    texts = [argument(trace, each) for each in given]
    return ", ".join([*texts, *(f"{key}={argument(trace, each)}" for key, each in named.items())])


def _operator(form: str, backward: bool = False) -> Callable[[TracedPlain, Any], Any]:
    def operate(self: TracedPlain, other: Any) -> Any:
        sides = [self.value.text, argument(self.trace, other)]
        return outcome(self.trace, form.format(*(reversed(sides) if backward else sides)))

    return operate


for _name, _form in {**OPERATORS, **TRUTHS}.items():
    setattr(TracedPlain, f"__{_name}__", _operator(_form))
    if _name in OPERATORS:
        setattr(TracedPlain, f"__r{_name}__", _operator(_form, True))

PLAIN = (TracedPlain, TracedNumber)
