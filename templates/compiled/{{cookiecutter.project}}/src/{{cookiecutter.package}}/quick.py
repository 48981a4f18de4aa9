"""A quicker way to an answer beside the notebook's own code: compiled code, where it was proven to answer alike."""

from __future__ import annotations

import argparse
import json
import logging
import os
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from .absent import NotInstalled
from .files import ARTIFACTS_DIR, Environment

logger = logging.getLogger(__name__)

SWITCHED_OFF = "it is switched off by COMPILED"
WARM_UP = 0.2
"""Seconds that measuring both ways may take when the model is loaded."""
SECONDS = 30.0
"""Of the processor, that the proof may ask about drawn records."""


class Switch(Environment):
    """``COMPILED=false``: every record is answered by the notebook's own code."""

    compiled: bool = True


def compiled(folder: Path) -> tuple[str, ...]:
    """Return the artifacts that have a compiled form."""
    from .compiled import kept

    return tuple(path.name for path in (folder / kept.FOLDER).glob("*") if path.is_dir())


def load(
    folder: Path, version: str, values: Mapping[str, Any], original: Callable[[list[Any]], list[Any]]
) -> tuple[Callable[[Any], Any] | None, dict[str, Any]]:
    """Return what answers a record more quickly, if it was proven to, and what ``/model`` says of it.

    Whatever is wrong with it, the notebook's own code answers, and the reason is told.
    """
    if not Switch().compiled:
        return None, {"way": "original", "why": SWITCHED_OFF}
    try:
        from .compiled import kept, way

        said = kept.proven(folder, version)
        if "why" in said:
            logger.info("The notebook's own code answers: %s", said["why"])
            return None, {"way": "original", **said}
        stand_ins = kept.read(folder)
        answer = way.compiled_way(stand_ins, values)
        followed = said.pop("followed")
        straight = way.straight_way(stand_ins, values, followed) if followed else None
        if straight:
            answer = straight(answer)
        elif said["straight"]:
            logger.warning("The straight way cannot be made again: rows answer.")
            said["straight"] = 0
    except Exception:
        logger.warning("What was compiled cannot be used.", exc_info=True)
        return None, {"way": "original", "why": "what was compiled cannot be used: see the log"}
    return answer, {"way": "compiled", **said, **measured(original, answer)}


def measured(
    original: Callable[[list[Any]], list[Any]], answer: Callable[[Any], Any]
) -> dict[str, Any]:
    """Return how long both ways take for the example, here and now; both are warm afterwards."""
    from .compiled.proof import Ways, medians
    from .schema import EXAMPLE

    if EXAMPLE is None:
        return {}
    try:
        times = medians(Ways(original, answer, batch=False), [EXAMPLE["request"]], WARM_UP)
    except NotInstalled:  # compiled code answers alone
        times = medians(Ways(lambda batch: [answer(batch[0])], answer, batch=False), [EXAMPLE["request"]], WARM_UP)
        return {"microseconds": {"compiled": round(times[1], 1)}}
    except Exception:  # then the example is one of the few that the original answers
        return {}
    named = dict(zip(("original", "compiled"), (round(each, 1) for each in times), strict=True))
    return {"microseconds": named, "times_faster": round(times[0] / max(times[1], 1e-3), 1)}


def main() -> None:
    """Compile the model that is served, prove the outcome, and keep it where it holds."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--json", action="store_true", help="print one object")
    parser.add_argument("--seconds", type=float, default=SECONDS, help="for records that are drawn")
    asked = parser.parse_args()
    os.environ["COMPILED"] = "false"
    # threads that wait must not spin: beside another busy process that is many times slower
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    from .compiled.making import make
    from .model import Model

    verdict = make(Model.load(ARTIFACTS_DIR), ARTIFACTS_DIR, asked.seconds)
    said = {**asdict(verdict), "at_least": verdict.at_least, "words": verdict.words()}
    del said["followed"]  # values of the notebook
    print(json.dumps(said) if asked.json else verdict.words())


if __name__ == "__main__":
    main()
