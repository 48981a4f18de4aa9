"""What is known of some rows goes in; which is worth trying next, and which is not worth going on with, comes out, as
Optuna has it."""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from random import Random
from typing import Any

from nb2prod.errors import Problem, UsageError
from nb2prod.sweeps.model import Choices, Direction, Domain, Integers, Row, Space
from nb2prod.sweeps.rows import key_of
from nb2prod.sweeps.search import draw

PRUNERS = {"median": "MedianPruner", "halving": "SuccessiveHalvingPruner", "hyperband": "HyperbandPruner"}
"""What ``--prune`` may be, and what Optuna calls it."""
MOST_REPEATED = 50
"""Times that a row which is known already may be chosen again, before another is drawn at random."""


class Trials:
    """Rows of a sweep as trials of one study of Optuna's: it chooses some, and says which are not worth going on with.

    A row that is being tried counts as no better than what is known.
    """

    def __init__(self, space: Space, direction: Direction, seed: int, *, prune: str = "", chosen: bool = True) -> None:
        """``prune`` is one of :data:`PRUNERS`, or nothing; ``chosen`` is whether rows are asked for.

        Raises ``UsageError`` where Optuna is not installed.
        """
        try:
            import optuna
        except ImportError:
            where, instead = ("--bayesian", "take --random") if chosen else ("--prune", "leave it out")
            what = "a search that learns needs Optuna, which is not installed"
            raise UsageError(Problem(what, where, f'pip install "nb2prod[optuna]", or {instead}')) from None
        optuna.logging.set_verbosity(optuna.logging.ERROR)
        self._optuna: Any = optuna
        self.space = space
        self._distributions = {name: _distribution(optuna, domain) for name, domain in space.domains.items()}
        with _quiet():
            sampler: Any = optuna.samplers.RandomSampler()
            if chosen:
                sampler = optuna.samplers.TPESampler(seed=seed % 2**32, constant_liar=True)
            pruner = getattr(optuna.pruners, PRUNERS[prune])() if prune else optuna.pruners.NopPruner()
        self._random = Random(seed)
        self._study = optuna.create_study(direction=direction.value, sampler=sampler, pruner=pruner)
        self._open: dict[tuple[str, ...], Any] = {}
        self._reporting: set[tuple[str, ...]] = set()
        """Those of them that have reported."""
        self._known: set[tuple[str, ...]] = set()

    def ask(self) -> Row:
        """Return the row to try next: none that is known or is being tried. There must be one left."""
        assert self.space.size is None or len(self._known) < self.space.size
        for _ in range(MOST_REPEATED):
            with _quiet():
                trial = self._study.ask(self._distributions)
            row = {name: _value(self.space.domains[name], trial.params[name]) for name in self.space.names}
            key = key_of(row, self.space.names)
            if key not in self._known:
                self._known.add(key)
                self._open[key] = trial
                return row
            self._study.tell(trial, state=self._optuna.trial.TrialState.FAIL)
        return self._another()

    def _another(self) -> Row:
        """Return any row that is not known: the best ones have all been tried."""
        while True:
            row = {name: draw(domain, self._random) for name, domain in self.space.domains.items()}
            key = key_of(row, self.space.names)
            if key not in self._known:
                self._known.add(key)
                return row

    def report(self, row: Row, step: int, value: float, *, anew: bool = False) -> bool:
        """Take in what a row has given by a step, and say whether it is to be stopped there; ``anew`` where it was
        begun again, and what it has reported before is void."""
        key = key_of(row, self.space.names)
        if anew and key in self._reporting:
            self._study.tell(self._open.pop(key), state=self._optuna.trial.TrialState.FAIL)
        trial = self._trial(row)
        self._reporting.add(key)
        with _quiet():
            trial.report(value, step)
            return bool(trial.should_prune())

    def tell(
        self, row: Row, value: float | None, *, pruned: bool = False, reported: Mapping[int, float] | None = None
    ) -> None:
        """Take in what a row has given, ``None`` where it has failed, which NaN and infinity count as too; one that was
        never asked for is as welcome.

        ``reported`` is what it gave by each step, where :meth:`report` has not been told.
        """
        for step, by_then in (reported or {}).items():
            self.report(row, step, by_then)  # whatever the answer is: it has been given before
        key, trial, states = key_of(row, self.space.names), self._trial(row), self._optuna.trial.TrialState
        del self._open[key]
        self._reporting.discard(key)
        failed = value is None or not math.isfinite(value)
        state = states.PRUNED if pruned else states.FAIL if failed else states.COMPLETE
        with _quiet():
            self._study.tell(trial, value if state is states.COMPLETE else None, state=state)

    def _trial(self, row: Row) -> Any:
        """Return the trial that is open for a row; a new one where none is."""
        key = key_of(row, self.space.names)
        self._known.add(key)
        if key not in self._open:
            with _quiet():
                self._study.enqueue_trial(
                    {name: _param(self.space.domains[name], row[name]) for name in self.space.names}
                )
                self._open[key] = self._study.ask(self._distributions)
        return self._open[key]


def _distribution(optuna: Any, domain: Domain) -> Any:
    if isinstance(domain, Choices):
        return optuna.distributions.CategoricalDistribution(tuple(range(len(domain.values))))
    if isinstance(domain, Integers):
        return optuna.distributions.IntDistribution(domain.low, domain.high, log=domain.log)
    return optuna.distributions.FloatDistribution(domain.low, domain.high, log=domain.log)


def _value(domain: Domain, param: Any) -> Any:
    return domain.values[param] if isinstance(domain, Choices) else param


def _param(domain: Domain, value: Any) -> Any:
    if not isinstance(domain, Choices):
        return value
    return next(place for place, each in enumerate(domain.values) if type(each) is type(value) and each == value)


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep Optuna from warning of what it calls experimental."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield
