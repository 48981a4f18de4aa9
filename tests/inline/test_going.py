"""What happens in a sweep, and what the pages and the terminal show of the runs under way then."""

from __future__ import annotations

from nb2prod.cli._sweep_progress import _Picture
from nb2prod.inline.going import Going
from nb2prod.workflows.sweeping.model import Happened

HAPPENED = [Happened("begun", worker=worker, run=run) for worker, run in ((0, "a"), (0, "b"), (1, "c"))]
"""A worker that forks runs does several at once."""


def _shown(*happened: Happened) -> list[str]:
    """Return the runs that are under way, as the page shows them, and as the terminal does."""
    going, picture = Going("sweep", "runs"), _Picture()
    for each in (*HAPPENED, *happened):
        going.after(each)
        picture.take(each)
    lines = [line["run"] for line in going.as_data()["lines"]]
    assert list(picture.going) == lines
    return lines


def test_a_worker_that_is_gone_takes_its_runs_along() -> None:
    assert _shown(Happened("gone", worker=0, what="worker 0 is gone")) == ["c"]


def test_a_run_that_somebody_else_makes_takes_no_other_along() -> None:
    """Its worker lives, and goes on with what else it does."""
    assert _shown(Happened("gone", worker=0, run="a", what="it seemed lost")) == ["b", "c"]
