"""What is known of some rows goes in; the row that is worth trying next comes out, as Optuna's TPE has it."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from random import Random
from typing import Any

from nb2prod.errors import Problem, UsageError
from nb2prod.sweeps.model import Choices, Direction, Domain, Integers, Row, Space
from nb2prod.sweeps.rows import key_of
from nb2prod.sweeps.search import draw

MOST_REPEATED = 50
"""Times that a row which is known already may be chosen again, before another is drawn at random."""


class Chooser:
    """Chooses rows one by one; those that are being tried count as no better than what is known."""

    def __init__(self, space: Space, direction: Direction, seed: int) -> None:
        """Raises ``UsageError`` where Optuna is not installed."""
        try:
            import optuna
        except ImportError:
            what = "a search that learns needs Optuna, which is not installed"
            raise UsageError(Problem(what, "--bayesian", 'pip install "nb2prod[optuna]", or take --random')) from None
        optuna.logging.set_verbosity(optuna.logging.ERROR)
        self._optuna: Any = optuna
        self.space = space
        self._distributions = {name: _distribution(optuna, domain) for name, domain in space.domains.items()}
        with _quiet():
            sampler = optuna.samplers.TPESampler(seed=seed % 2**32, constant_liar=True)
        self._random = Random(seed)
        self._study = optuna.create_study(direction=direction.value, sampler=sampler)
        self._open: dict[tuple[str, ...], Any] = {}
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

    def tell(self, row: Row, value: float | None) -> None:
        """Take in what a row has given, ``None`` where it has failed; one that was never asked for is as welcome."""
        states = self._optuna.trial.TrialState
        key = key_of(row, self.space.names)
        self._known.add(key)
        asked = self._open.pop(key, None)
        failed = value is None or value != value
        if asked is not None:
            self._study.tell(asked, None if failed else value, state=states.FAIL if failed else states.COMPLETE)
            return
        params = {name: _param(self.space.domains[name], row[name]) for name in self.space.names}
        more = {"state": states.FAIL} if failed else {"value": value}
        made = self._optuna.trial.create_trial(params=params, distributions=self._distributions, **more)
        self._study.add_trial(made)


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
