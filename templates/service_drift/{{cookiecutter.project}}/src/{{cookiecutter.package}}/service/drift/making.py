"""Make the baseline of the model: ``make train`` does it behind each training."""

from __future__ import annotations

import time
from typing import Any

from ...files import ARTIFACTS_DIR
from ...model import Model, RecordsRefused
from ...schema import REQUEST
from .baseline import Baseline, source_before
from .columns import columns_of
from .rows import rows_of_model
from .scores import FEWEST_BASELINE

ASKED = 2000
"""Rows that the model answers."""
AT_ONCE = 100
SECONDS = 60.0
"""After which no more are asked."""


def main() -> None:
    """Make the baseline of the model among the artifacts, and say what of."""
    found = make(Model.load(ARTIFACTS_DIR))
    found.write(ARTIFACTS_DIR)
    few = f": too few to tell drift by, which takes {FEWEST_BASELINE}" if found.rows < FEWEST_BASELINE else ""
    print(f"drift is told by {found.rows} rows ({found.source}), {found.answered} with answers{few}")


def make(model: Model) -> Baseline:
    """Return how the model's rows, and its answers to them, are distributed; of few rows nothing is kept."""
    rows, source = rows_of_model(model.record.get("parameters") or {}, source_before(ARTIFACTS_DIR))
    answers = answers_of(model, rows[:: max(1, len(rows) // ASKED)])
    about = (model.version, source, len(rows), len(answers))
    if len(rows) < FEWEST_BASELINE:
        return Baseline(*about, (), ())
    fields = {field["name"]: field for field in REQUEST.get("fields", ())}
    return Baseline(*about, tuple(columns_of(rows, fields)), tuple(columns_of(answers, None)))


def answers_of(model: Model, rows: list[Any]) -> list[Any]:
    """Return the model's answers to those rows that it answers, as far as there is time."""
    found: list[Any] = []
    until = time.monotonic() + SECONDS
    for start in range(0, len(rows), AT_ONCE):
        if time.monotonic() > until:
            break
        batch = rows[start : start + AT_ONCE]
        try:
            found += model.predict(batch)
        except RecordsRefused as error:
            found += model.predict([each for n, each in enumerate(batch) if n not in error.refused])
    return found


if __name__ == "__main__":
    main()
