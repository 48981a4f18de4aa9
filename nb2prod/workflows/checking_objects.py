"""A notebook and a way to its objects (a run, a kernel, this process) go in; what was measured of them comes out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from nb2prod.capture.measurements import Measured, State
from nb2prod.capture.measuring_in_copy import NAMES, Measuring, OnLook, begin_here, begin_in_kernel, run_and_measure
from nb2prod.rules.facts import Facts
from nb2prod.runs.parameters.declaring import declared
from nb2prod.runs.parameters.typed import parameters_from
from nb2prod.workflows.model import Progress, Watch
from nb2prod.workflows.parts_to_measure import measure_request

__all__ = [
    "NAMES",
    "Measuring",
    "Way",
    "measure_by_run",
    "measure_here",
    "measure_kernel",
]


def measure_here(
    namespace: Mapping[str, Any], facts: Facts, only: Iterable[str] | None = None, wait: bool = False
) -> Measuring:
    """Begin to measure the objects of this process, such as those of a kernel in which the notebook is being run.

    It is done in a copy of the process, so that nothing is changed, and this returns at once: ``look`` at what comes of
    it, ``cancel`` it, and ``close`` it in the end; or ``wait`` for it. Raises ``UnusableInput`` where the process
    cannot be copied.
    """
    measuring = begin_here(namespace, measure_request(facts), only)
    if wait:
        measuring.wait()
    return measuring


def measure_kernel(facts: Facts, kernel: str, only: Iterable[str] | None = None) -> Measuring:
    """Begin to measure the objects of a running kernel, by its id or its connection file, as ``measure_here`` does.

    Raises ``UnusableInput`` where the kernel cannot be asked.
    """
    return begin_in_kernel(kernel, measure_request(facts), only)


def measure_by_run(
    facts: Facts,
    *,
    parameters: Mapping[str, Any] | None = None,
    kernel: str | None = None,
    timeout: float | None = None,
    watch: Watch = lambda _: None,
    only: Iterable[str] | None = None,
) -> Measured:
    """Run the notebook in a fresh kernel and measure its objects at its end.

    ``timeout`` is in seconds, for the run. Raises what a run raises, naming the cell.
    """

    def on_cell(index: int, total: int, elapsed: float) -> None:
        watch(Progress("running the notebook", "run", index + 1, total, elapsed))

    return run_and_measure(
        facts.notebook,
        measure_request(facts),
        only=only,
        parameters=parameters,
        kernel=kernel,
        timeout=timeout,
        on_cell=on_cell,
        on_look=told(watch),
    )


@dataclass(frozen=True)
class Way:
    """How the objects of notebooks are come by: a fresh run, or a kernel that has run them."""

    running: str | None = None
    """The kernel's id or connection file."""
    parameters: Mapping[str, Any] = field(default_factory=dict)
    typed: Sequence[tuple[str, str]] = ()
    """Parameters as people typed them, which each notebook's types say how to read."""
    kernel: str | None = None
    timeout: float | None = None
    """Seconds for the run."""
    watch: Watch = lambda _: None

    def measure(self, facts: Facts, rules: Iterable[str]) -> Measured:
        """Return what is measured for these rules. Raises what a run raises, and ``UnusableInput``."""
        only = set(rules)
        if self.running is None:
            known = declared(facts.notebook)
            return measure_by_run(
                facts,
                parameters={**self.parameters, **parameters_from(self.typed, None, known)},
                kernel=self.kernel,
                timeout=self.timeout,
                watch=self.watch,
                only=only,
            )
        measuring = measure_kernel(facts, self.running, only)
        try:
            return measuring.wait(told(self.watch))
        finally:
            measuring.close()


def told(watch: Watch) -> OnLook:
    """Return what tells ``watch`` of each measurement that is being made."""

    def on_look(found: Measured) -> None:
        running = [each.name for each in found.measurements.values() if each.state is State.RUNNING]
        if running:
            ended = sum(each.state in {State.MEASURED, State.SKIPPED} for each in found.measurements.values())
            watch(Progress(f"measuring ({ended + 1} of {len(found.measurements)}): {running[0]}", "measure"))

    return on_look
