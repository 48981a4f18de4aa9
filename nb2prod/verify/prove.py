"""The proof of one repository: its environment and the notebook's own rows in, a ``Proof`` out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from nb2prod.environment import Environment
from nb2prod.verify.compare import DEFAULT_TOLERANCE, Failure, Tolerance, compare
from nb2prod.verify.compiled import settle_compiled
from nb2prod.verify.http import compare_over_http
from nb2prod.verify.model import Comparison, Depth, Proof, Retraining, RunArtifacts
from nb2prod.verify.own_checks import lint, run_tests
from nb2prod.verify.repository import Repository
from nb2prod.verify.settle import Case, Settled, settle_by_training, settle_quickly
from nb2prod.verify.stages import Stages

TIMEOUT_SECONDS = 3600.0
"""For any one process of the repository: a training may take as long as the notebook did."""
QUICK_TRAINING_SECONDS = 60.0
"""Of the processors, up to which the model is measured in every way that the repository can: that takes half a dozen
trainings or more. Not by the clock, so that the score of a model does not depend on how busy the machine is."""
LONGEST_TRAINING_SECONDS = 600.0
"""By the clock, for what waits for something else than a processor: a network, or a GPU."""


def prove(
    repository: Path,
    *,
    package: str,
    environment: Environment,
    depth: Depth,
    requests: Sequence[Any],
    responses: Sequence[Any],
    tolerance: Tolerance = DEFAULT_TOLERANCE,
    run_artifacts: RunArtifacts | None = None,
    batch: bool = False,
    slice: str = "tidy",
    on_stage: Callable[[str], None] | None = None,
    timeout: float = TIMEOUT_SECONDS,
    variables: Mapping[str, str] | None = None,
    after_training: Sequence[str] = (),
) -> Proof:
    """Prove that the repository answers what the notebook answered, and leave the proven artifacts in it.

    Args:
        repository: A whole repository; its ``artifacts`` folder may be missing or empty.
        package: Name of its import package.
        environment: Where its pins and itself are installed.
        depth: ``full``, ``fast`` (parity and batch; no training where the run's artifacts do) or ``none``.
        requests: The notebook's records, one JSON value each.
        responses: The notebook's answers, in the same order.
        tolerance: For floats; see ``tolerance_for``.
        run_artifacts: The fitted objects of the notebook's run, if they could be had.
        batch: Whether one call may answer many records (``batch`` in the request schema).
        slice: How the code was cut out, for the record.
        on_stage: Told in plain words what begins.
        timeout: Seconds for any one process of the repository.
        variables: More environment variables for its processes, such as where large data files are.
        after_training: Modules of the package that make something of each new model.

    Whatever goes wrong in the repository is part of the proof and never raised. All its processes have ended when
    this returns or is interrupted.
    """
    stages = Stages(on_stage)
    if depth == "none":
        requests, responses, batch = (), (), False
    house = Repository(repository.absolute(), package, environment, timeout, variables or {})
    house.forget_bytecode()
    case = Case(house, requests, responses, tolerance, batch, run_artifacts, stages)
    settled = settle_by_training(case) if depth == "full" else settle_quickly(case)
    proof = Proof(
        slice=slice,
        artifacts=settled.artifacts,
        parity=settled.parity,
        batch=_one_by_one_and_at_once(case, settled),
        retrain=settled.retrain,
        model_version=settled.answers.version,
        seconds=stages.seconds,
        not_made=_follow(case, after_training) if settled.parity.ok else (),
    )
    # without the right answers there is nothing to serve, and somebody waits to try another slice
    return _with_service_and_checks(proof, case) if depth == "full" and proof.ok else proof


def _follow(case: Case, modules: Sequence[str]) -> tuple[str, ...]:
    """Have the repository make what belongs to a new model; return what it could not, which is no reason to refuse."""
    house, failed = case.repository, []
    for module in modules:
        name = f"{house.package}.{module}"
        with case.stages(module, f"running {name}, as every training does"):
            done = house.run(["-m", name])
        if not done.ok:
            failed.append(f"`python -m {name}` failed: {done.complaint()}")
    return tuple(failed)


def _one_by_one_and_at_once(case: Case, settled: Settled) -> Comparison | None:
    answers = settled.answers
    if answers.batch is None:
        return None
    if isinstance(answers.batch, Failure):
        return case.nothing(f"all rows at once: {answers.batch.message}")
    return compare(answers.single, answers.batch, case.tolerance, case.requests)


def is_quick(training: Retraining | None) -> bool:
    """Say whether a training is over so soon that many more can be made."""
    return (
        training is not None
        and training.processor_seconds <= QUICK_TRAINING_SECONDS
        and training.seconds <= LONGEST_TRAINING_SECONDS
    )


def _with_service_and_checks(proof: Proof, case: Case) -> Proof:
    house = case.repository
    compiled = settle_compiled(case)
    with case.stages("http", "asking the service over HTTP"):
        http = compare_over_http(house, case.requests, case.responses, case.tolerance, proof.model_version)
    with case.stages("tests", "running the repository's own tests"):
        tests = run_tests(house, measuring=is_quick(proof.retrain))
    with case.stages("lint", "linting the repository"):
        complaints = lint(house)
    return replace(proof, compiled=compiled, http=http, tests=tests, lint=complaints)
