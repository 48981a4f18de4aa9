"""A proven repository gets its ML Test Score: a file with all 28, and a section of its README."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from nb2prod.render.escape import cell
from nb2prod.score.as_data import as_dict
from nb2prod.score.model import Score
from nb2prod.score.repositories import RECORD, known_from
from nb2prod.score.scoring import scored
from nb2prod.verify import Proof

HEADING = "## ML Test Score"
NOT_MEASURED = (
    "The tests that train again were not run at the export, since a training takes long; `make check` runs them."
)


def write_score(repository: Path, proof: Proof) -> Score:
    """Score the repository as its proof found it, and write that into it; the same proof gives the same bytes.

    What a test said has numbers of this machine: it stays in the report, and only how the test ended is written.
    """
    tests = dict(sorted(proof.tests.outcomes.items())) if proof.tests is not None else {}
    outcomes = {name: said.partition(":")[0] for name, said in tests.items()}
    score = scored(known_from(repository, outcomes)[0])
    record = {**as_dict(score), "outcomes": outcomes}
    (repository / RECORD).write_text(json.dumps(record, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    readme = repository / "README.md"
    text = readme.read_text(encoding="utf-8").rstrip("\n")
    readme.write_text(f"{text}\n\n{_section(score, measured=_measured(outcomes))}", encoding="utf-8")
    return score


def _measured(outcomes: Mapping[str, str]) -> bool:
    return not outcomes or any(name.startswith("tests/quality/") for name in outcomes)


def _section(score: Score, *, measured: bool) -> str:
    sums = ", ".join(f"{section.value} {points:g}" for section, points in score.sections.items())
    lines = [
        HEADING,
        "",
        f"**{score.score:g}** when this was exported: the least of {sums}. {score.band}",
        "The tests are those of Breck et al., *The ML Test Score* (IEEE Big Data 2017): a point for one that",
        f"`make check` repeats, half a point for one that somebody attests. `{RECORD}` has how each of them went.",
        *([] if measured else [NOT_MEASURED]),
        "",
        "| | test | | why, and what would raise it |",
        "|---|---|---|---|",
    ]
    for row in score.rows:
        raised = f"; {cell(row.to_raise)}" if row.to_raise else ""
        lines.append(f"| {row.test.id} | {cell(row.test.title)} | {row.state.value} | {cell(row.why)}{raised} |")
    return "\n".join([*lines, ""])
