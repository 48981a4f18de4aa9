"""Records go in; what Python code gets of a run or a sweep comes out: values, a table, the best, a picture."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nb2prod.errors import Problem, UsageError
from nb2prod.ledger.model import RunRecord, Status, SweepRecord
from nb2prod.python.as_table import as_html, as_text, best_line
from nb2prod.python.frame import frame_of, value_shown, why
from nb2prod.python.plot import Plot, plot_of
from nb2prod.python.wording import words_of_python
from nb2prod.rules.secret_texts import harmless
from nb2prod.sweeps.model import Direction
from nb2prod.workflows.ranking_runs import best_of, only_metric


@dataclass(frozen=True, repr=False)
class RecordedRun:
    """One run, as the ledger has it."""

    record: RunRecord

    @property
    def id(self) -> str:
        """What names it, also behind ``nb2prod runs show``."""
        return self.record.id

    @property
    def status(self) -> str:
        """How it stands: ``succeeded``, ``failed``, ``timed_out`` and so on."""
        return self.record.status.value

    @property
    def succeeded(self) -> bool:
        """Whether all cells ran."""
        return self.record.status is Status.SUCCEEDED

    @property
    def parameters(self) -> dict[str, Any]:
        """All parameters, given or by default, with their own types; ``***`` for one that is a secret."""
        return {name: value_shown(self.record, name) for name in self.record.parameters}

    @property
    def metrics(self) -> dict[str, float]:
        """What was measured."""
        return dict(self.record.metrics)

    @property
    def output(self) -> Path | None:
        """The executed notebook."""
        return Path(self.record.output) if self.record.output else None

    @property
    def seconds(self) -> float | None:
        """How long it took."""
        return self.record.seconds

    @property
    def error(self) -> str:
        """What ended it; empty where it succeeded, and where it was stopped early."""
        return "" if self.record.status is Status.PRUNED else why(self.record)

    @property
    def traceback(self) -> str:
        """The traceback of the cell that failed; empty where none did."""
        return str(harmless(self.record.traceback))

    def frame(self) -> Any:
        """Return a ``pandas.DataFrame`` with one row: how it stands, parameters, metrics, seconds, output."""
        return frame_of([self.record])

    def __repr__(self) -> str:
        return as_text([self.record])

    def _repr_html_(self) -> str:
        """Return it as notebooks show it."""
        return as_html([self.record])


class RecordedRuns(Sequence[RecordedRun]):
    """Runs, as the ledger has them, the latest last."""

    def __init__(self, records: Sequence[RunRecord]) -> None:
        self._records = tuple(records)

    metric: str | None = None
    """What tells how good a run is, where that was said."""
    maximize: bool | None = None

    @property
    def runs(self) -> tuple[RecordedRun, ...]:
        """Each of them."""
        return tuple(map(RecordedRun, self._records))

    @property
    def best(self) -> RecordedRun | None:
        """The best one by the metric that was said, ``None`` where none succeeded with it. Raises ``UsageError`` where
        none was said: :meth:`best_by` takes one."""
        if self.metric is None or self.maximize is None:
            remedy = "call best_by(metric, maximize=True), or sweep with metric= and maximize="
            raise UsageError(Problem("which metric tells how good a run is was not said", "best", remedy))
        try:
            return self.best_by(self.metric, maximize=self.maximize)
        except UsageError:
            return None

    def best_by(self, metric: str | None = None, *, maximize: bool) -> RecordedRun:
        """Return the best run that succeeded; ``metric`` may be left out where there is one only.

        Raises ``UsageError``, with the metrics that there are, where none has it.
        """
        with words_of_python():
            name = metric or self.metric or only_metric(self._records)
            return RecordedRun(best_of(self._records, name, minimize=not maximize)[0])

    @property
    def failed(self) -> RecordedRuns:
        """Those that are over and did not succeed; one that was stopped early has not failed."""
        done = {Status.SUCCEEDED, Status.PRUNED, Status.QUEUED, Status.RUNNING}
        return RecordedRuns([each for each in self._records if each.status not in done])

    @property
    def pruned(self) -> RecordedRuns:
        """Those that were stopped early, because others were better by then."""
        return RecordedRuns([each for each in self._records if each.status is Status.PRUNED])

    def frame(self) -> Any:
        """Return a ``pandas.DataFrame`` with a row for each run: status, parameters, metrics, seconds, output."""
        return frame_of(self._records)

    def plot(self, metric: str | None = None, parameter: str | None = None) -> Plot:
        """Draw a metric against a parameter, as ``nb2prod runs plot`` does.

        Without names it is the sweep's metric, or the only one, and of the parameters that vary the one with most
        numbers. Raises ``UsageError`` where there is nothing to draw, and ``UnusableInput`` without matplotlib.
        """
        with words_of_python():
            return plot_of(self._records, metric or self.metric, parameter)

    def __getitem__(self, which: Any) -> Any:
        """Return a run by its place or its identifier, or some by a slice."""
        if isinstance(which, slice):
            return RecordedRuns(self._records[which])
        if isinstance(which, str):
            found = [each for each in self._records if each.id == which]
            if not found:
                raise KeyError(which)
            return RecordedRun(found[0])
        return RecordedRun(self._records[which])

    def __len__(self) -> int:
        return len(self._records)

    def __iter__(self) -> Iterator[RecordedRun]:
        return iter(self.runs)

    def __repr__(self) -> str:
        return "\n".join([*self._told(), as_text(self._records)])

    def _repr_html_(self) -> str:
        """Return them as notebooks show them."""
        return as_html(self._records, self._told())

    def _told(self) -> list[str]:
        """Return what to say above the table."""
        return []


class RecordedSweep(RecordedRuns):
    """The runs of a sweep, in the order of their numbers."""

    def __init__(self, record: SweepRecord, runs: Sequence[RunRecord], notes: Sequence[str] = ()) -> None:
        super().__init__(runs)
        self.record = record
        self.notes = tuple(notes)
        self.metric = record.metric or None
        self.maximize = record.direction == Direction.MAXIMIZE if record.direction else None

    @property
    def id(self) -> str:
        """What names it, also behind ``nb2prod sweep --resume``."""
        return self.record.id

    @property
    def space(self) -> Mapping[str, Any]:
        """What was varied."""
        return dict(self.record.space)

    @property
    def status(self) -> dict[str, int]:
        """How many runs stand how."""
        found = [each.status.value for each in self._records]
        return {name: found.count(name) for name in dict.fromkeys(found)}

    def _told(self) -> list[str]:
        counts = ", ".join(f"{count} {Status(name).words}" for name, count in self.status.items())
        lines = [f"sweep {self.id}: {counts or 'no runs'}", *self.notes]
        best = self.best if self.metric is not None and self.maximize is not None else None
        if best is not None:
            lines.insert(1, best_line(best.record, self.record))
        return lines
