"""The model: loaded once, asked often."""

from __future__ import annotations

import inspect
import logging
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from . import artifacts, inference, quick
from .absent import NotInstalled
from .files import ARTIFACTS_DIR
from .schema import EXAMPLE, batches, to_input, to_predictions

logger = logging.getLogger(__name__)

DATA_ERRORS = (Exception,)
"""What prediction code raises when it cannot work with a value, such as an unknown category: many
libraries have errors of their own for that. If the example is answered all the same, the value is
at fault, else the code."""

FEW = 8
"""Records in a request up to which each may be answered by itself in a quicker way."""

AT_ONCE = 0.005
"""Seconds for which a request may keep the server's loop from all others; what takes longer is answered beside it."""

RECORDS_LOOKED_INTO = 10
"""In how many refused records of a request the fields at fault are looked for."""


class RecordsRefused(ValueError):
    """The model works, but not for some of the records."""

    def __init__(self, refused: Mapping[int, list[str]]) -> None:
        super().__init__(f"The model cannot answer records {list(refused)}.")
        self.refused = refused
        """Position of each such record to its fields at fault, as far as they are known."""


class RecordsUnanswered(ValueError):
    """Compiled code does not answer some of the records, and the notebook's own is not there to be asked."""

    def __init__(self, places: list[int]) -> None:
        super().__init__(f"Compiled code does not answer records {places}.")
        self.places = places


class Model:
    """Fitted artifacts and the code that predicts with them."""

    def __init__(
        self, values: Mapping[str, Any], record: Mapping[str, Any], written_at: float = 0.0
    ) -> None:
        self.record = record
        self._written_at = written_at
        wanted = inspect.signature(inference.predict).parameters
        self.artifacts = {name: value for name, value in values.items() if name in wanted}
        """Those that ``inference.predict`` takes."""
        self._quick: Callable[[Any], Any] | None = None
        self._seconds = 0.0
        """What that takes for a record."""
        self.slim = False
        """Whether compiled code answers alone."""
        self.served_by: dict[str, Any] = {"way": "original"}
        """Which way to an answer serves, how much faster than the notebook's own code, or why not."""

    @classmethod
    def load(cls, folder: Path = ARTIFACTS_DIR, *, slim: bool = False) -> Model:
        """Read the artifacts; see ``artifacts.load`` for what is checked.

        Raises:
            ArtifactError: if compiled code is to answer alone, and cannot.
        """
        loaded = artifacts.load(folder, unread=quick.compiled(folder) if slim else ())
        model = cls(loaded.values, loaded.record, (folder / "record.json").stat().st_mtime)
        model.slim = slim
        way = quick.load(folder, model.version, model.artifacts, model.original)
        model._quick, model.served_by = way
        if slim and model._quick is None:
            why = model.served_by["why"]
            raise artifacts.ArtifactError(f"With SLIM compiled code answers alone, and it does not: {why}")
        if slim:
            model.served_by = {**model.served_by, "alone": True}
        model._seconds = model.served_by.get("microseconds", {}).get("compiled", 0.0) / 1e6
        return model

    @property
    def version(self) -> str:
        """Twelve hexadecimal digits made from the artifacts' contents."""
        return str(self.record["model_version"])

    @property
    def trained_at(self) -> datetime:
        """When it was trained, where ``make train`` wrote that down, else when its files were put here."""
        said = self.record.get("trained_at")
        if said:
            return datetime.fromisoformat(said)
        return datetime.fromtimestamp(self._written_at).astimezone()

    def at_once(self, records: list[Any]) -> list[Any] | None:
        """Return what ``predict`` would, where that takes next to no time, so that nobody has to wait beside it."""
        return self._one_by_one(records) if len(records) * self._seconds <= AT_ONCE else None

    def _one_by_one(self, records: list[Any]) -> list[Any] | None:
        if self._quick is None or (len(records) > FEW and not self.slim):
            return None
        try:
            return [self._quick(record) for record in records]
        except Exception:  # whatever it is, the notebook's own code has the last word
            logger.debug("The notebook's own code answers instead.", exc_info=True)
            return None

    def predict(self, records: list[Any], *, quickly: bool = True) -> list[Any]:
        """Return one prediction, as a JSON value, for each record.

        Records must have passed ``schema.check``. Unless ``quickly``, all are answered by the notebook's own code.

        Raises:
            RecordsRefused: if the model fails on some of them and yet answers its own example.
            RecordsUnanswered: if compiled code is to answer alone, and does not answer some of them.
        """
        answers = self._one_by_one(records) if quickly else None
        if answers is not None:
            return answers
        if self.slim and quickly:
            raise RecordsUnanswered([n for n, record in enumerate(records) if not self._one_by_one([record])])
        try:
            return [answer for batch in batches(records) for answer in self.answers_of(batch, quickly)]
        except (MemoryError, NotInstalled):
            raise
        except DATA_ERRORS:
            refused = self._refused(records)
            if not refused:
                raise
            logger.warning("The model cannot answer %d records.", len(refused), exc_info=True)
            raise RecordsRefused(refused) from None

    def answers_of(self, batch: list[Any], quickly: bool = True) -> list[Any]:
        """Return the answers to records that the notebook's own code takes in one call; whatever that raises is raised."""
        return (self._one_by_one(batch) if quickly else None) or self.original(batch)

    def original(self, batch: list[Any]) -> list[Any]:
        """Return what the notebook's own code answers in one call; whatever it raises is raised."""
        if self.slim:
            raise NotInstalled("Compiled code answers alone.")
        output = inference.predict(**to_input(batch), **self.artifacts)
        return to_predictions(output, len(batch))

    def _refused(self, records: list[Any]) -> dict[int, list[str]]:
        """Return the records at fault: none if the model fails on its example too."""
        if EXAMPLE is None or not self._answers(EXAMPLE["request"]):
            return {}
        example = EXAMPLE["request"]
        found: dict[int, list[str]] = {}
        for place, record in enumerate(records):
            if not self._answers(record):
                look = isinstance(record, dict) and len(found) < RECORDS_LOOKED_INTO
                found[place] = self._at_fault(record, example, list(example)) if look else []
        return found

    def _at_fault(self, record: Any, example: Any, names: list[str]) -> list[str]:
        """Return which of the fields the model cannot take even among the example's values."""
        if self._answers({**example, **{name: record[name] for name in names}}):
            return []
        if len(names) == 1:
            return names
        halves = names[: len(names) // 2], names[len(names) // 2 :]
        return [name for half in halves for name in self._at_fault(record, example, half)]

    def _answers(self, record: Any) -> bool:
        try:
            self.original([record])
        except DATA_ERRORS:
            return False
        return True
