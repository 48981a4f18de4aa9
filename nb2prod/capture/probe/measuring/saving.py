"""Whether the model can be saved, how, and how big it is then."""

from __future__ import annotations

import pickle
from typing import Any

from ..as_json import loaded
from ..values import describe
from .skipping import SkipError, short
from .subject import Subject


def saved(subject: Subject) -> dict[str, Any]:
    """Return ``{"name", "type", "kind", "why"}``: the kind of file that it goes into (``object`` where only a pickle
    would take it), and why no pickle takes it either."""
    name, model = subject.request.get("model", ""), subject.value("model")
    info = describe(name, model)
    why = ""
    try:
        _size(model)
    except Exception as error:
        why = short(error)
    return {"name": name, "type": f"{info['module']}.{info['type']}", "kind": info["kind"], "why": why}


def size(subject: Subject) -> dict[str, Any]:
    """Return ``{"bytes"}`` of its pickle."""
    try:
        return {"name": subject.request.get("model", ""), "bytes": _size(subject.value("model"))}
    except SkipError:
        raise
    except Exception as error:
        raise SkipError(f"the model cannot be pickled: {short(error)}") from error


class _Counter:
    """A file that only counts what is written to it."""

    def __init__(self) -> None:
        self.bytes = 0

    def write(self, data: Any) -> int:
        """Count."""
        size = memoryview(data).nbytes
        self.bytes += size
        return size


def _size(model: Any) -> int:
    counter = _Counter()
    try:
        pickle.Pickler(counter, protocol=5).dump(model)
    except Exception:
        if loaded("cloudpickle") is None:
            raise
        counter = _Counter()
        loaded("cloudpickle").dump(model, counter)
    return counter.bytes
