"""What ``predict`` returned for a record that is written down in, the text of the JSON answer out."""

from __future__ import annotations

import dataclasses
from math import isfinite
from typing import Any

import numpy as np

from ...schema import RESPONSE, to_predictions
from ..not_light import NotLight
from .arrays import TracedArray
from .hidden import again
from .numbers import TracedNumber
from .plain import TracedPlain
from .trace import Trace

CONSTANT = (str, int, bool, type(None))


def answer_of(trace: Trace, output: Any) -> str:
    """Return the text of the JSON value that ``to_predictions`` makes of an output for one record."""
    try:
        if RESPONSE["answer"] == "whole":
            return as_json(trace, output)
        if type(output) is list and len(output) == 1:
            return as_json(trace, output[0])
        if type(output) is TracedArray and output.ndim and len(output) == 1:
            return array_as_json(trace, output)[1:-1]
    except NotLight:
        pass  # what knows everything that there may be makes it
    return f"{trace.names.of(to_predictions)}({again(trace, output)}, 1)[0]"


def as_json(trace: Trace, output: Any) -> str:
    """Return the text of the JSON value of an output.

    Raises:
        NotLight: if it takes more than a text to make one.
    """
    kind = type(output)
    if kind in (list, tuple):
        return f"[{', '.join(as_json(trace, each) for each in output)}]"
    if kind is dict and all(type(key) is str for key in output):
        parts = (f"{key!r}: {as_json(trace, each)}" for key, each in output.items())
        return "{" + ", ".join(parts) + "}"
    if kind in CONSTANT:
        return repr(output)
    if kind in (np.str_, np.bool_, np.int64):
        return repr(output.item())
    if kind is TracedArray:
        return array_as_json(trace, output)
    if kind is TracedNumber:
        text, of_python = output.value.text, "int" if output.kind in (int, np.int64) else "float"
        return f"({of_python}({text}) if {trace.names.of(isfinite)}({text}) else None)"
    if dataclasses.is_dataclass(kind) or (issubclass(kind, tuple) and hasattr(kind, "_fields")):
        names = getattr(kind, "_fields", None) or [each.name for each in dataclasses.fields(output)]
        return as_json(trace, {name: getattr(output, name) for name in names})
    if kind is TracedPlain and output.kind is str:
        return output.value.text  # type: ignore[no-any-return]
    raise NotLight(f"a {kind.__name__} as JSON")


def array_as_json(trace: Trace, output: TracedArray) -> str:
    """Return the text of the JSON value of an array."""
    if output.dtype.kind == "f":
        finite = trace.names.of(isfinite)
        return output.as_list(lambda text: f"({text} if {finite}({text}) else None)")
    if output.dtype.kind in "bU":
        return output.as_list()
    raise NotLight(f"an array of {output.dtype} as JSON")
