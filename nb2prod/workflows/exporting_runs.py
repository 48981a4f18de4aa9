"""Runs go in; those that are over come out in MLflow's tracking store, each once."""

from __future__ import annotations

import contextlib
import json
import logging
import os
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from nb2prod.errors import Problem, UnusableInput
from nb2prod.ledger.model import OPEN, RunRecord, Status
from nb2prod.rules.secret_texts import harmless
from nb2prod.workflows.runs_as_data import shown_parameters

STATUSES = {Status.SUCCEEDED: "FINISHED", Status.INTERRUPTED: "KILLED", Status.PRUNED: "KILLED"}
"""MLflow's words; all that did not succeed else is FAILED, and a tag says how."""
RUN = "nb2prod.run"
"""The tag by which a run is known again."""
LONGEST = 5_900
"""Characters of a parameter or tag; MLflow takes 6,000."""
MOST = 90
"""Parameters at once; MLflow takes 100."""
NOT_IN_NAMES = re.compile(r"[^\w./ :-]")


def export_to_mlflow(runs: Sequence[RunRecord], address: str, experiment: str) -> dict[str, Any]:
    """Write the runs that are over, with their executed notebooks, into an experiment; those that are there stay.

    ``address`` is a tracking URI: ``sqlite:///FILE``, ``http://HOST:PORT``. Raises ``UnusableInput`` where MLflow is
    not installed, or cannot be written to; what was begun is finished by the next time.
    """
    ended = [run for run in runs if run.status not in OPEN]
    with _mlflow(address) as client:
        there = _there(client, experiment)
        new = [run for run in ended if there.known.get(run.id) is None or there.known[run.id][1] == "RUNNING"]
        for run in new:
            _write(client, there, run)
    return {
        "mlflow": harmless(address),
        "experiment": experiment,
        "written": [run.id for run in new],
        "there": len(ended) - len(new),
        "not_over": len(runs) - len(ended),
    }


class _There:
    """What an experiment has: run to MLflow's identifier of it, and how it stands there."""

    def __init__(self, experiment: str) -> None:
        self.experiment = experiment
        self.known: dict[str, tuple[str, str]] = {}


@contextlib.contextmanager
def _mlflow(address: str) -> Iterator[Any]:
    os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")  # it reports to its makers else, which nobody asked for
    try:
        from mlflow.exceptions import MlflowException
        from mlflow.tracking import MlflowClient
    except ImportError:
        remedy = 'pip install "nb2prod[mlflow]"'
        raise UnusableInput(Problem("MLflow is not installed", "nb2prod runs export", remedy)) from None
    for name in ("mlflow", "alembic"):
        logging.getLogger(name).setLevel(logging.WARNING)
    try:
        with contextlib.redirect_stdout(sys.stderr):  # it says there where to look at a run
            yield MlflowClient(tracking_uri=address)
    except (MlflowException, OSError) as error:
        what = f"cannot be written to: {str(error).splitlines()[0]}"
        remedy = "correct the address, start the server, and export again: what is there is not written twice"
        raise UnusableInput(Problem(harmless(what), f"MLflow at {harmless(address)}", remedy)) from None


def _there(client: Any, name: str) -> _There:
    found = client.get_experiment_by_name(name)
    there = _There(found.experiment_id if found is not None else client.create_experiment(name))
    token: str | None = None
    while True:
        page = client.search_runs([there.experiment], f"tags.`{RUN}` LIKE '%'", page_token=token)
        there.known |= {run.data.tags[RUN]: (run.info.run_id, run.info.status) for run in page}
        token = page.token
        if not token:
            return there


def _write(client: Any, there: _There, run: RunRecord) -> None:
    from mlflow.entities import Metric, Param, RunTag

    began = _milliseconds(run.started or run.queued)
    over = _milliseconds(run.ended or run.heard or run.queued)
    if run.id in there.known:
        name = there.known[run.id][0]
    else:
        made = client.create_run(there.experiment, start_time=began, tags={RUN: run.id}, run_name=run.id)
        name = made.info.run_id
    parameters = [Param(key, _cut(value)) for key, value in _texts(shown_parameters(run.parameters))]
    for first in range(0, len(parameters), MOST):
        client.log_batch(name, params=parameters[first : first + MOST])
    metrics = [Metric(NOT_IN_NAMES.sub("_", key), value, over, 0) for key, value in _numbers(run)]
    client.log_batch(name, metrics=metrics, tags=[RunTag(key, _cut(value)) for key, value in _tags(run) if value])
    output = Path(run.output) if run.output_sha256 else None
    if output is not None and output.is_file():
        client.log_artifact(name, str(output))
    client.set_terminated(name, STATUSES.get(run.status, "FAILED"), over)


def _texts(parameters: dict[str, Any]) -> Iterable[tuple[str, str]]:
    return ((name, each if isinstance(each, str) else json.dumps(each)) for name, each in parameters.items())


def _numbers(run: RunRecord) -> Iterator[tuple[str, float]]:
    yield from run.metrics.items()
    for name in ("seconds", "cpu_seconds", "peak_memory"):
        value = getattr(run, name)
        if value is not None:
            yield f"nb2prod.{name}", float(value)


def _tags(run: RunRecord) -> Iterator[tuple[str, str]]:
    yield "nb2prod.status", run.status.value
    yield "nb2prod.why", harmless(run.why)
    yield "nb2prod.error", harmless(f"{run.error_name}: {run.message}") if run.error_name else ""
    yield "nb2prod.sweep", run.sweep or ""
    yield "nb2prod.tags", ", ".join(run.tags)
    yield "nb2prod.notebook_sha256", run.sha256
    yield "mlflow.source.name", run.notebook
    yield "mlflow.source.type", "NOTEBOOK"
    yield "mlflow.source.git.commit", run.git_commit
    for name, version in run.versions.items():
        yield f"nb2prod.version.{NOT_IN_NAMES.sub('_', name)}", version


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}... ({len(text)} characters)"


def _milliseconds(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)
