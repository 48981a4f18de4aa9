"""Records of runs go in; a pandas table with a row for each comes out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from nb2prod.errors import Problem, UnusableInput
from nb2prod.ledger.model import RunRecord
from nb2prod.rules.secret_texts import HIDDEN, harmless
from nb2prod.workflows.runs_as_data import plain
from nb2prod.workflows.shown import is_secret

FIRST = ("id", "number", "status")
LAST = ("seconds", "started", "cell", "error", "output", "sweep", "attempt", "peak_memory", "cpu_seconds", "tags")


def frame_of(runs: Sequence[RunRecord]) -> Any:
    """Return a ``pandas.DataFrame``: how each run stands, its parameters, its metrics, and the rest.

    Parameters are the values that they are. Where a parameter and something else have one name, the parameter's column
    is ``parameter.NAME``; a metric's is ``metric.NAME`` then. Raises ``UnusableInput`` where pandas is not installed.
    """
    try:
        import pandas
    except ImportError:
        raise UnusableInput(Problem("pandas is not installed, and makes the table", "frame()", _INSTALL)) from None
    parameters = names_of(run.parameters for run in runs)
    metrics = names_of(run.metrics for run in runs)
    own, taken = {*FIRST, *LAST}, {*parameters} & {*metrics}
    columns = {name: _column(name, "parameter", own | taken) for name in parameters}
    measured = {name: _column(name, "metric", own | taken) for name in metrics}
    rows = [
        {
            **_about(run, FIRST),
            **{column: value_shown(run, name) for name, column in columns.items()},
            **{column: run.metrics.get(name) for name, column in measured.items()},
            **_about(run, LAST),
        }
        for run in runs
    ]
    return pandas.DataFrame(rows, columns=[*FIRST, *columns.values(), *measured.values(), *LAST])


_INSTALL = "pip install pandas"


def names_of(each: Iterable[Mapping[str, Any]]) -> list[str]:
    """Return all names, in the order in which they come first."""
    return list(dict.fromkeys(name for mapping in each for name in mapping))


def value_shown(run: RunRecord, name: str) -> Any:
    """Return a run's value for a parameter, ``None`` where it has none; a secret is not shown."""
    value = run.parameters.get(name)
    return HIDDEN if is_secret(name, plain(value)) else value


def why(run: RunRecord) -> str:
    """Return what ended a run, empty where it succeeded."""
    message = str(harmless(run.message)).strip()
    if not run.error_name:
        return message or str(harmless(run.why))
    if message.startswith(run.error_name):  # one without words of its own, with where it was raised
        return message.splitlines()[0]
    return f"{run.error_name}: {message}".removesuffix(": ")


def _column(name: str, kind: str, taken: set[str]) -> str:
    return f"{kind}.{name}" if name in taken else name


def _about(run: RunRecord, names: Sequence[str]) -> dict[str, Any]:
    known = {
        "id": run.id,
        "number": run.number,
        "status": run.status.value,
        "seconds": run.seconds,
        "started": run.started,
        "cell": None if run.error_cell is None else run.error_cell + 1,
        "error": why(run),
        "output": run.output,
        "sweep": run.sweep,
        "attempt": run.attempt,
        "peak_memory": run.peak_memory,
        "cpu_seconds": run.cpu_seconds,
        "tags": ", ".join(run.tags),
    }
    return {name: known[name] for name in names}
