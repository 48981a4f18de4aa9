"""Results as people and as programs read them."""

from __future__ import annotations

import shlex
import sys

from nb2prod.cli._visible import visible
from nb2prod.plan.model import InputPlan
from nb2prod.score.model import Score
from nb2prod.score.repositories import VERIFY_FULL
from nb2prod.verify import as_lines
from nb2prod.workflows.as_data import files_of
from nb2prod.workflows.model import Exported


def _about_input(plan: InputPlan | None) -> list[str]:
    """Return what people should know of the rows that the service takes."""
    if plan is None:
        return []
    if plan.rows == "raw":
        learnt = "; ".join(dict.fromkeys(each.what for each in plan.learned))
        with_what = f", with what the notebook has learnt: {learnt}" if learnt else ""
        without = (
            f" Not asked for, since no answer comes from it: {', '.join(f'`{name}`' for name in plan.unused)}."
            if plan.unused
            else ""
        )
        return [
            f"A client sends rows of `{plan.table}` as they are; the service prepares them{with_what}.{without}",
            "",
        ]
    where = f"{plan.where}: " if plan.where else ""
    lines = [f"A client has to send rows that are prepared as `{plan.table}` is, since raw ones cannot be served:"]
    lines += [f"  {where}{plan.why}."]
    return [*lines, *([f"  What would help: {plan.remedy}."] if plan.remedy else []), ""]


def print_exported(result: Exported) -> None:
    """Print what came out: what went where, the proof, and where the repository is and what to do next."""
    plan = result.plan
    lines = [*_where_it_went(result), ""]
    if plan.came_along:
        lines += ["These cells came along because something needed them:"]
        lines += [f"  cell [{c.cell + 1}], {c.why}" for c in plan.came_along]
        lines += [""]
    lines += _about_input(plan.input)
    for artifact in plan.artifacts:
        if artifact.kind == "pickle":
            lines += [f"CAREFUL: {artifact.file} is a pickle: whoever can write it can run code in the service.", ""]
    for warning in result.warnings:
        lines += [f"Note: {warning}.", ""] if warning[-1:] not in ".!?" else [f"Note: {warning}", ""]
    if result.proof is not None:
        lines += ["The proof:", *(f"  {line}" for line in as_lines(result.proof, left_out=plan.left_out))]
        lines += [f"  answers come from the notebook's own code: {plan.not_compiled}"] if plan.not_compiled else []
        lines += [""]
    if result.score is not None:
        lines += [_score_line(result.score, run=result.proof is not None and result.proof.tests is not None), ""]
    sys.stdout.write(visible("\n".join([*lines, *_ending(result)])) + "\n")


def _score_line(score: Score, *, run: bool) -> str:
    if not run:
        return f"ML Test Score: {score.score:g}, since the repository's tests were not run: {VERIFY_FULL}"
    sums = ", ".join(f"{section.value} {points:g}" for section, points in score.sections.items())
    return f"ML Test Score: {score.score:g}, the least of {sums}; `nb2prod score` says what would raise it"


def _where_it_went(result: Exported) -> list[str]:
    plan = result.plan
    rows = []
    for name, section in plan.sections.items():
        if section.cells or name != "parameters":
            cells = ", ".join(f"[{cell + 1}]" for cell in section.cells)
            rows.append((name, cells or "no cell of its own", section.file))
    width = max(len(cells) for _, cells, _ in rows)
    lines = [f"{plan.project}: what went where", ""]
    return [*lines, *(f"  {name:<10}  {cells:<{width}}  ->  {file}" for name, cells, file in rows)]


def _ending(result: Exported) -> list[str]:
    place = shlex.quote(str(result.target))
    if result.proof is None:
        files = [f"  {path}" for path in files_of(result)]
        return [
            f"Nothing was written (--dry-run). {result.target} would hold what the templates bring, and:",
            *files,
        ]
    if not result.proof.ok:
        return [
            "NOT PROVEN: the repository does not answer as the notebook did, so it was not handed over.",
            f"To look into it: {result.target}",
        ]
    if result.conflicts:
        return [
            "Your changes and the notebook's are in CONFLICT in these files:",
            *(f"  {path}" for path in result.conflicts),
            f"Next: cd {place}, settle them as any conflict of git's, and commit",
        ]
    words = {"merged": "was merged into", "unchanged": "is unchanged in"}.get(result.state, "is in")
    return [f"The repository {words} {result.target}", f"Next: cd {place} && make run"]
