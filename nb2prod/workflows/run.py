"""A notebook goes in with parameters; it is run once, and a record that is true whatever happened comes out."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from time import monotonic
from typing import Any

from nb2prod.capture.run_metrics import glued
from nb2prod.errors import LedgerUnusable, Nb2ProdError, Problem, RunFailed, Stopped, UnusableInput, UsageError
from nb2prod.ledger.attempt_files import path_of_attempt
from nb2prod.ledger.beating import Pulse, beating
from nb2prod.ledger.ledger import ID, Ledger
from nb2prod.ledger.liveness import this_process
from nb2prod.ledger.model import Claim, Ended, NewRun, RunRecord, Status
from nb2prod.ledger.places import FOLDER
from nb2prod.ledger.untold import keep_to_tell, tell_again
from nb2prod.notebook.model import Notebook
from nb2prod.notebook.read import document_of, draft_of, text_of
from nb2prod.render.git import attempt
from nb2prod.rules.secret_texts import HIDDEN, harmless
from nb2prod.runs.execute import execute
from nb2prod.runs.failures import status_of
from nb2prod.runs.kernels import choose_kernel, runs_itself
from nb2prod.runs.model import Limits, Run, Usage
from nb2prod.runs.output import checked, clear_away
from nb2prod.runs.parameters.checking import checked_parameters
from nb2prod.runs.parameters.declaring import declared
from nb2prod.runs.parameters.heeding import unheeded
from nb2prod.runs.reports import Judge, Reports
from nb2prod.runs.starting import kernel_folder
from nb2prod.runs.temporary import temporary_folder
from nb2prod.workflows.gathering import Gathering, refuse_to_gather
from nb2prod.workflows.model import Progress, Watch
from nb2prod.workflows.refusing_secrets import secret_parameters
from nb2prod.workflows.shown import is_secret, problem_shown, secrets_of
from nb2prod.workflows.where_recorded import ledger_for

OUTPUTS = "outputs"
LAST_PATIENCE_SECONDS = 5.0
"""How long a server that is gone is waited for by somebody who has been interrupted."""
SEEDS = ("seed", "random_seed", "random_state")
"""Parameters that are commonly the seed."""
_NOT_ITSELF = "tag the cell that runs it `skip`, or keep that cell in another notebook"


@dataclass(frozen=True)
class RunOptions:
    """What somebody asked for."""

    notebook: Path
    parameters: Mapping[str, Any] = field(default_factory=dict)
    kernel: str | None = None
    limits: Limits = field(default_factory=Limits)
    tags: tuple[str, ...] = ()
    output: Path | None = None
    """Where the executed notebook goes; ``.nb2prod/outputs/ID.ipynb`` beside the notebook if not given."""
    ledger: str | None = None
    evidence: bool = False
    """Whether to keep what an export of this run needs."""


@dataclass(frozen=True)
class Ran:
    """What came of it."""

    record: RunRecord
    error: BaseException | None = None
    """What ended it, where that was no success: for whoever asked for it to raise again."""
    problems: tuple[Problem, ...] = ()
    """Its problems, without the notebook's secrets."""


@dataclass
class Told:
    """What is heard of a run while it is under way."""

    usage: Usage = field(default_factory=Usage)
    run: Run | None = None
    at: tuple[int, int] | None = None
    """The code cell that it came to, by its index, and how many there are."""


def run(options: RunOptions, watch: Watch = lambda _: None) -> Ran:
    """Run a notebook once and record it, from before its kernel starts to however it ends.

    Raises ``Nb2ProdError``, and records nothing, for what can be told before: a notebook that is none, parameters that
    cannot be, a kernel that is not there, an output or a ledger that cannot be written.
    """
    text = text_of(options.notebook)
    document = document_of(text, options.notebook)
    notebook = replace(draft_of(document, options.notebook), document=document)  # what is recorded is what is run
    refuse_early(notebook, options)
    with Ledger(ledger_for(options.notebook, options.ledger), create=True) as ledger:
        tell_again(ledger)
        claim = ledger.begin(new_run(notebook, text, options), this_process())
        known: Ended | None = None
        try:
            with beating(ledger, claim) as pulse:
                known, error = attempted(notebook, claim, options, watch, pulse)
                counted = _told(ledger, claim, known)
        except LedgerUnusable:
            raise
        except BaseException as raised:  # an interrupt, where it met nobody who waits for one
            _tell_at_last(ledger, claim, known or ended_as(Told(), raised, {}, secrets_of(notebook)))
            raise
        record = ledger.run(claim.run.id)
        if not counted:
            raise LedgerUnusable(_taken(claim, f": its record is of that attempt ({record.status.words})"))
        problems = error.problems if isinstance(error, Nb2ProdError) else ()
        secrets = secrets_of(notebook)
        return Ran(record, error, tuple(problem_shown(each, secrets) for each in problems))


def refuse(options: RunOptions) -> None:
    """Raise for everything that keeps a run from being begun, without beginning it."""
    document = document_of(text_of(options.notebook), options.notebook)
    refuse_early(replace(draft_of(document, options.notebook), document=document), options)


def refuse_early(notebook: Notebook, options: RunOptions) -> None:
    """Raise for everything that keeps the run from being begun, all problems at once."""
    problems = list(secret_parameters(options.parameters, "and the record and the executed notebook would show it"))
    kind: type[Nb2ProdError] = UsageError
    if runs_itself(notebook.path):
        problems.append(Problem("this notebook would run itself, without end", str(notebook.path), _NOT_ITSELF))
    for check in (
        lambda: checked_parameters(notebook, options.parameters),
        lambda: choose_kernel(options.kernel, notebook.kernel),
        lambda: checked(options.output, notebook.path) if options.output is not None else None,
        lambda: refuse_to_gather(notebook, options.parameters) if options.evidence else None,
    ):
        try:
            check()
        except Nb2ProdError as error:
            problems += [each for each in error.problems if each not in problems]
            kind = type(error) if isinstance(error, UnusableInput) else kind
    if problems:
        raise kind(problems)


def new_run(notebook: Notebook, text: str, options: RunOptions) -> NewRun:
    """Return what is known of a run before it is begun."""
    commit, dirty = _version(notebook.path)
    defaults = {each.name: each.default for each in declared(notebook) if each.understood}
    parameters = {**defaults, **checked_parameters(notebook, options.parameters)}
    parameters = {name: HIDDEN if is_secret(name, value) else value for name, value in parameters.items()}
    seeds = [parameters[name] for name in SEEDS if type(parameters.get(name)) is int]
    return NewRun(
        notebook=str(notebook.path.resolve()),
        sha256=hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest(),
        parameters=parameters,
        given=tuple(options.parameters),
        tags=options.tags,
        seed=seeds[0] if seeds else None,
        kernel=options.kernel or notebook.kernel or "",
        output=str(_output(notebook, options)),
        git_commit=commit,
        git_dirty=dirty,
        options={"limits": asdict(options.limits), "evidence": options.evidence},
    )


def attempted(
    notebook: Notebook,
    claim: Claim,
    options: RunOptions,
    watch: Watch,
    pulse: Pulse,
    how: Callable[..., Run] = execute,
    judge: Judge | None = None,
) -> tuple[Ended, BaseException | None]:
    """Run the notebook for a claim; return how that ended and by what, whatever that was.

    ``how`` is called as :func:`nb2prod.runs.execute.execute` is; ``judge`` hears what the notebook reports.
    """
    output = Path(claim.run.output)
    before, began, told = _stamp(output), monotonic(), Told()
    error: BaseException | None = None
    watch(Progress("starting the kernel", "run"))
    for number in range(1, claim.attempt):
        clear_away(Path(path_of_attempt(claim.run.output, of=claim.attempt, attempt=number)))
    with temporary_folder("run") as folder, ExitStack() as stack:
        gathering = Gathering(notebook, Path(folder))
        reports = stack.enter_context(Reports(stack.enter_context(kernel_folder()), judge)) if judge else None

        def on_cell(index: int, total: int, elapsed: float) -> None:
            _refuse_where_taken(claim, pulse)
            told.at = index, total
            pulse.at(index, total)
            watch(Progress("running the notebook", "run", index + 1, total, elapsed))

        shown: Mapping[str, float] = {}
        kept = ""
        try:
            attendant = gathering.attendant(evidence=options.evidence)
            told.run = how(
                notebook,
                parameters=options.parameters,
                kernel=options.kernel,
                limits=options.limits,
                on_cell=on_cell,
                attendant=reports.attending(attendant) if reports else attendant,
                output=output,
                on_usage=lambda usage: setattr(told, "usage", usage),
            )
            _refuse_where_taken(claim, pulse)
            shown, kept = gathering.shown_metrics(), gathering.keep(output)
        except BaseException as raised:
            error = raised
        metrics, versions = gathering.measured()
    ended = ended_as(told, error, {**shown, **metrics}, secrets_of(notebook))
    written = _sha256(output) if _stamp(output) != before else ""
    seconds = monotonic() - began
    reported = reports.reported if reports else {}
    ended = replace(ended, seconds=seconds, output_sha256=written, versions=versions, evidence_sha256=kept)
    vain = (f"{name} has no effect: {why}" for name, why in unheeded(notebook, options.parameters))
    return replace(ended, reported=reported, notes=(*ended.notes, *vain)), error


def ended_as(told: Told, error: BaseException | None, metrics: Mapping[str, float], secrets: Any = ()) -> Ended:
    """Return what is recorded of how an attempt ended; the notebook's ``secrets`` are not."""
    usage, done = told.usage, told.run
    if isinstance(error, Stopped):
        return Ended(
            status=Status.PRUNED,
            metrics=metrics,
            peak_memory=usage.peak_memory or None,
            cpu_seconds=usage.cpu_seconds,
            error_cell=error.cell,
            why=error.message,
            at=told.at,
        )
    failed = error if isinstance(error, RunFailed) else None
    message = failed.message if failed is not None else "" if error is None else _said(error)
    return Ended(
        status=Status.SUCCEEDED if error is None else status_of(error),
        kernel=done.kernel if done is not None else "",
        metrics={**metrics, **(glued(done.notebook) if done is not None else {})},
        peak_memory=usage.peak_memory or None,
        cpu_seconds=usage.cpu_seconds,
        error_cell=failed.cell if failed is not None else None,
        error_name=failed.name if failed is not None else type(error).__name__ if error is not None else "",
        message=harmless(message, secrets),
        traceback=harmless(failed.traceback, secrets) if failed is not None else "",
        notes=done.notes if done is not None else (),
        at=told.at,
    )


def _said(error: BaseException) -> str:
    if isinstance(error, Nb2ProdError):
        return "; ".join(problem.what for problem in error.problems)
    if isinstance(error, KeyboardInterrupt):
        return "interrupted by Ctrl-C (SIGINT)"
    return "interrupted by SIGTERM" if isinstance(error, SystemExit) else f"{type(error).__name__}: {error}"


def _refuse_where_taken(claim: Claim, pulse: Pulse) -> None:
    """Raise where the attempt counts no more: what it would still do is for nobody."""
    if pulse.taken.is_set():
        raise LedgerUnusable(_taken(claim))


def _taken(claim: Claim, more: str = "") -> Problem:
    what = f"seemed lost, and somebody else began it again{more}"
    return Problem(what, f"run {claim.run.id}", f"the notebook of this attempt is {claim.run.output}")


def _told(ledger: Ledger, claim: Claim, ended: Ended) -> bool:
    """Have the ledger know how a run ended; where it cannot be told, whoever asked for the run is."""
    try:
        return ledger.end(claim, ended)
    except LedgerUnusable as error:
        keep_to_tell(ledger, claim, ended)
        remedy = f"its record will say that it is lost; what it showed is in {claim.run.output}"
        what = f"the run ended ({ended.status.words}), which could not be recorded"
        raise LedgerUnusable([*error.problems, Problem(what, f"run {claim.run.id}", remedy)]) from None


def _tell_at_last(ledger: Ledger, claim: Claim, ended: Ended) -> None:
    """Have the ledger know how a run ended whose process is leaving; what was told already stays."""
    try:
        ledger.end(claim, ended, patience=LAST_PATIENCE_SECONDS)
    except LedgerUnusable:
        keep_to_tell(ledger, claim, ended)


def _output(notebook: Notebook, options: RunOptions) -> Path:
    if options.output is not None:
        return checked(options.output, notebook.path)
    folder = notebook.path.resolve().parent / FOLDER / OUTPUTS
    with _told_of(folder):
        folder.mkdir(parents=True, exist_ok=True)
        ignore = folder.parent / ".gitignore"
        if not ignore.exists():
            ignore.write_text("*\n", encoding="utf-8")
    return folder / f"{ID}.ipynb"


@contextmanager
def _told_of(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        what = f"the folder for executed notebooks cannot be made: {error.strerror}"
        raise UnusableInput(Problem(what, str(folder), "name another file with --output")) from None


def _version(notebook: Path) -> tuple[str, bool | None]:
    """Return the commit that the notebook's folder is at, and whether anything differs from it; nothing outside git."""
    folder = notebook.resolve().parent
    try:
        commit = attempt(folder, "rev-parse", "HEAD")
        if commit.returncode != 0:
            return "", None
        return commit.stdout.strip(), attempt(folder, "diff-index", "--quiet", "HEAD", "--").returncode != 0
    except (OSError, Nb2ProdError):
        return "", None


def _stamp(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns


def _sha256(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""
