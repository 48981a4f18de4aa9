"""What is computed of one record, as texts of Python: each is computed once, and written down to be computed again."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from types import BuiltinMethodType, FunctionType
from typing import Any

import numpy as np

from ..kinds import Category
from ..not_light import NotLight

PLAIN = (int, str, bool, type(None))
HOLD = (dict, list, tuple, set, frozenset)
HELD = ("__closure__", "__defaults__", "__kwdefaults__", "__dict__")
"""Where a function may hold something of its own."""
ANSWERS = (bool, int, str)
"""What the code may be told of a value; another answer than the example's is another way through the code."""


def _hidden(self: Any, *arguments: Any) -> Any:
    raise NotLight("a value of the record that the code looks at")


class Value:
    """A value of the record as the text that computes it: nobody can look at what it is."""

    __slots__ = ("text",)
    __hash__ = None  # type: ignore[assignment]

    def __init__(self, text: str) -> None:
        self.text = text

    def __repr__(self) -> str:
        raise NotLight("a value of the record that the code looks at")

    __bool__ = __eq__ = _hidden  # type: ignore[assignment]


class Names:
    """What the written code needs of this program, by names that do not change."""

    def __init__(self) -> None:
        self.objects: dict[str, Any] = {}
        self._known: dict[Any, str] = {}

    def of(self, thing: Any) -> str:
        """Return a text for something that is no value of the record."""
        if type(thing) in PLAIN or (type(thing) is float and thing - thing == 0):
            return repr(thing)
        key = same(thing)
        if key not in self._known:
            self._known[key] = name = f"c{len(self._known)}"
            self.objects[name] = copy.deepcopy(thing) if _plain(thing) else thing
        return self._known[key]


def _plain(thing: Any) -> bool:
    """Say whether it is told by how it is written."""
    if type(thing) in HOLD:
        return all(map(_plain, thing.items() if type(thing) is dict else thing))
    return type(thing) in (*PLAIN, float, np.ndarray, Category)


def same(thing: Any) -> Any:
    """Return what tells two things apart; those that the code makes anew for each record are the same each time."""
    if type(thing) is np.ndarray and thing.dtype != object:
        return "array", str(thing.dtype), thing.shape, thing.tobytes()
    if type(thing) in HOLD and _plain(thing):
        held = thing.items() if type(thing) is dict else thing
        return type(thing), tuple(same(each) for each in held)
    if type(thing) in (*PLAIN, float, Category):
        return type(thing), repr(thing)
    if isinstance(thing, np.generic) and thing.dtype != object:
        return type(thing), thing.tobytes()
    if isinstance(thing, np.dtype):
        return np.dtype, thing.str
    if type(thing) is slice:
        return slice, thing.start, thing.stop, thing.step
    if isinstance(thing, BuiltinMethodType):
        return "method", thing.__name__, same(thing.__self__)
    if hasattr(thing, "__func__"):
        return "method", id(thing.__self__), thing.__func__
    if type(thing) is FunctionType and not any(getattr(thing, each) for each in HELD):
        return "function", thing.__code__, id(thing.__globals__)
    return id(thing)


class Trace:
    """One way through the code: ``steps`` are (name, text), or ("", text, answer) where the code was told an answer."""

    def __init__(self, names: Names, record: Any) -> None:
        self.names = names
        self.steps: list[tuple[Any, ...]] = []
        self.broken = False
        self.catches = False
        """Whether code of the notebook is called, which may catch what is raised."""
        self._values: dict[str, Any] = {"record": record}
        self._done: dict[str, Any] = {}

    def now(self, text: str) -> Any:
        """Return what a text computes for this record; nobody may look at it but to see of which type it is."""
        try:
            return eval(text, self.names.objects, self._values)
        except Exception as error:
            self.broken = True
            raise NotLight(f"{type(error).__name__}: {error}") from error

    def let(self, text: str) -> Value:
        """Compute a text, and give it a name."""
        if text not in self._done:
            name = f"v{len(self._values)}"
            self._values[name] = self.now(text)
            self.steps.append((name, text))
            self._done[text] = Value(name)
        return self._done[text]  # type: ignore[no-any-return]

    def told(self, text: str) -> Any:
        """Return a boolean, a text or an integer to the code; records of another one go elsewhere from here."""
        if ("", text) not in self._done:
            answer = self.now(text)
            if type(answer) not in ANSWERS:
                raise NotLight(f"the code is told a {type(answer).__name__} of the record")
            self.steps.append(("", text, answer))
            self._done["", text] = answer  # type: ignore[index]
        return self._done["", text]  # type: ignore[index]

    def call(self, function: Callable[..., Any], *arguments: Any) -> str:
        """Return the text that calls a function; values of the record stand for themselves."""
        return f"{self.names.of(function)}({', '.join(map(self.text, arguments))})"

    def text(self, thing: Any) -> str:
        """Return a text for whatever there may be."""
        return thing.text if type(thing) is Value else self.names.of(thing)

    def known(self, text: str) -> tuple[Value, Any]:
        """Return value and kind of what a text computes as such a pair; the kind is the same each time, or elsewhere."""
        pair = self.let(text).text
        kind = self.now(f"{pair}[1]")
        if type(kind) is str:
            self.told(f"{pair}[1]")
        elif not self.told(f"{pair}[1] == {self.names.of(kind)}"):
            raise NotLight("a kind that changes")
        return self.let(f"{pair}[0]"), kind


_current: ContextVar[Trace] = ContextVar("trace")
current = _current.get
"""What tables that are made belong to."""


@contextmanager
def tracing(trace: Trace) -> Iterator[Trace]:
    """Write down what happens meanwhile."""
    token = _current.set(trace)
    try:
        yield trace
    finally:
        _current.reset(token)
