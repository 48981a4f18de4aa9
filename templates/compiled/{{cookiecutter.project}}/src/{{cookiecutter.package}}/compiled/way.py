"""Stand-ins and the values of the artifacts in, the compiled way out: it answers one record."""

from __future__ import annotations

import inspect
import logging
from collections.abc import Callable, Mapping
from typing import Any

from .. import inference
from ..schema import REQUEST, to_input, to_predictions
from .estimators.held import opened
from .learned import light_of
from .not_light import NotLight
from .reading import load_light
from .records import row_maker
from .straight.straighten import straightened

logger = logging.getLogger(__name__)

CONTAINERS = ("list", "tuple", "str", "dict", "scalar", "arguments", "numpy.ndarray")
"""What records are put into that the light code can be handed as it is."""


def compiled_way(stand_ins: Mapping[str, Any], values: Mapping[str, Any]) -> Callable[[Any], Any]:
    """Return what answers a record that has passed ``schema.check``; it raises where the original has to.

    Args:
        stand_ins: For fitted objects among the artifacts, by name.
        values: All artifacts, by name.

    Raises:
        NotLight: if there is no such way.
    """
    wanted = inspect.signature(inference.predict).parameters
    names = [name for name in values if name in wanted]
    given = {n: opened(stand_ins[n]) if n in stand_ins else light_of(values[n]) for n in names}
    predict, arguments_of = load_light(), taker()

    def answer(record: Any) -> Any:
        return to_predictions(predict(**arguments_of(record), **given), 1)[0]

    return answer


def straight_way(
    stand_ins: Mapping[str, Any], values: Mapping[str, Any], followed: list[Any]
) -> Callable[[Callable[[Any], Any]], Callable[[Any], Any]] | None:
    """Return what makes a quicker way, for some records and those like them, of what answers all; None if there is none."""
    try:
        return straightened(stand_ins, values, followed).function
    except Exception as error:
        logger.debug("There is no straight way: %s", error)
        return None


def taker() -> Callable[[Any], dict[str, Any]]:
    """Return what makes the arguments of ``predict`` of a record.

    Raises:
        NotLight: if records are put into something that has no light form.
    """
    if REQUEST["kind"] == "table":
        make, name = row_maker(REQUEST["fields"]), REQUEST["inputs"][0]
        return lambda record: {name: make(record)}
    if REQUEST.get("container") not in CONTAINERS:
        raise NotLight(f"records that become a {REQUEST.get('container')}")
    return lambda record: to_input([record])
