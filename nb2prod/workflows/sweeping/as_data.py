"""What came of a sweep, as plain data without secrets, for ``--json`` and for programs."""

from __future__ import annotations

from typing import Any

from nb2prod.workflows.runs_as_data import moment, plain, run_as_dict
from nb2prod.workflows.sweeping.model import Swept


def swept_as_dict(swept: Swept) -> dict[str, Any]:
    """Return what is known of a sweep and its runs."""
    sweep = swept.sweep
    return {
        "sweep": {
            "id": sweep.id,
            "notebook": sweep.notebook,
            "notebook_sha256": sweep.sha256,
            "space": plain(sweep.space),
            "search": sweep.search,
            "seed": sweep.seed,
            "metric": sweep.metric,
            "direction": sweep.direction,
            "prune": sweep.options.get("prune", ""),
            "engine": sweep.engine,
            "created": moment(sweep.created),
            "counts": {status.value: count for status, count in sweep.counts.items()},
        },
        "runs": [run_as_dict(run) for run in swept.runs],
        "best": swept.best.id if swept.best is not None else None,
        "seconds": swept.seconds,
        "notes": list(swept.notes),
        "interrupted": swept.error is not None,
    }
