"""What came of a sweep, as people and programs read it."""

from __future__ import annotations

import sys
from collections import Counter

import click

from nb2prod.cli._json import print_json
from nb2prod.cli._run_words import number, print_table
from nb2prod.cli._terminal import colour
from nb2prod.cli._visible import on_one_line
from nb2prod.errors import ExitCode
from nb2prod.ledger.model import Status
from nb2prod.rules.secret_texts import harmless
from nb2prod.workflows.sweeping.as_data import swept_as_dict
from nb2prod.workflows.sweeping.model import Swept
from nb2prod.workflows.sweeping.sweep import UNDONE

MOST_ROWS = 200
"""Runs that are printed; `nb2prod runs` has them all."""


def print_swept(swept: Swept, *, as_json: bool) -> int:
    """Print what came of a sweep and return the exit code; what interrupted it is raised again."""
    if as_json:
        print_json(swept_as_dict(swept))
    else:
        _print(swept)
    sys.stdout.flush()
    if swept.error is not None:
        raise swept.error
    failed = any(run.status not in (Status.SUCCEEDED, Status.PRUNED) for run in swept.runs)
    return ExitCode.NOTEBOOK_RAISED if failed else ExitCode.OK


def _print(swept: Swept) -> None:
    metrics = [swept.sweep.metric] if swept.sweep.metric else _metrics(swept)
    print_table(swept.runs[:MOST_ROWS], metrics=metrics, parameters=list(swept.sweep.space))
    counts = Counter(run.status.words for run in swept.runs)
    lines = ["", f"sweep {swept.sweep.id}: {', '.join(f'{count} {status}' for status, count in counts.items())}"]
    if len(swept.runs) > MOST_ROWS:
        lines.append(f"  {len(swept.runs) - MOST_ROWS} more: nb2prod runs --sweep {swept.sweep.id}")
    shared = Counter(run.shared for run in swept.runs if run.shared)
    lines += [f"  shared ({count} runs): {on_one_line(harmless(text))}" for text, count in shared.most_common(3)]
    if swept.best is not None:
        best, metric = swept.best, swept.sweep.metric
        values = ", ".join(f"{name} = {best.parameters[name]}" for name in swept.sweep.space)
        lines.append(f"  best {best.id}: {metric} = {number(best.metrics[metric])} with {on_one_line(values)}")
    lines += [f"  {on_one_line(note)}" for note in swept.notes]
    if any(run.status in UNDONE or run.status is Status.QUEUED for run in swept.runs):
        lines.append(f"  what is missing: nb2prod sweep --resume {swept.sweep.id}")
    click.echo("\n".join(lines), color=colour())


def _metrics(swept: Swept) -> list[str]:
    return list(dict.fromkeys(name for run in swept.runs for name in run.metrics))[:5]
