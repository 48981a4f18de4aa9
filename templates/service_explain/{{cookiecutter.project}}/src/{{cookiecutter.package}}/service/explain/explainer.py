"""Records in, what each of their parts adds to the answer out."""

from __future__ import annotations

import math
from collections.abc import Sequence
from time import monotonic
from typing import Any

import numpy as np

from ...model import DATA_ERRORS
from ...schema import parts
from ..problems import ProblemError, busy
from ..settings import Settings
from .asking import Mixes, Pace
from .explained import Explained, explained
from .shapley import TimeUp, shapley
from .task import Numbers, Shares, Task
from .watched import Asked, Watched

NO_TIME = "There was no time to explain that: EXPLAIN_SECONDS says how much there is."
NO_NUMBERS = "the model has no numbers for what is mixed of it and others"


class Explainer:
    """Explains answers against the records of a background."""

    def __init__(self, model: Watched, rows: Sequence[Any], settings: Settings) -> None:
        self.model = model
        self.settings = settings
        self.pace = Pace(1 if parts.LEFT_OUT else 100)
        self.rows = [] if parts.LEFT_OUT else list(rows)
        self._of_rows: Asked | None = None

    def explain(self, records: list[Any]) -> list[dict[str, Any]]:
        """Return an explanation for each record.

        Raises:
            RecordsRefused: if the model has no answer for some.
            ProblemError: 422 if it has none for what is mixed of a record and others, 503 if there is no time.
        """
        until = monotonic() + self.settings.explain_seconds
        answers = self.model.answers(records)
        found = []
        for place, asked in enumerate(answers):
            now = monotonic()
            end = now + max(until - now, 0) / (len(records) - place)
            found.append(self._one(place, records[place], asked, end))
        return found

    def _one(self, place: int, record: Any, asked: Asked, until: float) -> dict[str, Any]:
        if self._of_rows is None and not parts.LEFT_OUT:
            self._of_rows = self._asked_about_rows()
        said = explained(asked, self._of_rows.answers if self._of_rows else ())
        mixes = Mixes(self.model, said, self.pace, until)
        mixes.own = parts.values(record)
        try:
            bases = self._others(mixes)
        except TimeUp:
            raise busy(NO_TIME) from None
        calls = int(3 * max(until - monotonic(), 0) / max(self.pace.seconds, 1e-6))  # larger ones take less for each
        task = Task(
            value=said.numbers(asked)[0],
            bases=bases,
            differing=[places_where(mixes.own, other) for other in mixes.others],
            parts=len(mixes.own),
            asks=max(1, min(self.settings.explain_asks, calls)),
            until=until,
        )
        shares = shapley(task, mixes) if len(bases) and np.isfinite(task.value).all() else None
        if shares is None and monotonic() > until:
            raise busy(NO_TIME)
        if shares is None:
            wrong = [{"record": place, "field": None, "message": NO_NUMBERS}]
            raise ProblemError(422, "There is no explanation for a record.", wrong)
        return as_json(asked.answers[0], said, task.value, shares, parts.names(record))

    def _others(self, mixes: Mixes) -> Numbers:
        """Give ``mixes`` the background, and return its numbers."""
        if self._of_rows is None:
            mixes.others = [[None] * len(mixes.own)]
            return mixes([0], np.zeros((1, len(mixes.own)), dtype=bool))
        mixes.others = [parts.values(row) for row in self.rows]
        return mixes.said.numbers(self._of_rows)

    def _asked_about_rows(self) -> Asked:
        """Return what the model says of the background, of which only those records stay that it answers."""
        self.rows = [row for row in self.rows[:1] if self.model.can_answer(row)] + self.rows[1:]  # warm from here on
        began = monotonic()
        try:
            asked = self.model.ask(self.rows)
        except DATA_ERRORS:
            self.rows = [row for row in self.rows if self.model.can_answer(row)]
            asked = self.model.ask(self.rows)
        self.pace.note(max(len(self.rows), 1), monotonic() - began)
        return asked


def places_where(values: Sequence[Any], others: Sequence[Any]) -> list[int]:
    """Return where two records are not the same."""
    pairs = enumerate(zip(values, others, strict=True))
    return [place for place, (one, other) in pairs if one != other or type(one) is not type(other)]


def as_json(answer: Any, said: Explained, value: Numbers, shares: Shares, names: Sequence[str]) -> dict[str, Any]:
    """Return an explanation as it is sent."""
    numbers = []
    for place, of in enumerate(said.of):
        contributions: list[dict[str, Any]] = [
            {"name": name, "contribution": share}
            for name, share in zip(names, shares.contributions[place].tolist(), strict=True)
        ]
        if not shares.exact:
            for each, error in zip(contributions, shares.errors[place].tolist(), strict=True):
                each["standard_error"] = error if math.isfinite(error) else None
        number = {"of": of, "value": float(value[place]), "base": float(shares.base[place])}
        numbers.append({**number, "contributions": contributions})
    return {"prediction": answer, "explained": numbers, "exact": shares.exact, "background": shares.background}
