"""What ``predict`` returned for a record that is written down in, the text of the JSON answer out."""

from __future__ import annotations

from math import isfinite
from typing import Any

from ...schema import RESPONSE, to_predictions
from .arrays import TracedArray
from .hidden import again
from .trace import Trace


def answer_of(trace: Trace, output: Any) -> str:
    """Return the text of the JSON value that ``to_predictions`` makes of an output for one record."""
    if (
        RESPONSE["answer"] == "split"
        and type(output) is TracedArray
        and output.ndim
        and len(output) == 1
    ):
        if output.dtype.kind == "f":
            finite = trace.names.of(isfinite)
            return output.as_list(lambda text: f"({text} if {finite}({text}) else None)")[1:-1]
        if output.dtype.kind in "bU":
            return output.as_list()[1:-1]
    if RESPONSE["answer"] == "split" and type(output) is list and list(map(type, output)) == [str]:
        return trace.names.of(output[0])
    return f"{trace.names.of(to_predictions)}({again(trace, output)}, 1)[0]"
