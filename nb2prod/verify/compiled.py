"""The compiled way to an answer: made and proven by the repository itself, then held against the notebook's answers."""

from __future__ import annotations

import json
import shutil
from typing import Any

from nb2prod.environment.process import Finished
from nb2prod.verify.model import CompiledWay
from nb2prod.verify.settle import Case

INSTEAD = "answers come from the notebook's own code"


def settle_compiled(case: Case) -> CompiledWay | None:
    """Have the repository compile its model and prove that; leave nothing compiled in it that answers otherwise.

    Return ``None`` for a repository that has nothing to compile with.
    """
    house = case.repository
    if not (house.folder / "src" / house.package / "compiled").is_dir():
        return None
    with case.stages("compiled", "compiling the model, and proving that it answers alike"):
        done = house.run(["-m", f"{house.package}.quick", "--json"])
        said = _said(done)
        if said is None:
            return _left_out(case, f"it could not be compiled: {done.complaint()}")
        way = CompiledWay(
            ok=bool(said["ok"]),
            why=said["why"],
            words=said["words"],
            rows=said["rows"] - said["passed_on"],
            drawn=said["drawn"] - said["drawn_passed_on"],
            times_faster=said["original_microseconds"] / max(said["compiled_microseconds"], 1e-3),
            at_least=said["at_least"],
        )
        return _against_notebook(case, way) if way.ok else way


def _said(done: Finished) -> dict[str, Any] | None:
    try:
        said: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    except (ValueError, IndexError):
        return None
    return said if done.ok else None


def _against_notebook(case: Case, way: CompiledWay) -> CompiledWay:
    answers = case.repository.answers(case.requests, batch=False)
    comparison = case.against_notebook(answers)
    if not comparison.ok:
        why = f"compiled code answers {comparison.equal} of {comparison.rows} rows as the notebook did"
        return _left_out(case, f"{why}{comparison.error and ': '}{comparison.error}")
    return CompiledWay(**{**vars(way), "comparison": comparison})


def _left_out(case: Case, why: str) -> CompiledWay:
    shutil.rmtree(case.repository.folder / "artifacts" / "compiled", ignore_errors=True)
    return CompiledWay(False, why, f"{INSTEAD}: {why}")
