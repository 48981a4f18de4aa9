"""Records in, what each of their parts adds to the answer out."""

from __future__ import annotations

from collections.abc import Sequence
from time import monotonic
from typing import Any

import numpy as np

from ...model import DATA_ERRORS
from ..settings import Settings
from .asking import Mixes
from .explained import explained
from .orders import Numbers
from .pace import Pace
from .parts import Parts
from .shapley import TimeUp, shapley
from .task import Task
from .watched import Asked, Watched
from .words import Words
from .writing import as_json

NO_TIME = "there was no time"
NO_NUMBERS = "the model has no numbers for what is mixed of it and others"


class NoExplanation(Exception):
    """There is none for a record; the message says why."""

    def __init__(self, place: int, why: str, *, late: bool) -> None:
        super().__init__(why)
        self.place = place
        self.late = late
        """Whether there only was no time."""


class Explainer:
    """Explains answers against the records of a background."""

    def __init__(self, model: Watched, parts: Parts, rows: Sequence[Any], settings: Settings) -> None:
        self.model = model
        self.parts = parts
        self.settings = settings
        self.pace = Pace()
        # a text is compared with what is left when all of its words are left out
        self.by_leaving_out = isinstance(parts, Words)
        self.rows = [] if self.by_leaving_out else list(rows)
        self._of_rows: Asked | None = None

    def explain(self, records: list[Any]) -> list[dict[str, Any]]:
        """Return an explanation for each record.

        Raises:
            RecordsRefused: if the model has no answer for some.
            NoExplanation: if it has none for what is mixed of a record and others, or no time.
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
        said = explained(asked)
        mixes = Mixes(self.model, said, self.parts, self.pace, until)
        mixes.own = self.parts.values(record)
        try:
            bases = self._others(mixes)
        except TimeUp:
            raise NoExplanation(place, NO_TIME, late=True) from None
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
        if shares is None:
            late = monotonic() > until
            raise NoExplanation(place, NO_TIME if late else NO_NUMBERS, late=late)
        return as_json(asked.answers[0], said, task.value, shares, self.parts.names(record))

    def _others(self, mixes: Mixes) -> Numbers:
        """Give ``mixes`` the background, and return its numbers."""
        if self.by_leaving_out:
            mixes.others = [[None] * len(mixes.own)]
            return mixes([0], np.zeros((1, len(mixes.own)), dtype=bool))
        if self._of_rows is None:
            self._of_rows = self._asked_about_rows()
        mixes.others = [self.parts.values(row) for row in self.rows]
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
