"""A proven repository is told which code answers in it: a paragraph of its README."""

from __future__ import annotations

from pathlib import Path

from nb2prod.plan.model import ProjectPlan
from nb2prod.render.escape import prose
from nb2prod.verify import Proof

FASTER = {10: "more than ten times", 2: "more than twice"}
"""Classes, since what is measured differs from run to run, and files must not."""


def write_way(repository: Path, plan: ProjectPlan, proof: Proof) -> None:
    """Add the paragraph to the end of the README, which is what was proven."""
    readme = repository / "README.md"
    text = readme.read_text(encoding="utf-8").rstrip("\n")
    readme.write_text(f"{text}\n\n{_words(plan, proof)}\n", encoding="utf-8")


def _words(plan: ProjectPlan, proof: Proof) -> str:
    way = proof.compiled
    if plan.not_compiled or (way is not None and not way.ok):
        why = plan.not_compiled or (way.why if way is not None else "")
        return f"Answers come from the notebook's own code: {prose(why)}."
    if way is None:
        return "Nothing was compiled at the export, so the notebook's own code answers: `make compile` tries it."
    return (
        f"Answers come from compiled code, {FASTER.get(way.at_least, 'somewhat more than once')} as fast as the "
        f"notebook's own, which it equalled on {way.rows} captured and {way.drawn:,} drawn records. Whatever it does "
        "not know is answered by the notebook's own code. `GET /model` says how much faster it is where it serves."
    )
