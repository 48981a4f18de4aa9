"""A model in, its compiled way and the verdict on it out: compiled, written, read back, proven, and kept if it holds."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..comparing import Tolerance
from ..files import ROOT
from ..schema import EXAMPLE, REQUEST
from . import kept
from .drawn import drawn
from .estimators import stand_in
from .learned import light_of
from .not_light import NotLight
from .proof import Ways, prove
from .verdict import Verdict
from .way import compiled_way, straight_way

if TYPE_CHECKING:
    from ..model import Model

DRAWN = 10_000
PARITY = ROOT / "tests" / "parity"


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
    straight = straight_way(stand_ins, model.artifacts, rows)
    if straight is not None:
        others = 0

        def elsewhere(record: Any) -> Any:
            nonlocal others
            others += 1
            return rows(record)

        verdict = proven(model, straight(elsewhere), seconds)
        most = verdict.rows + verdict.drawn - others
        if verdict.ok and most > others:
            return replace(verdict, straight=most)
    return proven(model, rows, seconds)


def compiled(artifacts: dict[str, Any]) -> dict[str, Any]:
    """Return a stand-in for each fitted object among the artifacts; other values are what they are.

    Raises:
        NotLight: with every object for which there is none.
    """
    found, missing = {}, []
    for name, value in artifacts.items():
        made = stand_in(value)
        if made is not None:
            found[name] = made
            continue
        try:
            light_of(value)
        except NotLight:
            missing.append(f"`{name}`, a {type(value).__module__.split('.')[0]} {type(value).__name__}")
    if missing:
        raise NotLight(f"there is no compiled form of {', '.join(missing)}")
    return found


def proven(model: Model, way: Any, seconds: float) -> Verdict:
    """Hold both ways against each other on the notebook's rows and on drawn ones."""
    captured = parity("requests.json", [] if EXAMPLE is None else [EXAMPLE["request"]])
    said = parity("tolerance.json", {})
    answers = parity("responses.json", [] if EXAMPLE is None else [EXAMPLE["response"]])
    batch = bool(REQUEST["batch"]) and -1 not in REQUEST.get("shape", [])
    ways = Ways(model.original, way, batch, Tolerance.of(said, answers))
    return prove(ways, captured, drawn(REQUEST, captured, DRAWN), seconds)


def parity(name: str, default: Any) -> Any:
    """Return what the repository's own tests hold the answers against."""
    path = PARITY / name
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else default
