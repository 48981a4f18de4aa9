"""Export: a tagged notebook goes in, a repository that provably answers like it comes out."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from nb2prod.analysis.dataflow import analyse
from nb2prod.analysis.inference import find_inference
from nb2prod.capture.capture import capture
from nb2prod.capture.model import Evidence
from nb2prod.environment import Environment, create, lock
from nb2prod.errors import Problem, UnusableInput
from nb2prod.notebook.read import read_notebook
from nb2prod.plan.make import capture_request, complete, make_plan
from nb2prod.plan.model import ProjectPlan
from nb2prod.plan.naming import package_name, project_name
from nb2prod.plan.partition import Slice
from nb2prod.plan.request import Request
from nb2prod.plan.requirements import DEVELOPMENT, pins_of
from nb2prod.render import Delivery, deliver, render
from nb2prod.render.history import is_export, refuse_foreign, refuse_unfinished
from nb2prod.render.templates import PLACES
from nb2prod.verify import Proof, RunArtifacts, Tolerance, prove, tolerance_for
from nb2prod.workflows.model import Exported, ExportOptions, Progress, Watch


@dataclass
class Work:
    """A folder beside the target that everything happens in, and what has been done so far."""

    folder: Path
    watch: Watch
    seconds: dict[str, float] = field(default_factory=dict)
    locks: dict[tuple[str, ...], str] = field(default_factory=dict)

    @contextmanager
    def stage(self, key: str, words: str) -> Iterator[None]:
        """Say what begins, and keep how long it took."""
        self.watch(Progress(words))
        began = time.monotonic()
        try:
            yield
        finally:
            self.seconds[key] = round(self.seconds.get(key, 0.0) + time.monotonic() - began, 3)


def export(options: ExportOptions, watch: Watch = lambda _: None) -> Exported:
    """Export a notebook; nothing is left half-written, whatever happens.

    Raises ``Nb2ProdError`` for everything that a user can mend. A proof that failed is not raised: it is in the
    result, and the repository then lies beside the target, under a name that says so.
    """
    project = project_name(options.notebook, options.name or (options.target.name if options.target else None))
    target = (options.target or Path(project)).absolute()
    if not options.dry_run:
        _refuse_target(target)
    with _working_folder(target, dry_run=options.dry_run) as folder:
        work = Work(folder, watch)
        with work.stage("analyse", "reading the notebook"):
            request = _understand(options, project)
        with work.stage("run", "running the notebook"):
            evidence = _run(options, request, work)
        if options.dry_run:
            plan = make_plan(request, evidence, Slice.TIDY)
            return Exported(plan, target, seconds=work.seconds, warnings=plan.warnings)
        plan, rendered, proof = _best(options, request, evidence, work)
        warnings = plan.warnings
        if not proof.ok:
            left = _leave(rendered, target)
            return Exported(plan, left, proof, "not proven", seconds=work.seconds, warnings=warnings)
        with work.stage("deliver", "handing over the repository"):
            delivery = deliver(rendered, target, f"Export {options.notebook.name}")
        return Exported(plan, target, proof, _state(delivery), delivery.conflicts, work.seconds, warnings)


def _refuse_target(target: Path) -> None:
    """Raise before any work is done where the repository could not be handed over in the end."""
    refuse_foreign(target)
    if is_export(target):
        refuse_unfinished(target)


def _state(delivery: Delivery) -> str:
    if delivery.created:
        return "new"
    return "merged" if delivery.changed else "unchanged"


@contextmanager
def _working_folder(target: Path, *, dry_run: bool) -> Iterator[Path]:
    """Make a private folder on the target's file system, and remove it in the end."""
    parent = Path(tempfile.gettempdir()) if dry_run else target.parent
    try:
        parent.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(prefix=".nb2prod-", dir=parent))
    except OSError as error:
        problem = Problem(f"no folder can be made there: {error.strerror}", str(parent), "choose another destination")
        raise UnusableInput(problem) from None
    try:
        yield folder
    except OSError as error:
        if error.errno in {28, 122}:  # ENOSPC, EDQUOT
            raise UnusableInput(Problem("the disk is full", str(parent), "make room, or choose another disk")) from None
        raise
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _understand(options: ExportOptions, project: str) -> Request:
    notebook = read_notebook(options.notebook)
    flow = analyse(notebook)
    return Request(
        notebook=notebook,
        flow=flow,
        inference=find_inference(notebook, flow),
        templates=next(place for place in PLACES if place.is_dir()),
        project=project,
        package=package_name(project),
        parameters=options.parameters,
        allow_pickle=options.allow_pickle,
    )


def _run(options: ExportOptions, request: Request, work: Work) -> Evidence:
    """Run the notebook with the probe in its kernel."""
    folder = work.folder / "evidence"
    folder.mkdir(mode=0o700)

    def on_cell(index: int, total: int, elapsed: float) -> None:
        work.watch(Progress("running the notebook", index + 1, total, elapsed))

    return capture(
        request.notebook,
        capture_request(request),
        folder=folder,
        parameters=options.parameters,
        kernel=options.kernel,
        timeout=options.timeout,
        on_cell=on_cell,
    )


def _best(options: ExportOptions, request: Request, evidence: Evidence, work: Work) -> tuple[ProjectPlan, Path, Proof]:
    """Return the tidy repository if it is proven, else the conservative one if that is, else the tidy one."""
    request = _with_evidence(request, evidence)
    tried: list[tuple[ProjectPlan, Path, Proof]] = []
    for slice_ in Slice:
        with work.stage("plan", f"planning the repository ({slice_.value})"):
            plan = make_plan(request, evidence, slice_)
        if tried and all(tried[0][0].files.get(path) == text for path, text in plan.files.items()):
            break
        plan = _with_environment(plan, evidence, work)
        with work.stage("render", "writing the repository"):
            rendered = render(plan, work.folder / slice_.value)
        proof = _prove(options, request, evidence, plan, rendered, work)
        tried.append((plan, rendered, proof))
        if proof.ok:
            break
    return next((t for t in tried if t[2].ok), tried[0])


def _with_evidence(request: Request, evidence: Evidence) -> Request:
    """Analyse again, now that the run has shown which cells really draw random numbers."""
    random_use = {run.index: frozenset(run.random_use) for run in evidence.cells if run.random_use}
    flow = analyse(request.notebook, random_use)
    return Request(
        request.notebook,
        flow,
        find_inference(request.notebook, flow),
        request.templates,
        request.project,
        request.package,
        request.parameters,
        request.allow_pickle,
    )


def _with_environment(plan: ProjectPlan, evidence: Evidence, work: Work) -> ProjectPlan:
    with work.stage("lock", "finding what goes together with the notebook's versions"):
        wanted = (*plan.requirements, *DEVELOPMENT)
        key = (*wanted, *plan.constraints)
        if key not in work.locks:
            work.locks[key] = lock(wanted, plan.constraints, evidence.python["executable"])
        text = work.locks[key]
        pins = pins_of(text)
    tolerance = _tolerance(evidence)
    return complete(
        plan,
        text,
        _chosen(pins, plan.requirements),
        _chosen(pins, DEVELOPMENT),
        {"relative": tolerance.relative, "floor": tolerance.floor},
    )


def _tolerance(evidence: Evidence) -> Tolerance:
    assert evidence.answers is not None
    return tolerance_for(evidence.answers.response_schema, evidence.answers.responses)


def _chosen(pins: Mapping[str, str], requirements: tuple[str, ...]) -> dict[str, str]:
    from packaging.requirements import Requirement
    from packaging.utils import canonicalize_name

    names = [canonicalize_name(Requirement(r).name) for r in requirements]
    return {name: pins[name] for name in names if name in pins}


def _prove(
    options: ExportOptions,
    request: Request,
    evidence: Evidence,
    plan: ProjectPlan,
    rendered: Path,
    work: Work,
) -> Proof:
    answers = evidence.answers
    assert answers is not None
    with work.stage("environment", "making a fresh environment from the repository's pins"):
        environment = _environment(rendered, evidence, work, plan.slice)
    with work.stage("prove", "proving it"):
        return prove(
            rendered,
            package=plan.package,
            environment=environment,
            depth=options.verify,
            requests=answers.requests,
            responses=answers.responses,
            tolerance=_tolerance(evidence),
            run_artifacts=_run_artifacts(request, evidence, plan),
            batch=bool(answers.request_schema.get("batch")),
            slice=plan.slice,
            on_stage=lambda words: work.watch(Progress(words)),
        )


def _environment(rendered: Path, evidence: Evidence, work: Work, name: str) -> Environment:
    folder = work.folder / f"environment-{name}"
    return create(folder, evidence.python["executable"], rendered / "requirements.txt", rendered)


def _run_artifacts(request: Request, evidence: Evidence, plan: ProjectPlan) -> RunArtifacts | None:
    """Return where the run's own objects are, if all that the service needs could be taken from it."""
    files: dict[str, Path] = {}
    for artifact in plan.artifacts:
        info = evidence.values.get(artifact.name)
        if info is None or not info.pickled:
            return None
        files[artifact.name] = Path(evidence.folder) / info.pickled
    definitions = {}
    for path, text in plan.files.items():
        if path.startswith(f"src/{plan.package}/") and path.endswith(".py"):
            module = f"{plan.package}.{Path(path).stem}"
            for name in request.graph.definers:
                if f"\nclass {name}" in text or f"\ndef {name}(" in text:
                    definitions[name] = module
    modules = {Path(name).stem: f"{plan.package}.{Path(name).stem}" for name in request.notebook.modules}
    return RunArtifacts(files, definitions, modules, dict(options_parameters(request)), dict(evidence.metrics))


def options_parameters(request: Request) -> Mapping[str, object]:
    """Return the values that the run was given."""
    return request.parameters


def _leave(rendered: Path, target: Path) -> Path:
    """Put a repository that was not proven beside the target, under a name that says so."""
    left = target.with_name(f"{target.name}-not-proven")
    number = 1
    while left.exists():
        number += 1
        left = target.with_name(f"{target.name}-not-proven-{number}")
    rendered.rename(left)
    return left
