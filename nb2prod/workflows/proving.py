"""From evidence to a repository that answers as the notebook did: tidy if that is proven, else conservative."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from nb2prod.capture.model import Answers, Evidence
from nb2prod.environment import create
from nb2prod.errors import UnusableInput
from nb2prod.plan.defined import defined
from nb2prod.plan.make import complete, make_plan
from nb2prod.plan.model import ProjectPlan
from nb2prod.plan.naming import metric_names
from nb2prod.plan.partition import Slice
from nb2prod.plan.request import Request
from nb2prod.plan.requirements import DEVELOPMENT, pins_of
from nb2prod.plan.write.settings import parameters as notebook_parameters
from nb2prod.render import render
from nb2prod.verify import Depth, Proof, RunArtifacts, prove, tolerance_for
from nb2prod.workflows.model import Progress
from nb2prod.workflows.pinning import pinned
from nb2prod.workflows.working_folder import Work, disk_full, says_full


@dataclass(frozen=True)
class Attempt:
    """A repository as one slice of the notebook makes it, and its proof."""

    plan: ProjectPlan
    rendered: Path
    proof: Proof


def best(request: Request, evidence: Evidence, depth: Depth, work: Work) -> Attempt:
    """Return the tidy repository if it is proven, else the conservative one if that is, else the tidy one.

    Raises ``UnusableInput`` where the notebook cannot become a repository at all.
    """
    with work.stage("plan", "planning the repository"):
        plan = make_plan(request, evidence, Slice.TIDY)
    tidy = _attempt(plan, request, evidence, depth, work)
    if tidy.proof.ok:
        return tidy
    try:
        with work.stage("plan", "planning it again, with more of the notebook in it"):
            wider = make_plan(request, evidence, Slice.CONSERVATIVE)
        if all(tidy.plan.files.get(path) == text for path, text in wider.files.items()):
            return tidy
        conservative = _attempt(wider, request, evidence, depth, work)
    except UnusableInput:
        return tidy  # its proof says more than why the second try was none
    return _instead(conservative, tidy) if conservative.proof.ok else tidy


def _instead(chosen: Attempt, tidy: Attempt) -> Attempt:
    """Return ``chosen`` with a note of why it is not the tidy one."""
    parity = tidy.proof.parity
    if parity.ok:
        why = "the tidy slice of the notebook was not proven"
    else:
        why = f"the tidy slice of the notebook answered {parity.equal} of {parity.rows} rows as the notebook did"
    note = f"{why}; the conservative one, which keeps every statement that may have an effect, was taken instead"
    return replace(chosen, plan=replace(chosen.plan, warnings=(*chosen.plan.warnings, note)))


def _attempt(plan: ProjectPlan, request: Request, evidence: Evidence, depth: Depth, work: Work) -> Attempt:
    plan = _with_environment(plan, evidence, work)
    with work.stage("render", "writing the repository"):
        rendered = render(plan, work.folder / plan.slice)
    with work.stage("environment", "making a fresh environment from the repository's pins"):
        folder = work.folder / f"environment-{plan.slice}"
        environment = create(folder, evidence.python["executable"], rendered / "requirements.txt", rendered)
    answers = _answers(evidence)
    with work.stage("prove", "proving it"):
        proof = prove(
            rendered,
            package=plan.package,
            environment=environment,
            depth=depth,
            requests=answers.requests,
            responses=answers.responses,
            tolerance=tolerance_for(answers.response_schema, answers.responses),
            run_artifacts=_run_artifacts(request, evidence, plan),
            batch=bool(answers.request_schema.get("batch")),
            slice=plan.slice,
            on_stage=lambda words: work.watch(Progress(words, "prove")),
            variables=_data_folder(plan, work),
            after_training=[each for concern in request.concerns for each in concern.context["after_training"]],
        )
    if not proof.ok and says_full(_words(proof)):
        raise UnusableInput(disk_full(work.folder.parent))
    return Attempt(plan, rendered, proof)


def _answers(evidence: Evidence) -> Answers:
    assert evidence.answers is not None, "planning refuses before"
    return evidence.answers


def _words(proof: Proof) -> str:
    compared = [c.error for c in (proof.parity, proof.batch, proof.http) if c is not None]
    return "\n".join([*compared, proof.lint, proof.tests.output if proof.tests else ""])


def _with_environment(plan: ProjectPlan, evidence: Evidence, work: Work) -> ProjectPlan:
    with work.stage("lock", "finding what goes together with the notebook's versions"):
        plan, text = pinned(plan, evidence.python["executable"], work)
    pins = pins_of(text)
    answers = _answers(evidence)
    tolerance = tolerance_for(answers.response_schema, answers.responses)
    return complete(
        plan,
        text,
        _chosen(pins, plan.requirements),
        _chosen(pins, DEVELOPMENT),
        {"relative": tolerance.relative, "floor": tolerance.floor},
    )


def _chosen(pins: Mapping[str, str], requirements: tuple[str, ...]) -> dict[str, str]:
    names = [canonicalize_name(Requirement(r).name) for r in requirements]
    return {name: pins[name] for name in names if name in pins}


def _data_folder(plan: ProjectPlan, work: Work) -> dict[str, str]:
    """Return the variable that leads the repository to its data where some of it is too large to be copied."""
    if not plan.left_in_place:
        return {}
    folder = work.folder / "data"
    for path, source in {**plan.copies, **plan.left_in_place}.items():
        link = folder / PurePosixPath(path).relative_to("data")
        link.parent.mkdir(parents=True, exist_ok=True)
        if not link.is_symlink():
            link.symlink_to(Path(source).resolve())
    return {"DATA_DIR": str(folder)}


def _run_artifacts(request: Request, evidence: Evidence, plan: ProjectPlan) -> RunArtifacts | None:
    """Return where the run's own objects are, if all that the service needs could be taken from it."""
    files: dict[str, Path] = {}
    for artifact in plan.artifacts:
        info = evidence.values.get(artifact.name)
        if info is None or not info.pickled:
            return None
        files[artifact.name] = Path(evidence.folder) / info.pickled
    definitions = _definitions(plan, request.graph.definers)
    names = metric_names(evidence.metrics)
    metrics = {names[name]: value for name, value in evidence.metrics.items()}
    parameters = {p.name: _as_json(p.default) for p in notebook_parameters(request.graph, request.parameters)}
    return RunArtifacts(files, definitions, request.own_modules.names(), parameters, metrics, request.run)


def _as_json(value: Any) -> Any:
    """Return a parameter as the repository's own record has it."""
    if isinstance(value, dict):
        return {key: _as_json(item) for key, item in value.items()}
    if isinstance(value, set):
        return sorted(value, key=repr)
    return [_as_json(item) for item in value] if isinstance(value, list | tuple) else value


def _definitions(plan: ProjectPlan, of_notebook: Mapping[str, object]) -> dict[str, str]:
    """Return what the notebook defines to the modules of the package that define them."""
    found = {}
    source = PurePosixPath("src")
    for path, text in plan.files.items():
        if PurePosixPath(path).suffix != ".py" or not PurePosixPath(path).is_relative_to(source):
            continue
        module = ".".join(PurePosixPath(path).relative_to(source).with_suffix("").parts)
        found.update(dict.fromkeys(sorted(defined(text) & of_notebook.keys()), module))
    return found
