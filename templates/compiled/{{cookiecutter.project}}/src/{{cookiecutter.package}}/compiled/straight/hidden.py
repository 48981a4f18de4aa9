"""What stands for a value of the record while code is followed: whoever looks at what it is, is refused."""

from __future__ import annotations

from typing import Any, NoReturn

import numpy as np

from ..not_light import NotLight
from .trace import Trace

AS_THEY_ARE = (str, int, float, bool, type(None), np.float64, np.int64, np.bool_, np.str_)
LOOKS = (  # noqa: SIM905
    "bool eq ne lt le gt ge hash len iter contains getitem setitem float int complex index round "
    "array repr str format call add radd sub rsub mul rmul truediv rtruediv floordiv rfloordiv "
    "mod rmod pow rpow and rand or ror xor rxor neg pos abs invert enter reversed copy deepcopy "
    "reduce_ex"
).split()


class Hidden:
    """Nothing can be done with it, but what a class of its own knows to write down."""

    trace: Trace

    @property
    def __class__(self) -> Any:
        raise NotLight(f"the type of a {type(self).__name__}")

    def __getattr__(self, name: str) -> NoReturn:
        raise NotLight(f"{type(self).__name__}.{name}")

    def as_text(self) -> str:
        """Return the text that makes what it stands for."""
        raise NotLight(f"a {type(self).__name__} among others")


def _refusing(name: str) -> Any:
    def refuse(self: Any, *given: Any) -> NoReturn:
        raise NotLight(f"{type(self).__name__}.{name}")

    return refuse


for _look in LOOKS:
    setattr(Hidden, f"__{_look}__", _refusing(_look))


def holds(thing: Any, kinds: tuple[type, ...]) -> bool:
    """Say whether something is one of some kinds, or holds one."""
    if type(thing) in (list, tuple):
        return any(holds(each, kinds) for each in thing)
    if type(thing) is dict:
        return any(holds(each, kinds) for each in thing.values())
    return any(type(thing) is kind for kind in kinds)


def holds_hidden(thing: Any) -> bool:
    """Say whether something is hidden, or holds something that is."""
    if type(thing) in (list, tuple):
        return any(map(holds_hidden, thing))
    if type(thing) is dict:
        return any(map(holds_hidden, thing.values()))
    return issubclass(type(thing), Hidden)


def written(trace: Trace, thing: Any) -> str:
    """Return the text of something that a function is given."""
    return thing.as_text() if issubclass(type(thing), Hidden) else trace.names.of(thing)


def arguments(trace: Trace, given: Any, named: Any) -> str:
    """Return the text of all that a function is given."""
    texts = [written(trace, each) for each in given]
    return ", ".join([*texts, *(f"{key}={written(trace, each)}" for key, each in named.items())])


def again(trace: Trace, output: Any) -> str:
    """Return the text that makes an output again."""
    kind = type(output)
    if kind in (list, tuple):
        parts = "".join(f"{again(trace, each)}, " for each in output)
        return f"[{parts}]" if kind is list else f"({parts})"
    if kind is dict and all(type(key) is str for key in output):
        parts = ", ".join(f"{key!r}: {again(trace, each)}" for key, each in output.items())
        return "{" + parts + "}"
    if not (issubclass(kind, Hidden) or kind in AS_THEY_ARE or kind is np.ndarray):
        raise NotLight(f"an answer that is a {kind.__name__}")
    return written(trace, output)
