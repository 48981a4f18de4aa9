"""The proof: what was compared, how much of it was equal, and where it first differed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

Depth = Literal["full", "fast", "none"]
"""How much is proven. ``full``: everything; ``fast``: parity and batch; ``none``: artifacts are made, no more."""


@dataclass(frozen=True)
class RunArtifacts:
    """The fitted objects of the notebook's run, to be loaded only in the repository's own environment."""

    files: Mapping[str, Path]
    """Artifact name to the pickle that the probe wrote in the kernel."""
    definitions: Mapping[str, str] = field(default_factory=dict)
    """Name of a class or function of the notebook's (``__main__``) to the module that has it in the package."""
    modules: Mapping[str, str] = field(default_factory=dict)
    """Module beside the notebook to the module that it became in the package."""
    parameters: Mapping[str, Any] = field(default_factory=dict)
    """Of the run, for the artifacts' record."""
    metrics: Mapping[str, float] = field(default_factory=dict)
    """Of the run, for the artifacts' record."""
    run: str = ""
    """The run's identifier where somebody has chosen it: the repository is handed over with its artifacts then, unless
    it does not answer with them as the notebook did."""


@dataclass(frozen=True)
class Difference:
    """A record on which the repository answered otherwise than the notebook."""

    row: int
    request: Any
    notebook: Any
    service: Any
    where: tuple[str | int, ...] = ()
    """Keys and positions in the answer that lead to the first difference; empty where it is the answer itself."""


@dataclass(frozen=True)
class Comparison:
    """Rows compared with the notebook's answers."""

    rows: int
    equal: int
    max_abs_difference: float = 0.0
    tolerance: float = 1e-6
    """Relative, for floats; labels, integers and texts must be identical."""
    differences: tuple[Difference, ...] = ()
    """The first few."""
    error: str = ""
    """Why nothing could be compared."""

    @property
    def ok(self) -> bool:
        """Whether every row was compared and equal."""
        return self.rows == self.equal and not self.error


@dataclass(frozen=True)
class Retraining:
    """A training from scratch by the repository's own pipeline."""

    comparison: Comparison
    """Its predictions against the notebook's answers."""
    deterministic: bool = True
    """Whether a second training gave the same predictions as the first."""
    spread: float = 0.0
    """Largest absolute difference between the two trainings' predictions."""
    changed: int = 0
    """Rows on which the two trainings' predictions differ; for answers that are no numbers the spread stays 0."""
    seconds: float = 0.0
    processor_seconds: float = 0.0


@dataclass(frozen=True)
class CompiledWay:
    """Whether compiled code answers in the place of the notebook's own, and what was held against what."""

    ok: bool
    why: str = ""
    """Why not, in words."""
    words: str = ""
    """All of it in one line, as the repository says it."""
    rows: int = 0
    """Of the notebook, that it answered in the repository's own proof, as the notebook's own code did."""
    drawn: int = 0
    """Records drawn from the request schema that it answered there; the others are left to the notebook's own code."""
    times_faster: float = 0.0
    """As measured by the repository, on a machine that may have been busy."""
    at_least: int = 1
    """The class that this is in: what files say of it, since they must not depend on the clock."""
    comparison: Comparison | None = None
    """Its answers against the notebook's, one by one."""


@dataclass(frozen=True)
class TestRun:
    """The repository's own tests, in its own environment."""

    __test__ = False  # not a pytest class

    passed: int
    failed: int
    """Of those that say whether the repository works; what measures the model may fail, and is in ``outcomes``."""
    output: str = ""
    outcomes: Mapping[str, str] = field(default_factory=dict)
    """Each test function, as ``tests/test_schema.py::test_good_records_are_accepted``: ``passed``, or what became of
    it, as the end of a sentence."""


@dataclass(frozen=True)
class Proof:
    """Everything that was proven of one repository."""

    slice: str
    artifacts: str
    """``pipeline`` where the repository's own training made them, ``run`` where they come from the notebook's run."""
    parity: Comparison
    batch: Comparison | None = None
    compiled: CompiledWay | None = None
    """``None`` where the repository has nothing that compiles, or that was not tried."""
    http: Comparison | None = None
    retrain: Retraining | None = None
    tests: TestRun | None = None
    model_version: str = ""
    """What the repository calls the model that was proven."""
    lint: str = ""
    """What the linter complained of; empty if nothing."""
    seconds: Mapping[str, float] = field(default_factory=dict)
    not_made: tuple[str, ...] = ()
    """What should have been made of the model and was not: nothing that an answer depends on."""

    @property
    def ok(self) -> bool:
        """Whether the repository may be handed over."""
        compared = [self.parity, self.batch, self.http]
        return (
            all(comparison.ok for comparison in compared if comparison is not None)
            and (self.retrain is None or self.retrain.comparison.ok or not self.retrain.deterministic)
            and (self.tests is None or (self.tests.failed == 0 and self.tests.passed > 0))
            and not self.lint
        )
