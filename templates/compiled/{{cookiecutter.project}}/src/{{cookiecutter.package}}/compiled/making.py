"""A model in, its compiled way and the verdict on it out: compiled, written, read back, proven, and kept if it holds."""

from __future__ import annotations

import json
import logging
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..comparing import Tolerance
from ..files import parity
from ..schema import EXAMPLE, REQUEST, TOGETHER
from . import kept
from .drawn import drawn
from .estimators.registry import Unknown, part
from .learned import light_of
from .not_light import NotLight
from .proof import Ways, prove
from .straight.straighten import to_follow
from .verdict import Verdict
from .way import compiled_way, straight_way

if TYPE_CHECKING:
    from ..model import Model

logger = logging.getLogger(__name__)

DRAWN = 10_000


def make(model: Model, folder: Path, seconds: float) -> Verdict:
    """Compile a model whose artifacts are in ``folder``, and keep the outcome there with its verdict.

    Args:
        seconds: How long to ask about drawn records.
    """
    try:
        stand_ins = kept.write(folder, compiled(model.artifacts))
        verdict = best(model, stand_ins, seconds)
    except NotLight as error:
        verdict = Verdict(False, str(error))
    kept.keep(folder, model.version, verdict)
    return verdict


def best(model: Model, stand_ins: dict[str, Any], seconds: float) -> Verdict:
    """Prove the straight way, if there is one that most records take; else the way of rows."""
    rows = compiled_way(stand_ins, model.artifacts)
    followed = followed_records(stand_ins, model.artifacts, rows)
    straight = straight_way(stand_ins, model.artifacts, followed) if followed else None
    if straight is not None:
        others: set[str] = set()  # the same are asked again as often as there is time to measure

        def elsewhere(record: Any) -> Any:
            answer = rows(record)
            others.add(json.dumps(record, sort_keys=True))
            return answer

        verdict = proven(model, straight(elsewhere), seconds)
        answered = verdict.rows + verdict.drawn - verdict.passed_on - verdict.drawn_passed_on
        most = answered - len(others)
        if verdict.ok and most > len(others):
            return replace(verdict, straight=most, followed=followed)
    return proven(model, rows, seconds)


def followed_records(stand_ins: dict[str, Any], values: dict[str, Any], rows: Any) -> list[Any]:
    """Return the records that are followed to make the straight way; none if there is none."""
    try:
        return to_follow(stand_ins, values, rows, captured_records())
    except Exception as error:
        logger.debug("There is no straight way: %s", error)
        return []


def compiled(artifacts: dict[str, Any]) -> dict[str, Any]:
    """Return a stand-in for each fitted object among the artifacts; other values are what they are.

    Raises:
        NotLight: with every object for which there is none, and why.
    """
    found, missing = {}, []
    for name, value in artifacts.items():
        try:
            found[name] = part(value)
        except Exception as error:  # whatever another version of a library, or the notebook's own code, has in it
            if not is_light(value):
                library = type(value).__module__.partition(".")[0]
                missing.append(f"`{name}`, a {library} {type(value).__name__} ({told(error)})")
    if missing:
        raise NotLight(f"there is no compiled form of {', '.join(missing)}")
    return found


def is_light(value: Any) -> bool:
    """Say whether a value needs no stand-in."""
    try:
        light_of(value)
    except NotLight:
        return False
    return True


def told(error: Exception) -> str:
    """Return what a stand-in lacks, in one line."""
    said = str(error) if isinstance(error, Unknown) else f"{type(error).__name__}: {error}"
    return " ".join(said.split())[:200].removesuffix(".")


def proven(model: Model, way: Any, seconds: float) -> Verdict:
    """Hold both ways against each other on the notebook's rows and on drawn ones."""
    captured = captured_records()
    said = parity("tolerance.json", {})
    answers = parity("responses.json", [] if EXAMPLE is None else [EXAMPLE["response"]])
    ways = Ways(model.original, way, TOGETHER, Tolerance.of(said, answers))
    return prove(ways, captured, drawn(REQUEST, captured, DRAWN), seconds)


def captured_records() -> list[Any]:
    """Return the records that the notebook's answers were seen for."""
    return list(parity("requests.json", [] if EXAMPLE is None else [EXAMPLE["request"]]))
