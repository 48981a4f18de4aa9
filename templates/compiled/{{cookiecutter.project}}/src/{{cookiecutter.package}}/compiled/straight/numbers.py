"""Single numbers of Python's own that are written down, or of NumPy's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ..not_light import NotLight
from .hidden import Hidden
from .trace import Trace

SIGNS = {"add": "+", "sub": "-", "mul": "*", "truediv": "/"}
ORDER = {"lt": "<", "le": "<=", "gt": ">", "ge": ">=", "eq": "==", "ne": "!="}


class TracedNumber(Hidden):
    """A float or an integer; the code is told how it compares with others."""

    def __init__(self, trace: Trace, text: str, kind: type | None = None) -> None:
        self.trace, self.value = trace, trace.let(text)
        self.kind = kind or type(trace.now(self.value.text))

    def as_text(self) -> str:
        """Return the text of the number."""
        return self.value.text

    def _with(self, other: Any, form: str) -> str:
        if type(other) not in (float, int, np.float64, np.int64, TracedNumber):
            raise NotLight(f"a number and a {type(other).__name__}")
        text = self.trace.text(other.value if type(other) is TracedNumber else other)
        return form.format(self.value.text, text)

    def __neg__(self) -> TracedNumber:
        return TracedNumber(self.trace, f"-{self.value.text}")

    def __round__(self, digits: Any = None) -> TracedNumber:
        if type(digits) is not int:
            raise NotLight("a number that becomes an integer")
        return TracedNumber(self.trace, f"round({self.value.text}, {digits})")

    def __bool__(self) -> bool:
        return bool(self.trace.told(f"({self.value.text} != 0)"))


def _computed(form: str) -> Callable[[TracedNumber, Any], TracedNumber]:
    return lambda self, other: TracedNumber(self.trace, self._with(other, form))


def _told(form: str) -> Callable[[TracedNumber, Any], bool]:
    return lambda self, other: self.trace.told(self._with(other, form))  # type: ignore[no-any-return]


for _name, _sign in SIGNS.items():
    setattr(TracedNumber, f"__{_name}__", _computed("({0} " + _sign + " {1})"))
    setattr(TracedNumber, f"__r{_name}__", _computed("({1} " + _sign + " {0})"))
for _name, _sign in ORDER.items():
    setattr(TracedNumber, f"__{_name}__", _told("({0} " + _sign + " {1})"))
