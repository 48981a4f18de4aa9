"""Runs as people read them."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from nb2prod.cli._failures import refuse
from nb2prod.cli._json import print_json
from nb2prod.cli._terminal import colour
from nb2prod.cli._visible import on_one_line, visible
from nb2prod.errors import ExitCode, Nb2ProdError
from nb2prod.ledger.model import Attempt, RunRecord, Status
from nb2prod.rules.secret_texts import harmless
from nb2prod.workflows.runs_as_data import run_as_dict, shown_parameters

if TYPE_CHECKING:
    from nb2prod.workflows.run import Ran

STYLES = {
    Status.SUCCEEDED: "green", Status.RUNNING: "cyan", Status.QUEUED: "bright_black", Status.LOST: "magenta",
    Status.PRUNED: "yellow",
}  # fmt: skip
"""The colours of statuses; the others are red."""
MOST_REPORTS = 5
"""Reported values that are printed; ``--json`` has them all."""
NOTHING: Mapping[int, float] = {}
LONGEST_VALUE = 40
"""Characters of a value in a table."""


def print_ran(ran: Ran, *, as_json: bool) -> int:
    """Print how a run went, and why, and return the exit code; what interrupted it is raised again."""
    error = ran.error
    if as_json:
        print_json({"run": run_as_dict(ran.record), "problems": [each.as_dict() for each in ran.problems]})
    else:
        print_run(ran.record)
    sys.stdout.flush()
    if error is None:
        return ExitCode.OK
    if isinstance(error, Nb2ProdError):
        return refuse(ran.problems, error.exit_code, as_json=False)
    raise error


def print_run(run: RunRecord, attempts: Sequence[Attempt] = (), reported: Mapping[int, float] = NOTHING) -> None:
    """Print what is known of a run, a line for each thing."""
    lines = [f"{run.id}  {_status(run.status)}{_how_far(run)}"]
    lines += [f"  {name:<10} {text}" for name, text in _about(run) if text]
    lines += [f"  {'reported':<10} {text}" for text in _reports(reported)]
    if run.metrics:
        lines += ["  metrics", *(f"    {_one(name)} = {number(value)}" for name, value in run.metrics.items())]
    if run.parameters:
        lines.append("  parameters")
        marks = {name: "" if name in run.given else "  (default)" for name in run.parameters}
        lines += [f"    {_one(n)} = {_one(_value(v))}{marks[n]}" for n, v in shown_parameters(run.parameters).items()]
    if len(attempts) > 1:
        lines.append("  attempts")
        lines += [f"    {a.number}. {a.status.words}, begun {local(a.started)}{_because(a.why)}" for a in attempts]
    click.echo("\n".join(lines), color=colour())


def print_table(runs: Iterable[RunRecord], *, metrics: Sequence[str], parameters: Sequence[str]) -> None:
    """Print a line for each run, with these metrics and parameters."""
    runs = list(runs)
    notebooks = _notebooks(runs)
    heads = ["run", "status", "started", "seconds", *(["notebook"] if notebooks else []), *parameters, *metrics]
    rows = [
        [
            run.id,
            run.status.words,
            local(run.started),
            "" if run.seconds is None else f"{run.seconds:.1f}",
            *([notebooks[run.notebook]] if notebooks else []),
            *(_cell(shown_parameters(run.parameters), name) for name in parameters),
            *(number(run.metrics[name]) if name in run.metrics else "" for name in metrics),
        ]
        for run in runs
    ]
    texts = [[_one(text) for text in row] for row in (heads, *rows)]
    widths = [max(len(row[column]) for row in texts) for column in range(len(heads))]
    for place, row in enumerate(texts):
        padded = [text.ljust(width) for text, width in zip(row, widths, strict=True)]
        if place:
            padded[1] = click.style(padded[1], fg=STYLES.get(runs[place - 1].status, "red"))
        click.echo("  ".join(padded).rstrip(), color=colour())


def _notebooks(runs: Sequence[RunRecord]) -> Mapping[str, str]:
    """Return how notebooks are told apart, by their paths, where there are several: as shortly as that goes."""
    paths = sorted({run.notebook for run in runs})
    if len(paths) < 2:
        return {}
    above = os.path.commonpath([str(Path(each).parent) for each in paths])
    return {each: os.path.relpath(each, above) for each in paths}


def print_compared(found: Mapping[str, Any]) -> None:
    """Print what differs between two runs."""
    one, other = found["runs"]
    lines = [f"{one} -> {other}"]
    for title in ("about", "parameters", "metrics", "versions"):
        same = f" ({found['same'][title]} the same)" if found["same"].get(title) else ""
        if found[title]:
            lines.append(f"  {title if title != 'about' else 'the runs'}{same}")
        elif same:
            lines.append(f"  {title}: no difference{same}")
        lines += [f"    {_one(name)}: {_pair(*pair)}" for name, pair in found[title].items()]
    cells = found["outputs"]["cells"]
    lines += [f"  {_one(problem)}" for problem in found["outputs"]["problems"]]
    if cells is not None:
        lines.append(f"  outputs: {len(cells)} cells differ" if cells else "  outputs: no difference")
        for cell in cells:
            lines += [f"    cell [{cell['cell'] + 1}]", *(f"      {line}" for line in cell["difference"])]
    sys.stdout.write(visible("\n".join(lines)) + "\n")


def number(value: float) -> str:
    """Return a number with as many digits as matter."""
    return f"{value:.6g}"


def local(moment: datetime | None) -> str:
    """Return a moment by the clock on the wall."""
    return "" if moment is None else moment.astimezone().strftime("%Y-%m-%d %H:%M:%S")


def _about(run: RunRecord) -> list[tuple[str, str]]:
    dirty = " with changes that are not committed" if run.git_dirty else ""
    memory = f", {run.peak_memory / 10**6:,.0f} MB" if run.peak_memory else ""
    took = "" if run.seconds is None else f"{run.seconds:.1f} s, processors {run.cpu_seconds or 0:.1f} s{memory}"
    return [
        ("because", _one(run.why)),
        ("error", _error(run)),
        ("notebook", _one(run.notebook)),
        ("output", _one(run.output) if run.output_sha256 or run.status in (Status.RUNNING, Status.LOST) else ""),
        ("started", local(run.started)),
        ("took", took),
        ("tags", _one(", ".join(run.tags))),
        ("kernel", _one(run.kernel)),
        ("versions", _one(", ".join(f"{name} {version}" for name, version in run.versions.items()))),
        ("commit", f"{run.git_commit[:12]}{dirty}" if run.git_commit else ""),
        ("shared", _one(run.shared)),
        *(("note", _one(note)) for note in run.notes),
    ]


def _error(run: RunRecord) -> str:
    cell = f" in cell [{run.error_cell + 1}]" if run.error_cell is not None else ""
    words = "" if run.message == run.error_name else f": {run.message}"
    return _one(harmless(f"{run.error_name}{cell}{words}")) if run.error_name else ""


def _reports(reported: Mapping[int, float]) -> list[str]:
    """Return a line on what a run reported while it trained; none where that was nothing."""
    if not reported:
        return []
    shown = [f"{number(value)} at step {step}" for step, value in list(reported.items())[-MOST_REPORTS:]]
    more = f"{len(reported)} values, the last ones " if len(reported) > MOST_REPORTS else ""
    return [more + ", ".join(shown)]


def _how_far(run: RunRecord) -> str:
    if run.status is Status.PRUNED and run.cell is not None:
        return f" in cell {run.cell + 1} of {run.cells}"
    if run.status in (Status.RUNNING, Status.LOST) and run.cell is not None:
        return f" at cell {run.cell + 1} of {run.cells}"
    return ""


def _status(status: Status) -> str:
    return click.style(status.words, fg=STYLES.get(status, "red"))


def _because(why: str) -> str:
    return f": {_one(why)}" if why else ""


def _pair(one: Any, other: Any, difference: float | None = None) -> str:
    change = f" ({difference:+.6g})" if difference is not None else ""
    return f"{_one(_value(one))} -> {_one(_value(other))}{change}"


def _cell(parameters: Mapping[str, Any], name: str) -> str:
    if name not in parameters:
        return ""
    text = _value(parameters[name])
    return text if len(text) <= LONGEST_VALUE else text[: LONGEST_VALUE - 3] + "..."


def _value(value: Any) -> str:
    if isinstance(value, float):
        return number(value)
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _one(text: str) -> str:
    return on_one_line(text)
