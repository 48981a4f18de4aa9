"""The model: loaded once, asked often."""

from __future__ import annotations

import inspect
import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from . import artifacts, inference
from .files import ARTIFACTS_DIR
from .schema import EXAMPLE, batches, to_input, to_predictions

logger = logging.getLogger(__name__)

DATA_ERRORS = (ValueError, TypeError, ArithmeticError, LookupError, RuntimeError)
"""What prediction code raises when it cannot work with a value, such as an unknown category. If it
answers the example all the same, the value is at fault, else the code."""


class RecordsRefused(ValueError):
    """The model works, but not for some of the records."""

    def __init__(self, positions: list[int]) -> None:
        super().__init__(f"The model cannot answer records {positions}.")
        self.positions = positions


class Model:
    """Fitted artifacts and the code that predicts with them."""

    def __init__(self, values: Mapping[str, Any], record: Mapping[str, Any]) -> None:
        self.record = record
        wanted = inspect.signature(inference.predict).parameters
        self._artifacts = {name: value for name, value in values.items() if name in wanted}

    @classmethod
    def load(cls, folder: Path = ARTIFACTS_DIR) -> Model:
        """Read the artifacts; see ``artifacts.load`` for what is checked."""
        loaded = artifacts.load(folder)
        return cls(loaded.values, loaded.record)

    @property
    def version(self) -> str:
        """Twelve hexadecimal digits made from the artifacts' contents."""
        return str(self.record["model_version"])

    def predict(self, records: list[Any]) -> list[Any]:
        """Return one prediction, as a JSON value, for each record.

        Records must have passed ``schema.check``.

        Raises:
            RecordsRefused: if the model fails on some of them and yet answers its own example.
        """
        try:
            return [answer for batch in batches(records) for answer in self._answer(batch)]
        except DATA_ERRORS:
            refused = self._refused(records)
            if not refused:
                raise
            logger.warning("The model cannot answer %d records.", len(refused), exc_info=True)
            raise RecordsRefused(refused) from None

    def _answer(self, batch: list[Any]) -> list[Any]:
        output = inference.predict(**to_input(batch), **self._artifacts)
        return to_predictions(output, len(batch))

    def _refused(self, records: list[Any]) -> list[int]:
        """Return the positions of records at fault: none if the model fails on its example too."""
        if EXAMPLE is None or not self._answers(EXAMPLE["request"]):
            return []
        return [place for place, record in enumerate(records) if not self._answers(record)]

    def _answers(self, record: Any) -> bool:
        try:
            self._answer([record])
        except DATA_ERRORS:
            return False
        return True
