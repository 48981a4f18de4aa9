"""The identifier of a recorded run goes in; what an export takes of it comes out, or why it cannot be had."""

from __future__ import annotations

import hashlib
import json
import os
import shlex
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from nb2prod.capture.model import Evidence
from nb2prod.capture.reading import read_evidence
from nb2prod.errors import Problem, UnusableInput, UsageError
from nb2prod.ledger.ledger import Ledger
from nb2prod.ledger.model import RunRecord, Status
from nb2prod.notebook.read import text_of
from nb2prod.plan.request import Request
from nb2prod.runs.parameters.typed import as_typed
from nb2prod.workflows.gathering import MANIFEST, evidence_beside, sha256_of, wanted_of
from nb2prod.workflows.model import ExportOptions
from nb2prod.workflows.runs_as_data import shown_parameters
from nb2prod.workflows.where_recorded import ledger_for


@dataclass(frozen=True)
class Recorded:
    """A run that can be exported, as far as its record says."""

    record: RunRecord
    text: str
    """The notebook's file as it was run."""
    sha256: str
    """Of its evidence's manifest."""

    @property
    def parameters(self) -> dict[str, Any]:
        """Return those that were given."""
        return {name: self.record.parameters[name] for name in self.record.given}

    @property
    def note(self) -> str:
        """Return where the evidence is from, for people."""
        given = ", ".join(f"{name} = {shown!r}" for name, shown in shown_parameters(self.parameters).items())
        with_them = f", with {given}" if given else ""
        return f"the evidence is of run {self.record.id}{with_them}; the notebook was not run again"


def recorded_run(options: ExportOptions, said: str) -> Recorded:
    """Return the run that somebody means. Raises ``UsageError`` and ``UnusableInput`` with all that keeps it from being
    exported."""
    _refuse_others(options)
    path = options.notebook.resolve()
    with Ledger(ledger_for(options.notebook, options.ledger)) as ledger:
        record = ledger.run(said)
        kept = ledger.evidence(record.id, record.attempt)
        content = ledger.sweep(record.sweep).content if record.sweep is not None else None
    where = f"run {record.id}"
    if record.notebook != str(path):
        remedy = f"name that notebook: nb2prod export {shlex.quote(record.notebook)} --run {record.id}"
        raise UsageError(Problem(f"it is a run of another notebook, {record.notebook}", where, remedy))
    problems = []
    text = text_of(options.notebook) if content is None else content
    if _sha256(text) != record.sha256:
        what = "the notebook was changed since this run, and what it was then is not kept"
        problems.append(Problem(what, where, f"take the notebook back to what it was, or {_again(record)}"))
    if record.status is not Status.SUCCEEDED:
        problems.append(Problem(f"it did not succeed ({record.status.words})", where, "name one that did"))
    elif not kept:
        what = "it has not kept what an export needs: it was made without --evidence"
        problems.append(Problem(what, where, _again(record)))
    elif not (evidence_beside(Path(record.output)) / MANIFEST).is_file():
        what = f"what it has kept is not here: {evidence_beside(Path(record.output))}"
        problems.append(Problem(what, where, f"put it back, or {_again(record)}"))
    if problems:
        raise UnusableInput(problems)
    return Recorded(record, text, kept)


def evidence_of(recorded: Recorded, request: Request, folder: Path) -> Evidence:
    """Return the evidence of a recorded run, copied below ``folder``, which must not be there yet.

    Raises ``UnusableInput`` where it is not what the run has kept, or where the files that the notebook reads, its
    modules or its Python are no longer what they were.
    """
    record = recorded.record
    try:
        shutil.copytree(evidence_beside(Path(record.output)), folder)
        folder.chmod(0o700)
    except OSError as error:
        what = f"what it has kept cannot be read: {error.strerror or error}"
        raise UnusableInput(Problem(what, f"run {record.id}", _again(record))) from None
    problems = [*_changed(recorded, folder)]  # what is copied is looked at: nobody else can change it any more
    if problems:
        raise UnusableInput(problems)
    manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    where = f"run {record.id}"
    if manifest["asked"] != wanted_of(request).sha256:
        what = "its evidence was gathered by another version of nb2prod, which asks otherwise"
        raise UnusableInput(Problem(what, where, _again(record)))
    evidence = read_evidence(folder)
    problems = [*_no_longer_there(evidence, manifest["modules"], request, _again(record))]
    if problems:
        raise UnusableInput(problems)
    return replace(evidence, problems=(recorded.note, *evidence.problems), seconds=record.seconds or 0.0)


def _refuse_others(options: ExportOptions) -> None:
    """Raise for what only a new run could be asked for."""
    others = {
        "-p": options.parameters,
        "--kernel": options.kernel,
        "--running": options.running,
        "--timeout": options.timeout,
    }
    given = [name for name, value in others.items() if value]
    if given:
        what = f"a recorded run is what it was, so {', '.join(given)} cannot be given"
        raise UsageError(Problem(what, "--run", f"leave {'it' if len(given) == 1 else 'them'} out"))


def _changed(recorded: Recorded, folder: Path) -> Iterator[Problem]:
    """Yield that the evidence is not what the run has kept: what is in it is unpickled later."""
    where, again = f"run {recorded.record.id}", _again(recorded.record)
    if sha256_of(folder / MANIFEST) != recorded.sha256:
        yield Problem("its evidence was changed since it was kept", where, again)
        return
    files: Mapping[str, str] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))["files"]
    there = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()} - {MANIFEST}
    changed = sorted(name for name in there & set(files) if sha256_of(folder / name) != files[name])
    odd = [*changed, *sorted(there ^ set(files))]
    if odd:
        yield Problem(f"its evidence was changed since it was kept: {', '.join(odd)}", where, again)


def _no_longer_there(evidence: Evidence, modules: Mapping[str, str], request: Request, again: str) -> Iterator[Problem]:
    folder = request.notebook.path.resolve().parent
    for file in evidence.files_read:
        path = folder / file.path
        if not path.is_file():
            yield Problem("the notebook has read it, and it is not there any more", file.path, again)
        elif sha256_of(path) != file.sha256:
            yield Problem("it was changed since the run has read it", file.path, again)
    texts = request.own_modules.texts
    for name in sorted({*modules, *texts}):
        if name not in texts or modules.get(name) != _sha256(texts[name]):
            yield Problem("the module was changed since the run has imported it", name, again)
    executable = evidence.python["executable"]
    if not os.access(executable, os.X_OK):
        yield Problem("the Python that it ran on is not there any more", executable, again)


def _again(record: RunRecord) -> str:
    """Return the command by which a run is made again so that it can be exported."""
    given = [["-p", name, as_typed(record.parameters[name])] for name in record.given]
    words = ["nb2prod", "run", record.notebook, *(word for each in given for word in each), "--evidence"]
    return f"run it again: `{shlex.join(words)}`"


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
