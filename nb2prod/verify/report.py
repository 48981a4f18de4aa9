"""A proof in words: lines for people, and the object that ``--json`` prints."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from textwrap import shorten
from typing import Any

from nb2prod.verify.model import Comparison, CompiledWay, Difference, Proof, Retraining, TestRun

WIDTH = 100
"""Characters of a request or an answer that a line shows."""

MADE_BY = {"pipeline": "made by the repository's own pipeline", "run": "taken from the notebook's run"}


def as_dict(proof: Proof) -> dict[str, Any]:
    """Return the proof as ``--json`` has it; what was not done is ``null``."""
    return {
        "model_version": proof.model_version,
        "parity": {**_counts(proof.parity), "slice": proof.slice, "artifacts": proof.artifacts},
        "batch": None if proof.batch is None else _counts(proof.batch),
        "compiled": _compiled(proof.compiled),
        "http": None if proof.http is None else _counts(proof.http),
        "retrain": _retraining(proof.retrain),
        "tests": None if proof.tests is None else {"passed": proof.tests.passed, "failed": proof.tests.failed},
        "lint": proof.lint,
        "seconds": dict(proof.seconds),
    }


def as_lines(proof: Proof, left_out: Sequence[str] = ()) -> list[str]:
    """Return the proof for a terminal, one fact a line; failures with the rows or words that show them.

    ``left_out`` are the statements with effects that the export left behind: shown where predictions differ, since
    one of them may be why.
    """
    lines = [f"slice: {proof.slice}; artifacts: {MADE_BY.get(proof.artifacts, proof.artifacts)}"]
    if not proof.parity.rows and not proof.parity.error:
        return [*lines, "nothing was proven (--verify none)"]
    lines += _comparison("predictions as in the notebook", proof.parity)
    lines += _comparison("rows one by one as in one batch", proof.batch, first="one by one", second="in one batch")
    lines += [proof.compiled.words] if proof.compiled is not None else []
    lines += _comparison("predictions over HTTP", proof.http)
    lines += _retraining_lines(proof)
    lines += _tests(proof.tests)
    lines += [f"lint: {line}" for line in proof.lint.splitlines()]
    if left_out and not _predictions_hold(proof):
        lines += ["statements with effects that were left out:", *(f"    {statement}" for statement in left_out)]
    return lines


def first_failure(proof: Proof) -> str:
    """Return in one line what a proof failed at, with the first row that differs or the end of what was raised."""
    retrained = proof.retrain.comparison if proof.retrain is not None and proof.retrain.deterministic else None
    for title, comparison, first, second in (
        ("predictions as in the notebook", proof.parity, "notebook", "service"),
        ("rows one by one as in one batch", proof.batch, "one by one", "in one batch"),
        ("predictions over HTTP", proof.http, "notebook", "service"),
        ("training from scratch", retrained, "notebook", "retrained"),
    ):
        if comparison is not None and not comparison.ok:
            return f"{title}: {_first_difference(comparison, first, second)}"
    if proof.tests is not None and not (proof.tests.passed and not proof.tests.failed):
        return f"its own tests: {_telling_line(proof.tests.output) or f'{proof.tests.failed} failed'}"
    return f"lint: {proof.lint.splitlines()[0]}" if proof.lint else "its proof failed"


def _first_difference(comparison: Comparison, first: str, second: str) -> str:
    if comparison.error:
        return _telling_line(comparison.error)
    counted = f"{comparison.rows - comparison.equal} of {comparison.rows} rows differ"
    for one in comparison.differences[:1]:
        return f"{counted}, such as row {one.row}: {first} {_short(one.notebook)}, {second} {_short(one.service)}"
    return counted


def _telling_line(output: str) -> str:
    """Return the line that says what went wrong: the last that names an error, else the last."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    named = [line for line in lines if re.match(r"(E +)?[\w.]+(Error|Exception|Warning)\b", line)]
    return shorten((named or lines or [""])[-1].removeprefix("E "), 2 * WIDTH, placeholder=" ...")


def _predictions_hold(proof: Proof) -> bool:
    retrain = proof.retrain
    return proof.parity.ok and (retrain is None or retrain.comparison.ok or not retrain.deterministic)


def _counts(comparison: Comparison) -> dict[str, Any]:
    counts: dict[str, Any] = {
        "rows": comparison.rows,
        "equal": comparison.equal,
        "max_abs_difference": _finite(comparison.max_abs_difference),
        "tolerance": comparison.tolerance,
    }
    if comparison.error:
        counts["error"] = comparison.error
    if comparison.differences:
        counts["differences"] = [
            {"row": one.row, "request": one.request, "notebook": one.notebook, "service": one.service}
            for one in comparison.differences
        ]
    return counts


def _compiled(way: CompiledWay | None) -> dict[str, Any] | None:
    if way is None:
        return None
    return {
        "ok": way.ok,
        "why": way.why,
        "captured": way.rows,
        "drawn": way.drawn,
        "times_faster": round(way.times_faster, 1),
        "comparison": None if way.comparison is None else _counts(way.comparison),
    }


def _retraining(retrain: Retraining | None) -> dict[str, Any] | None:
    if retrain is None:
        return None
    return {
        **_counts(retrain.comparison),
        "deterministic": retrain.deterministic,
        "spread": _finite(retrain.spread),
        "changed": retrain.changed,
    }


def _comparison(
    title: str, comparison: Comparison | None, *, first: str = "notebook", second: str = "service"
) -> list[str]:
    if comparison is None:
        return []
    verdict = "ok" if comparison.ok else "FAILED"
    counted = f"{comparison.equal} of {comparison.rows} rows equal"
    lines = [f"{title}: {verdict}, {counted} ({_closeness(comparison)})"]
    lines += [f"    {line}" for line in comparison.error.splitlines()]
    for difference in comparison.differences:
        lines += _difference(difference, first, second)
    return lines


def _closeness(comparison: Comparison) -> str:
    largest = f"largest difference {comparison.max_abs_difference:.3g}, " if comparison.max_abs_difference else ""
    return f"{largest}tolerance for floats {comparison.tolerance:g} relative"


def _difference(difference: Difference, first: str, second: str) -> list[str]:
    width = max(len(first), len(second), len("request"))
    answers = difference.notebook, difference.service
    place = ""
    if any(len(_json(answer)) > WIDTH for answer in answers):  # then only the piece that differs
        place = "".join(f"[{json.dumps(key, ensure_ascii=False)}]" for key in difference.where)
        answers = _at(difference.notebook, difference.where), _at(difference.service, difference.where)
    return [
        f"    row {difference.row}{f', at {place} of the answer' if place else ''}",
        f"        {'request':<{width}}  {_short(difference.request)}",
        f"        {first:<{width}}  {_short(answers[0])}",
        f"        {second:<{width}}  {_short(answers[1])}",
    ]


def _at(answer: Any, where: tuple[str | int, ...]) -> Any:
    for key in where:
        answer = answer[key]
    return answer


def _retraining_lines(proof: Proof) -> list[str]:
    retrain = proof.retrain
    if retrain is None:
        return []
    comparison = retrain.comparison
    if retrain.deterministic:
        lines = _comparison("training from scratch", comparison, second="retrained")
        return lines if comparison != proof.parity else lines[:1]  # the same rows need not be read twice
    return [
        f"training from scratch: not deterministic, {comparison.equal} of {comparison.rows} rows as in the notebook; "
        f"two trainings differ on {retrain.changed} rows by up to {retrain.spread:.3g}"
    ]


def _tests(tests: TestRun | None) -> list[str]:
    if tests is None:
        return []
    verdict = "ok" if tests.passed and not tests.failed else "FAILED"
    lines = [f"the repository's own tests: {verdict}, {tests.passed} passed, {tests.failed} failed"]
    lines += [f"    {line}" for line in tests.output.splitlines()]
    measured = [name for name, said in tests.outcomes.items() if said.startswith("failed") and not tests.failed]
    return [*lines, *(f"    {name} {tests.outcomes[name]}" for name in measured)]


def _short(value: Any) -> str:
    text = _json(value)
    return text if len(text) <= WIDTH else f"{text[: WIDTH - 1]}…"


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=str)


def _finite(value: float) -> float | None:
    return value if value == value and abs(value) != float("inf") else None
