"""Runs and the name of a metric go in; which of them is best, and what to draw it against, comes out."""

from __future__ import annotations

import difflib
import math
from collections.abc import Iterable, Sequence
from typing import Any

from nb2prod.errors import Problem, UsageError
from nb2prod.ledger.model import RunRecord, Status


def best_of(runs: Sequence[RunRecord], metric: str, *, minimize: bool) -> tuple[RunRecord, ...]:
    """Return the runs that succeeded and have this metric, the best first; of equal ones the earlier one first. One
    that is NaN or infinite is no better than any.

    Raises ``UsageError`` where there is none, with the metrics that there are.
    """
    done = [run for run in runs if run.status is Status.SUCCEEDED]
    ranked = [run for run in done if math.isfinite(run.metrics.get(metric, math.nan))]
    if not ranked:
        raise UsageError(_none(done, metric))
    return tuple(sorted(ranked, key=lambda run: run.metrics[metric] if minimize else -run.metrics[metric]))


def refuse_several_notebooks(runs: Iterable[RunRecord]) -> None:
    """Raise ``UsageError`` where the runs that succeeded are of several notebooks."""
    names = sorted({run.notebook for run in runs if run.status is Status.SUCCEEDED})
    if len(names) > 1:
        what = f"there are runs of {len(names)} notebooks, the numbers of which have nothing to do with each other"
        raise UsageError(Problem(what, "NOTEBOOK", f"name one of {', '.join(names)}"))


def varied(runs: Iterable[RunRecord]) -> tuple[str, ...]:
    """Return the parameters that have several values among the runs, in the order of the first that has them."""
    values: dict[str, list[Any]] = {}
    runs = list(runs)
    for run in runs:
        for name, value in run.parameters.items():
            known = values.setdefault(name, [])
            if not any(type(each) is type(value) and each == value for each in known):
                known.append(value)
    missing = {name for name in values for run in runs if name not in run.parameters}
    return tuple(name for name, known in values.items() if len(known) > 1 or name in missing)


def only_metric(runs: Iterable[RunRecord]) -> str:
    """Return the metric that the runs have, where it is one. Raises ``UsageError`` where there are several or none."""
    names = dict.fromkeys(name for run in runs for name in run.metrics)
    if len(names) == 1:
        return next(iter(names))
    what = "no metric was named" if names else "no run has a metric"
    raise UsageError(Problem(what, "--metric", f"name one of {', '.join(names)}" if names else _HOW))


_HOW = "tag the cells that measure the model `evaluation`, and run the notebook again"


def _none(done: Sequence[RunRecord], metric: str) -> Problem:
    names = list(dict.fromkeys(name for run in done for name in run.metrics))
    if metric in names:
        what = f"{metric!r} is NaN or infinite in every run that succeeded"
        return Problem(what, "--metric", "see by `nb2prod runs show` what else they measured")
    what = f"no run that succeeded has a metric {metric!r}" if done else "no run has succeeded"
    near = difflib.get_close_matches(metric, names, n=1)
    hint = f"did you mean {near[0]!r}? " if near else ""
    remedy = f"{hint}there are {', '.join(names)}" if names else _HOW
    return Problem(what, "--metric", remedy)
