"""Which artifacts the repository is handed over with: those of its own pipeline, or those of the notebook's run."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from nb2prod.environment.process import Finished
from nb2prod.verify.compare import Tolerance, compare
from nb2prod.verify.model import Comparison, Retraining, RunArtifacts
from nb2prod.verify.repository import Answers, Repository
from nb2prod.verify.stages import Stages

MOST_TRAININGS = 4
"""How often to train again where that gives other artifacts, and still the same answers."""


@dataclass(frozen=True)
class Case:
    """The rows that decide, and what there is to decide between."""

    repository: Repository
    requests: Sequence[Any]
    responses: Sequence[Any]
    tolerance: Tolerance
    batch: bool
    run_artifacts: RunArtifacts | None
    stages: Stages

    def ask(self, artifacts: Path | None = None) -> Answers:
        """Have the repository's model answer the rows."""
        return self.repository.answers(self.requests, batch=self.batch, artifacts=artifacts)

    def against_notebook(self, answers: Answers) -> Comparison:
        """Compare answers with the notebook's."""
        if answers.error:
            return self.nothing(answers.error)
        return compare(self.responses, answers.single, self.tolerance, self.requests)

    def nothing(self, error: str) -> Comparison:
        """Return a comparison of all rows in which nothing could be compared."""
        return Comparison(rows=len(self.responses), equal=0, tolerance=self.tolerance.relative, error=error)


@dataclass(frozen=True)
class Settled:
    """The artifacts that are in the repository now, and how it answers with them."""

    artifacts: Literal["pipeline", "run"]
    parity: Comparison
    answers: Answers = field(default_factory=Answers)
    retrain: Retraining | None = None


def settle_by_training(case: Case) -> Settled:
    """Train from scratch; where that does not answer as the notebook did, find out why and try the run's artifacts."""
    with case.stages("train", "training from scratch with the repository's own pipeline"):
        trained = case.repository.train()
    by_pipeline = _by_pipeline(case, trained)
    parity = by_pipeline.parity
    retrain = Retraining(parity, seconds=trained.seconds, processor_seconds=trained.processor_seconds)
    if parity.ok:
        chosen = case.run_artifacts is not None and case.run_artifacts.run
        wanted = settle_by_run(case) if chosen else None
        return replace(wanted if wanted is not None and wanted.parity.ok else by_pipeline, retrain=retrain)
    if trained.ok and not by_pipeline.answers.error:
        with case.stages("train_again", "training once more, to see whether training is deterministic"):
            retrain = _trained_again(case, by_pipeline.answers, retrain)
    by_run = settle_by_run(case)
    if by_run is not None and by_run.parity.ok:
        return replace(by_run, retrain=retrain)
    if by_run is not None and not parity.error:
        parity = replace(parity, error=by_run.parity.error)
    return replace(by_pipeline, parity=parity, retrain=retrain)


def settle_by_run(case: Case) -> Settled | None:
    """Take the artifacts of the notebook's run; ``None`` if there are none.

    Unless the repository then answers as the notebook did, its own folder of artifacts is put back.
    """
    if case.run_artifacts is None:
        return None
    with _put_back(case.repository.folder / "artifacts") as keep:
        with case.stages("import_run", "taking the artifacts of the notebook's run"):
            done = case.repository.import_run(case.run_artifacts)
        if not done.ok:
            return Settled("run", case.nothing(f"the run's artifacts could not be taken over: {done.complaint()}"))
        with case.stages("parity", "comparing predictions with the notebook's"):
            answers = case.ask()
            parity = case.against_notebook(answers)
        if parity.ok:
            keep.append(True)
        return Settled("run", parity, answers)


def settle_quickly(case: Case) -> Settled:
    """Take the artifacts of the run where they answer as the notebook did, else train once."""
    by_run = settle_by_run(case)
    if by_run is not None and by_run.parity.ok:
        return by_run
    with case.stages("train", "training from scratch with the repository's own pipeline"):
        trained = case.repository.train()
    return _by_pipeline(case, trained)


def _by_pipeline(case: Case, trained: Finished) -> Settled:
    if not trained.ok:
        return Settled("pipeline", case.nothing(f"the repository's pipeline failed: {trained.complaint()}"))
    with case.stages("parity", "comparing predictions with the notebook's"):
        answers = case.ask()
        return Settled("pipeline", case.against_notebook(answers), answers)


def _trained_again(case: Case, first: Answers, retrain: Retraining) -> Retraining:
    """Train until two trainings answer differently, or make the same artifacts, or ``MOST_TRAININGS`` were tried.

    Labels hide much: two models that were drawn differently may well agree on every row that decides, so artifacts
    that differ are a reason to look once more. They are no proof: sums of many threads differ in the last place too.
    """
    for _ in range(MOST_TRAININGS):
        with tempfile.TemporaryDirectory(prefix="nb2prod-retrain-") as name:
            artifacts = Path(name) / "artifacts"
            again = case.repository.train(artifacts)
            second = case.ask(artifacts) if again.ok else Answers(error=again.complaint())
        if second.error:
            # it worked the first time and not the second: whatever it is, it is not deterministic
            return replace(retrain, deterministic=False)
        difference = compare(first.single, second.single, case.tolerance)
        if not difference.ok:
            changed = difference.rows - difference.equal
            return replace(retrain, deterministic=False, spread=difference.max_abs_difference, changed=changed)
        if second.version == first.version:
            break
    return replace(retrain, deterministic=True, spread=difference.max_abs_difference)


@contextlib.contextmanager
def _put_back(folder: Path) -> Iterator[list[bool]]:
    """Restore ``folder`` at the end of the block, unless something was put into the list that it yields."""
    keep: list[bool] = []
    with tempfile.TemporaryDirectory(prefix="nb2prod-artifacts-") as name:
        saved = Path(name) / "artifacts"
        existed = folder.exists()
        if existed:
            shutil.copytree(folder, saved)
        try:
            yield keep
        finally:
            if not keep:
                shutil.rmtree(folder, ignore_errors=True)
                if existed:
                    shutil.copytree(saved, folder)
