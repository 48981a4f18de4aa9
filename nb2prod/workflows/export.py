"""Export: a tagged notebook goes in, a repository that provably answers like it comes out."""

from __future__ import annotations

import hashlib
import os
from dataclasses import replace
from pathlib import Path

from nb2prod.capture.capture import capture
from nb2prod.capture.model import Evidence, RawRows
from nb2prod.errors import NotebookRaised, Problem, UnusableInput, UsageError
from nb2prod.notebook.model import Notebook
from nb2prod.notebook.read import document_of, notebook_of, text_of
from nb2prod.plan.make import make_plan
from nb2prod.plan.model import InputPlan, ProjectPlan
from nb2prod.plan.naming import free_names, project_name
from nb2prod.plan.partition import Slice
from nb2prod.plan.request import Request
from nb2prod.render import Delivery, deliver
from nb2prod.render.git import git
from nb2prod.render.history import is_export, refuse_foreign, refuse_unfinished
from nb2prod.workflows.at_the_end import at_the_end
from nb2prod.workflows.given import exported_parameters
from nb2prod.workflows.model import Exported, ExportOptions, Progress, Watch
from nb2prod.workflows.proving import Attempt, best
from nb2prod.workflows.raw_rows import Made, Make, RawWay, look_for_raw_rows, made_of_rows, refuse, with_raw_rows
from nb2prod.workflows.recorded_run import evidence_of, recorded_run
from nb2prod.workflows.refusing_files import refuse_in_data, refuse_in_modules
from nb2prod.workflows.refusing_rows import notes_on_rows, refuse_in_rows, refuse_in_tables, with_notes
from nb2prod.workflows.refusing_secrets import refuse_secrets, without_shown
from nb2prod.workflows.scoring_exports import write_score
from nb2prod.workflows.understanding import understand
from nb2prod.workflows.working_folder import Work, working_folder
from nb2prod.workflows.writing_way import write_way

OLDEST_PYTHON = (3, 10)
"""That the code of the templates runs on."""


def export(options: ExportOptions, watch: Watch = lambda _: None) -> Exported:
    """Export a notebook; nothing is left half-written, whatever happens.

    Raises ``Nb2ProdError`` for everything that a user can mend. A proof that failed is not raised: it is in the
    result, and the repository then lies beside the target, under a name that says so.
    """
    project = project_name(options.notebook, options.name)
    target = (options.target or Path(project)).absolute()
    if not options.dry_run:
        _refuse_target(target)
    recorded = recorded_run(options, options.run) if options.run is not None else None
    with working_folder(target, dry_run=options.dry_run) as folder:
        work = Work(folder, watch)
        with work.stage("analyse", "reading the notebook"):
            text = text_of(options.notebook) if recorded is None else recorded.text
            options = options if recorded is None else replace(options, parameters=recorded.parameters)
            document = document_of(text, options.notebook)
            notebook = notebook_of(document, options.notebook)
            options = replace(options, parameters=exported_parameters(notebook, options.parameters))
            refuse_secrets(notebook, document, options.parameters)
            request = understand(notebook, options, project)
            sha256 = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
            request = replace(request, copy=without_shown(notebook, document, text), sha256=sha256)
            refuse_in_modules(notebook, request.own_modules)
            raw = look_for_raw_rows(request, options.input)
            if isinstance(raw, InputPlan) and options.input == "raw":
                raise refuse(raw)
        if recorded is not None:
            with work.stage("run", "reading what the run has kept"):
                evidence = evidence_of(recorded, request, work.folder / "evidence")
            request, raw = _of_run(recorded.record.id, request, raw)
        elif options.running is not None:
            with work.stage("run", "asking the running kernel"):
                evidence = _ask(options, options.running, request, raw, work)
        else:
            with work.stage("run", "running the notebook"):
                evidence = _run(options, request, raw, work)
        _refuse_old_python(evidence)
        refuse_in_data(notebook, evidence)
        refuse_in_tables(notebook, evidence)
        request, raw = _with_free_names(request, raw, evidence)
        if options.dry_run:
            plan = made_of_rows(request, raw, evidence, options.input, work, _looked_through(notebook, _planned))
            return Exported(plan, target, seconds=work.seconds, warnings=plan.warnings, run=request.run)
        attempt = made_of_rows(request, raw, evidence, options.input, work, _looked_through(notebook, _proven(options)))
        if not attempt.proof.ok:
            left = _exported(attempt, leave(attempt.rendered, target), work, "not proven")
            return replace(left, run=request.run)
        write_way(attempt.rendered, attempt.plan, attempt.proof)
        score = write_score(attempt.rendered, attempt.proof)
        with work.stage("deliver", "handing over the repository"):
            delivery = deliver(attempt.rendered, target, f"Export {options.notebook.name}")
        exported = _exported(attempt, target, work, _state(delivery), delivery.conflicts)
        return replace(exported, score=score, run=request.run)


def _planned(request: Request, evidence: Evidence, work: Work) -> ProjectPlan:
    return make_plan(request, evidence, Slice.TIDY)


def _proven(options: ExportOptions) -> Make[Attempt]:
    return lambda request, evidence, work: best(request, evidence, options.verify, work)


def _looked_through(notebook: Notebook, make: Make[Made]) -> Make[Made]:
    """Return what makes the same, but refuses rows that must not travel, and says of others that they do."""

    def made(request: Request, evidence: Evidence, work: Work) -> Made:
        refuse_in_rows(notebook, evidence)
        return make(request, with_notes(evidence, notes_on_rows(notebook, evidence)), work)

    return made


def _refuse_target(target: Path) -> None:
    """Raise before any work is done where the repository could not be handed over in the end."""
    git(Path.cwd(), "--version")  # without git nothing can be handed over
    refuse_foreign(target)
    if is_export(target):
        refuse_unfinished(target)


def _run(options: ExportOptions, request: Request, raw: RawWay | InputPlan | None, work: Work) -> Evidence:
    """Run the notebook with the probe in its kernel."""
    folder = work.folder / "evidence"
    folder.mkdir(mode=0o700)

    def on_cell(index: int, total: int, elapsed: float) -> None:
        work.watch(Progress("running the notebook", "run", index + 1, total, elapsed))

    try:
        return capture(
            request.notebook,
            with_raw_rows(request, raw),
            folder=folder,
            parameters=options.parameters,
            kernel=options.kernel,
            timeout=options.timeout,
            on_cell=on_cell,
        )
    except NotebookRaised as error:
        raise NotebookRaised(told_of_added(problem, request.notebook) for problem in error.problems) from None


def _ask(options: ExportOptions, kernel: str, request: Request, raw: RawWay | InputPlan | None, work: Work) -> Evidence:
    """Take the evidence from a kernel that has run the notebook."""
    if not hasattr(os, "fork"):
        what = "a kernel's process cannot be copied on this system"
        raise UsageError(Problem(what, "--running", "run the notebook afresh"))
    from nb2prod.capture.running import capture_running

    if options.parameters:
        what = "the running kernel has run the notebook with its own parameters, so none can be given"
        raise UsageError(Problem(what, ", ".join(options.parameters), "run the notebook afresh"))
    folder = work.folder / "evidence"
    folder.mkdir(mode=0o700)
    asked = at_the_end(request, with_raw_rows(request, raw))
    evidence = capture_running(
        request.notebook, asked.request, kernel, gone=asked.gone, folder=folder, timeout=options.timeout
    )
    shown = RawRows(why=asked.no_raw_rows) if asked.no_raw_rows else evidence.raw
    note = "the evidence is from the running kernel; the notebook was not run again"
    return replace(evidence, raw=shown, problems=(*evidence.problems, *asked.notes, note))


def told_of_added(problem: Problem, notebook: Notebook) -> Problem:
    """Return the problem of a cell that raised; of one that may have been suggested, with what to write instead."""
    labels = [cell.label for cell in notebook.cells if cell.section == "inference"]
    if problem.where.split(",")[0] not in labels:
        return problem
    instead = "write in its place how you ask the model: `sample = ...`, then `prediction = ...` in terms of `sample`"
    return replace(
        problem, remedy=f"{problem.remedy} If `nb2prod sections --suggest --write` added the cell, {instead}."
    )


def _of_run(run: str, request: Request, raw: RawWay | InputPlan | None) -> tuple[Request, RawWay | InputPlan | None]:
    """Return both with the run that they are of."""
    if isinstance(raw, RawWay):
        raw = replace(raw, request=replace(raw.request, run=run))
    return replace(request, run=run), raw


def _with_free_names(
    request: Request, raw: RawWay | InputPlan | None, evidence: Evidence
) -> tuple[Request, RawWay | InputPlan | None]:
    """Return both with names that no library of the run has."""
    imports = {name: distribution.imports for name, distribution in evidence.distributions.items()}
    project, package = free_names(request.project, imports)
    if isinstance(raw, RawWay):
        raw = replace(raw, request=replace(raw.request, project=project, package=package))
    return replace(request, project=project, package=package), raw


def _refuse_old_python(evidence: Evidence) -> None:
    """Raise where the service could not run on the kernel's Python."""
    version = evidence.python["version"]
    if tuple(int(part) for part in version.split(".")[:2]) < OLDEST_PYTHON:
        what = f"the notebook's kernel has Python {version}, and a service needs {'.'.join(map(str, OLDEST_PYTHON))}"
        remedy = "run the notebook in an environment with a newer Python, and name its kernel with --kernel"
        raise UnusableInput(Problem(what, "the notebook's kernel", remedy))


def leave(rendered: Path, target: Path) -> Path:
    """Put a repository that was not proven beside the target, under a name that says so."""
    left = target.with_name(f"{target.name}-not-proven")
    number = 1
    while left.exists():
        number += 1
        left = target.with_name(f"{target.name}-not-proven-{number}")
    rendered.rename(left)
    return left


def _state(delivery: Delivery) -> str:
    if delivery.created:
        return "new"
    return "merged" if delivery.changed else "unchanged"


def _exported(attempt: Attempt, repository: Path, work: Work, state: str, conflicts: tuple[str, ...] = ()) -> Exported:
    plan = attempt.plan
    warnings = (*plan.warnings, *attempt.proof.not_made)
    return Exported(plan, repository, attempt.proof, state, conflicts, work.seconds, warnings)
