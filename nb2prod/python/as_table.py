"""Records of runs go in; a table comes out, as text and as HTML that stands alone and survives saving."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Any

from nb2prod.ledger.model import RunRecord, SweepRecord
from nb2prod.python.frame import names_of, value_shown, why

MOST_ROWS = 60
MOST_METRICS = 6
LONGEST = 60
"""Characters of a text in a table."""


def as_text(runs: Sequence[RunRecord]) -> str:
    """Return lines of text, a line for each run."""
    rows = _rows(runs)
    widths = [max(len(row[place]) for row in rows) for place in range(len(rows[0]))]
    lines = ["  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    return "\n".join([*lines, *_more(runs)])


def as_html(runs: Sequence[RunRecord], told: Sequence[str] = ()) -> str:
    """Return a table; no script, no style sheet, everything escaped."""
    heads, *rows = _rows(runs)
    head = "".join(f"<th>{escape(text)}</th>" for text in heads)
    body = "".join(f"<tr>{''.join(f'<td>{escape(text)}</td>' for text in row)}</tr>" for row in rows)
    lines = "".join(f"<p>{escape(each)}</p>" for each in told)
    more = "".join(f"<p>{escape(each)}</p>" for each in _more(runs))
    return f"<div>{lines}<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{more}</div>"


def best_line(best: RunRecord, sweep: SweepRecord) -> str:
    """Return which run of a sweep is best, how good, and with which values."""
    given = ", ".join(f"{name} = {_short(value_shown(best, name))}" for name in sweep.space)
    return f"best {best.id}: {sweep.metric} = {best.metrics[sweep.metric]:.6g} with {given}"


def _rows(runs: Sequence[RunRecord]) -> list[list[str]]:
    """Return the heads and then the rows."""
    parameters = names_of(run.parameters for run in runs)
    metrics = names_of(run.metrics for run in runs)[:MOST_METRICS]
    failed = any(why(run) for run in runs)
    heads = ["run", "status", *parameters, *metrics, "seconds", *(["error"] if failed else [])]
    return [heads, *(_row(run, parameters, metrics, failed) for run in runs[:MOST_ROWS])]


def _row(run: RunRecord, parameters: Sequence[str], metrics: Sequence[str], failed: bool) -> list[str]:
    given = [_short(value_shown(run, name)) if name in run.parameters else "" for name in parameters]
    measured = [f"{run.metrics[name]:.6g}" if name in run.metrics else "" for name in metrics]
    seconds = "" if run.seconds is None else f"{run.seconds:.1f}"
    return [run.id, run.status.words, *given, *measured, seconds, *([_short(why(run))] if failed else [])]


def _short(value: Any) -> str:
    text = f"{value:.6g}" if isinstance(value, float) else " ".join(str(value).split())
    text = "".join(each if each.isprintable() else "\N{REPLACEMENT CHARACTER}" for each in text)
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def _more(runs: Sequence[RunRecord]) -> list[str]:
    return [f"and {len(runs) - MOST_ROWS} more: frame() has them all"] if len(runs) > MOST_ROWS else []
