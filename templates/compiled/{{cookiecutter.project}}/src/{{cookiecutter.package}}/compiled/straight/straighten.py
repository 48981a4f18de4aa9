"""Stand-ins, artifacts and a few records in, the straight way out: what each of them is answered by, in one tree."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from itertools import chain
from typing import Any

from ... import inference
from ...schema import EXAMPLE, REQUEST, to_input
from ..drawn import drawn
from ..estimators import StandIn
from ..learned import light_of
from ..not_light import NotLight, times_raised
from ..records import columns_of
from .asking import TracedStandIn
from .output import answer_of
from .plain import outcome
from .pure import PureReader, pure_predict
from .rows import row_of
from .trace import Names, Trace, same, tracing
from .tree import Branch, branch_of, function_of, grow, source

Way = Callable[[Any], Any]
MOST_TRIED = 1000
"""Records of the notebook, and drawn ones, that are asked, to find the ways that the example does not take."""
MOST_FOLLOWED = 13


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
    inputs, container = REQUEST["inputs"], REQUEST.get("container")
    if REQUEST["kind"] == "text" and container in ("str", "list"):
        text = outcome(trace, "record")
        return {inputs[0]: [text] if REQUEST["batched_container"] else text}
    if container in ("arguments", "dict", "scalar") and not REQUEST["batched_container"]:
        given = trace.let(f"{trace.names.of(to_input)}([record])").text
        return {name: outcome(trace, f"{given}[{name!r}]") for name in trace.now(given)}
    raise NotLight(f"records that become a {container}")


def straightened(
    stand_ins: Mapping[str, Any], values: Mapping[str, Any], records: Iterable[Any]
) -> Straight:
    """Return the straight way for some records and for those like them.

    Raises:
        NotLight: if the first cannot be followed.
    """
    made = Straight(stand_ins, values)
    for number, record in enumerate(records):
        try:
            made.follow(record)
        except Exception:
            if not number:
                raise
    return made


def to_follow(
    stand_ins: Mapping[str, Any], values: Mapping[str, Any], rows: Way, captured: Sequence[Any]
) -> list[Any]:
    """Return a few of the notebook's records, and of others drawn, that take different ways; ``rows`` answers all.

    Raises:
        NotLight: if the example cannot be followed.
    """
    if EXAMPLE is None:
        raise NotLight("no example")
    found = [EXAMPLE["request"]]
    made = straightened(stand_ins, values, found)
    for record in chain(captured[:MOST_TRIED], drawn(REQUEST, captured, MOST_TRIED)):
        if len(found) == MOST_FOLLOWED:
            break
        if made.answers(record) or not answers(rows, record):
            continue
        found.append(record)
        with suppress(Exception):
            made.follow(record)
    return found


def answers(way: Way, record: Any) -> bool:
    """Say whether a way answers a record."""
    try:
        way(record)
    except Exception:
        return False
    return True
