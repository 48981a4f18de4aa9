"""Where a notebook is goes in; its runs as the ledger knows them come out as plain data, or why that cannot be told."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from nb2prod.errors import Nb2ProdError, NothingRecorded, Problem, UnusableInput
from nb2prod.ledger.ledger import Ledger
from nb2prod.ledger.model import RunRecord, Status, SweepRecord
from nb2prod.notebook.read import document_of, draft_of, text_of
from nb2prod.rules.secret_texts import HIDDEN
from nb2prod.runs.parameters.declaring import declared
from nb2prod.runs.parameters.model import Declared, by_name
from nb2prod.runs.parameters.typed import as_typed
from nb2prod.workflows.comparing_runs import compared, lies_within
from nb2prod.workflows.ranking_runs import varied
from nb2prod.workflows.reports.configuration import forget_configurations
from nb2prod.workflows.runs_as_data import attempt_as_dict, reported_as_list, run_as_dict, run_briefly, shown_parameters
from nb2prod.workflows.shown import problem_shown
from nb2prod.workflows.where_recorded import ledger_for


def runs_of(notebook: str, root: str, limit: int) -> dict[str, Any]:
    """Return the last ``limit`` ``runs`` of a notebook, the newest first; or ``problems``.

    Beside them are the names that are ``varied`` among them, of their ``metrics``, and the ``sweeps`` they belong to.
    """
    try:
        with _opened(notebook) as ledger:
            runs = ledger.runs(notebook=_name(notebook), limit=limit) if ledger is not None else ()
            named = dict.fromkeys(run.sweep for run in reversed(runs) if run.sweep)
            sweeps = [ledger.sweep(name) for name in named] if ledger is not None else []
    except Nb2ProdError as error:
        return _problems(error)
    return {
        "runs": [_seen(run_briefly(run), root) for run in reversed(runs)],
        "varied": list(varied(runs)),
        "metrics": list(dict.fromkeys(name for run in runs for name in run.metrics)),
        "sweeps": [_sweep_as_dict(each) for each in sweeps],
    }


def run_of(notebook: str, root: str, name: str) -> dict[str, Any]:
    """Return a ``run`` with its ``attempts``, and its parameters as they would be ``typed``; or ``problems``. ``kept``
    says whether it has kept what an export of it needs.

    Secrets are not recorded, so they are not among those that are typed.
    """
    try:
        with _opened(notebook) as ledger:
            there = _there(ledger, name)
            run = _own(there, notebook, name)
            attempts = there.attempts(run.id)
            kept = there.evidence(run.id, run.attempt)
            reported = there.reported(run=run.id).get(run.id, {})
    except Nb2ProdError as error:
        return _problems(error)
    return {
        "run": _seen(run_as_dict(run), root),
        "attempts": [attempt_as_dict(each) for each in attempts],
        "reported": reported_as_list(reported),
        "kept": bool(kept) and run.status is Status.SUCCEEDED,
        "typed": _typed(run, Path(notebook)),
    }


def comparison_of(notebook: str, root: str, one: str, other: str) -> dict[str, Any]:
    """Return what differs between two runs, as ``nb2prod runs compare --json`` does; or ``problems``.

    Of what they have shown, only what lies in the folder ``root`` is read.
    """
    try:
        with _opened(notebook) as ledger:
            pair = [_own(_there(ledger, name), notebook, name) for name in (one, other)]
        found = compared(pair[0], pair[1], Path(root))
    except Nb2ProdError as error:
        return _problems(error)
    outputs = found["outputs"]
    seen = [problem.replace(f"{root}/", "") for problem in outputs["problems"]]
    return {**found, "outputs": {**outputs, "problems": seen}}


def output_of(notebook: str, root: str, name: str) -> dict[str, Any]:
    """Return the executed notebook of a run as ``content``, whole at every moment; or ``problems``.

    Only what lies in the folder ``root`` is read.
    """
    try:
        with _opened(notebook) as ledger:
            run = _own(_there(ledger, name), notebook, name)
        return {"content": _document(run, Path(root))}
    except Nb2ProdError as error:
        return _problems(error)


@contextmanager
def _opened(notebook: str) -> Iterator[Ledger | None]:
    """Open the ledger of a notebook, which knows which runs nobody does any more; ``None`` where there is none yet."""
    forget_configurations()
    place = ledger_for(Path(notebook), None)
    try:
        opened = Ledger(place)
    except NothingRecorded:  # its first run may be making it right now
        yield None
        return
    with opened as ledger:
        ledger.settle()
        yield ledger


def _there(ledger: Ledger | None, name: str) -> Ledger:
    if ledger is None:
        raise UnusableInput(Problem("no run of this notebook has been recorded", f"run {name!r}"))
    return ledger


def _own(ledger: Ledger, notebook: str, name: str) -> RunRecord:
    """Return a run of this notebook: a ledger may know those of notebooks that whoever asks may not see."""
    run = ledger.run(name)
    if run.notebook != _name(notebook):
        raise UnusableInput(Problem("there is no such run of this notebook", f"run {name!r}"))
    return run


def _name(notebook: str) -> str:
    return str(Path(notebook).resolve())


def _problems(error: Nb2ProdError) -> dict[str, Any]:
    return {"problems": [problem_shown(problem).as_dict() for problem in error.problems]}


def _seen(run: dict[str, Any], root: str) -> dict[str, Any]:
    """Return a run with its files as the contents manager has them; empty for one that it does not show."""
    found = dict(run)
    for field in {"notebook", "output"} & set(found):
        path = Path(found[field])
        found[field] = path.relative_to(root).as_posix() if path.is_relative_to(root) else ""
    return found


def _sweep_as_dict(sweep: SweepRecord) -> dict[str, Any]:
    counts = {status.value: count for status, count in sweep.counts.items()}
    told = {"id": sweep.id, "search": sweep.search, "metric": sweep.metric, "direction": sweep.direction}
    return {**told, "varied": list(sweep.space), "counts": counts}


def _typed(run: RunRecord, notebook: Path) -> dict[str, str]:
    known: dict[str, Declared] = {}
    with suppress(Nb2ProdError):  # what was run is known without it, but for what only a type makes of a text
        known = by_name(declared(draft_of(document_of(text_of(notebook), notebook), notebook)))
    shown = shown_parameters(run.parameters)
    open_ones = {name: value for name, value in run.parameters.items() if shown[name] != HIDDEN}
    return {name: as_typed(value, known.get(name)) for name, value in open_ones.items()}


def _document(run: RunRecord, root: Path) -> Any:
    where = f"run {run.id}"
    if not run.output:
        raise UnusableInput(Problem("has written no notebook", where))
    if not lies_within(run.output, root):
        remedy = "open it where it is, or start Jupyter in a folder above it"
        raise UnusableInput(Problem("its notebook lies outside the folder that Jupyter shows", where, remedy))
    try:
        document = json.loads(Path(run.output).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        what = "its notebook is not written yet" if run.ended is None else "its notebook cannot be read any more"
        raise UnusableInput(Problem(what, where)) from None
    return document
