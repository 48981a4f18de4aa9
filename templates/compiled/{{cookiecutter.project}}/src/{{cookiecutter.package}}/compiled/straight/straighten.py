"""Stand-ins, artifacts and a few records in, the straight way out: what each of them is answered by, in one tree."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

from ... import inference
from ...schema import EXAMPLE, REQUEST
from ..drawn import drawn
from ..estimators import StandIn
from ..learned import light_of
from ..not_light import NotLight, times_raised
from ..records import columns_of
from .asking import TracedStandIn, TracedText
from .output import answer_of
from .pure import PureReader, pure_predict
from .rows import row_of
from .trace import Names, Trace, Value, same, tracing
from .tree import Branch, branch_of, function_of, grow, source

Way = Callable[[Any], Any]
MOST_TRIED = 300
"""Drawn records that are asked, to find the ways that the example does not take."""
MOST_FOLLOWED = 12


class Straight:
    """A tree of ways through the notebook's code."""

    def __init__(self, stand_ins: Mapping[str, Any], values: Mapping[str, Any]) -> None:
        wanted = inspect.signature(inference.predict).parameters
        self._given = {
            name: stand_ins[name] if name in stand_ins else light_of(values[name])
            for name in values
            if name in wanted
        }
        self._names, self._reader = Names(), PureReader()
        self._predict = pure_predict(self._reader)
        self._tree: Branch | None = None
        self._catches = False
        self._alone: Way = _elsewhere
        self._columns = columns_of(REQUEST["fields"]) if REQUEST["kind"] == "table" else []

    def follow(self, record: Any) -> None:
        """Add the way that a record takes.

        Raises:
            NotLight: if it does something that cannot be written down.
        """
        before, state = times_raised(), self._state()
        with tracing(Trace(self._names, record)) as trace:
            given = {
                name: TracedStandIn(trace, value) if isinstance(value, StandIn) else value
                for name, value in self._given.items()
            }
            returned = answer_of(
                trace, self._predict(**arguments_of(trace, self._columns), **given)
            )
        if trace.broken or times_raised() != before or self._state() != state:
            raise NotLight("the code has caught what was raised, or has changed something")
        way = branch_of(trace.steps, returned)
        self._catches |= trace.catches
        if self._tree is None:
            self._tree = way
        else:
            grow(self._tree, way)
        self._alone = self.function(_elsewhere)

    def _state(self) -> Any:
        return [same(value) for value in self._given.values()], self._reader.state()

    def answers(self, record: Any) -> bool:
        """Say whether the ways that are known answer a record."""
        return answers(self._alone, record)

    def source(self) -> str:
        """Return the text of the function."""
        if self._tree is None:
            raise NotLight("no record that could be followed")
        return source(self._tree, self._catches)

    def function(self, elsewhere: Way) -> Way:
        """Return what answers records, ``elsewhere`` those of ways that were not met."""
        return function_of(self.source(), self._names, elsewhere)


def _elsewhere(record: Any) -> Any:
    raise NotLight("another way")


def arguments_of(trace: Trace, columns: list[Any]) -> dict[str, Any]:
    """Return the arguments of ``predict`` for a record that is written down."""
    if REQUEST["kind"] == "table":
        return {REQUEST["inputs"][0]: row_of(trace, columns)}
    if REQUEST["kind"] == "text" and REQUEST.get("container") == "list":
        if not trace.told("type(record) is str"):
            raise NotLight("no text")
        return {REQUEST["inputs"][0]: [TracedText(Value("record"))]}
    raise NotLight(f"records that become a {REQUEST.get('container')}")


def straightened(stand_ins: Mapping[str, Any], values: Mapping[str, Any], rows: Way) -> Straight:
    """Return the straight way for the example and for records like it; ``rows`` is the way that answers all.

    Raises:
        NotLight: if the example cannot be followed.
    """
    if EXAMPLE is None:
        raise NotLight("no example")
    made, followed = Straight(stand_ins, values), 0
    made.follow(EXAMPLE["request"])
    for record in drawn(REQUEST, [EXAMPLE["request"]], MOST_TRIED):
        if followed == MOST_FOLLOWED:
            break
        if made.answers(record) or not answers(rows, record):
            continue
        followed += 1
        with suppress(Exception):
            made.follow(record)
    return made


def answers(way: Way, record: Any) -> bool:
    """Say whether a way answers a record."""
    try:
        way(record)
    except Exception:
        return False
    return True
