"""The namespace to marks of what its objects hold, so that a change in place shows; within a budget of time.

Nothing of the notebook's own is called: no ``__eq__``, ``__hash__``, ``__reduce__`` or property. An object that cannot
be looked into leaves a mark that can show a change but no certainty that there was none.
"""

from __future__ import annotations

import hashlib
import time
import types
from collections import OrderedDict, defaultdict, deque
from typing import Any

MOST_PARTS = 20_000
"""How many parts of one object are looked at, at most."""
MOST_BYTES = 64_000_000
SHARE, ALLOWANCE = 0.03, 0.05
"""Share of the cells' seconds that looking may take in all, and the seconds that it may take beyond that."""
PYTHONS_OWN = 48
"""Bytes of an object that holds nothing but a ``__dict__`` and its weak references."""
SLOWEST = 300_000_000
"""Bytes a second that hashing surely does."""
PLAIN = (type(None), bool, int, float, complex, str, bytes, range)
SKIPPED = (types.ModuleType, types.FunctionType, types.BuiltinFunctionType, types.MethodType, types.GeneratorType, type)
HIDDEN = {"In", "Out", "get_ipython", "exit", "quit", "open"}


class TooMuchError(Exception):
    """An object is too big to be looked at, or time is up."""


class Mark:
    """What one object held: a digest, and whether all of it was seen."""

    def __init__(self, value: Any, deadline: float) -> None:
        self.id = id(value)
        self.whole = True
        self._left = MOST_PARTS
        self._bytes = MOST_BYTES
        self._deadline = deadline
        self._path: list[int] = []
        self._hash = hashlib.blake2b(digest_size=12)
        self._add(value)
        self.digest = self._hash.digest()

    def _note(self, text: str) -> None:
        self._hash.update(text.encode("utf-8", "backslashreplace") + b"\0")

    def _add(self, value: Any) -> None:
        self._left -= 1
        if self._left < 0 or (self._left % 256 == 0 and time.perf_counter() > self._deadline):
            raise TooMuchError
        kind = type(value)
        self._note(kind.__name__)
        if kind in PLAIN:
            self._note(value if kind is str else repr(value))
        elif id(value) in self._path:
            self._note(str(len(self._path) - self._path.index(id(value))))
        else:
            self._path.append(id(value))
            self._parts(kind, value)
            self._path.pop()

    def _parts(self, kind: type, value: Any) -> None:
        library = kind.__module__.partition(".")[0]
        if kind in (list, tuple, deque):
            for each in value:
                self._add(each)
        elif kind in (dict, OrderedDict, defaultdict):
            for key, each in dict.items(value):
                self._add(key)
                self._add(each)
        elif kind in (set, frozenset):
            self._set(value)
        elif library == "numpy" and kind.__name__ == "ndarray":
            self._array(value)
        elif library == "pandas":
            self._pandas(kind, value)
        elif library == "torch" and kind.__name__ in ("Tensor", "Parameter"):
            self._note(str(value.requires_grad))
            self._array(value.detach().numpy()) if value.device.type == "cpu" else self._unseen(value)
        else:
            self._object(value)

    def _set(self, value: Any) -> None:
        if not all(type(each) in PLAIN for each in value):
            self._unseen(value)
        for text in sorted(map(repr, value)) if self._left > len(value) else ():
            self._left -= 1
            self._note(text)
        if self._left <= len(value):
            raise TooMuchError

    def _array(self, value: Any) -> None:
        self._note(repr((value.shape, value.dtype.str)))
        if value.dtype.hasobject:
            if value.size > self._left:
                raise TooMuchError
            for each in value.ravel().tolist():
                self._add(each)
            return
        self._room(value.nbytes)
        flags = value.flags
        if flags.c_contiguous:
            self._hash.update(value.reshape(-1).view("u1").data)
        elif flags.f_contiguous:
            self._hash.update(value.T.reshape(-1).view("u1").data)
        else:
            self._hash.update(value.tobytes())

    def _room(self, size: int) -> None:
        self._bytes -= size
        if self._bytes < 0 or time.perf_counter() + size / SLOWEST > self._deadline:
            raise TooMuchError

    def _pandas(self, kind: type, value: Any) -> None:
        if kind.__name__ in ("DataFrame", "Series"):
            blocks = value._mgr
            for array in blocks.arrays:
                self._add(array)
            for axis in blocks.axes:
                self._add(axis)
            self._add(list(value.dtypes.astype(str)) if kind.__name__ == "DataFrame" else value._name)
        elif kind.__name__.endswith("Index"):
            self._add(list(value.names))
            self._add(value.to_numpy() if kind.__name__ != "RangeIndex" else repr(value))
        else:
            self._extension(value)

    def _extension(self, value: Any) -> None:
        chunked = getattr(value, "_pa_array", None)
        if chunked is not None:
            for buffer in (each for chunk in chunked.chunks for each in chunk.buffers() if each is not None):
                self._room(buffer.size)
                self._hash.update(memoryview(buffer))
            return
        stored = [getattr(value, name, None) for name in ("_ndarray", "_data", "_mask")]
        stored = [each for each in stored if each is not None]
        if not stored:
            self._unseen(value)
        for each in stored:
            self._add(each)

    def _object(self, value: Any) -> None:
        try:
            held = object.__getattribute__(value, "__dict__")
        except AttributeError:
            held = None
        if type(held) is not dict or issubclass(type(value), SKIPPED):
            self._unseen(value)
            return
        kind = type(value)
        if kind.__basicsize__ > PYTHONS_OWN or any(vars(each).get("__slots__") for each in kind.__mro__):
            self.whole = False  # it keeps more than its __dict__
        for key, each in held.items():
            self._add(key)
            self._add(each)

    def _unseen(self, value: Any) -> None:
        self.whole = False
        self._note(str(id(value)))


class Watch:
    """Compares what the names held before a cell and behind it."""

    def __init__(self) -> None:
        self.marks: dict[str, Mark] = {}
        self.fresh = False
        self.left = ALLOWANCE
        """Seconds that may still be spent."""

    def forget(self) -> None:
        """Look anew before the next cell: something else has had its hands on the objects."""
        self.fresh = False

    def look(self, namespace: dict[str, Any], first: set[str], seconds: float) -> tuple[list[str], list[str]]:
        """Look at every name behind a cell that took ``seconds``; return those changed in place, and those certainly
        not. ``first`` are the names that the cell speaks of: they are looked at before time is up."""
        before, self.marks = self.marks if self.fresh else {}, {}
        began = time.perf_counter()
        self.left += SHARE * seconds
        deadline = began + self.left
        names = [name for name in namespace if name[0] != "_" and name not in HIDDEN]
        for name in sorted(names, key=lambda name: name not in first):
            value = namespace[name]
            if type(value) in PLAIN or issubclass(type(value), SKIPPED):
                continue
            if time.perf_counter() > deadline:
                break
            try:
                self.marks[name] = Mark(value, deadline)
            except Exception:
                continue  # too big, or a kind of object that is made differently in this version
        self.left -= time.perf_counter() - began
        self.fresh = True
        both = [(name, before[name], mark) for name, mark in self.marks.items() if name in before]
        same = [each for each in both if each[1].id == each[2].id]
        changed = [name for name, old, new in same if old.digest != new.digest]
        unchanged = [name for name, old, new in same if old.digest == new.digest and old.whole and new.whole]
        return sorted(changed), sorted(unchanged)
