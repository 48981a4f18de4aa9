"""Make the baseline of the model: ``make train`` does it behind each training."""

from __future__ import annotations

from ...files import ARTIFACTS_DIR
from ...model import Model
from ...schema import REQUEST
from .answers import answers_of
from .baseline import Baseline
from .columns import columns_of
from .reading import source_before
from .rows import rows_of_model
from .scores import FEWEST_BASELINE

ASKED = 2000
"""Rows that the model answers."""


def main() -> None:
    """Make the baseline of the model among the artifacts, and say what of."""
    found = make(Model.load(ARTIFACTS_DIR))
    found.write(ARTIFACTS_DIR)
    few = f": too few to tell drift by, which takes {FEWEST_BASELINE}" if found.rows < FEWEST_BASELINE else ""
    print(f"drift is told by {found.rows} rows ({found.source}), {found.answered} with answers{few}")


def make(model: Model) -> Baseline:
    """Return how the model's rows, and its answers to them, are distributed; of few rows nothing is kept."""
    parameters = model.record.get("parameters") or {}
    rows, source = rows_of_model(parameters, source_before(ARTIFACTS_DIR))
    answers = answers_of(model, rows[:: max(1, len(rows) // ASKED)])
    fields = {field["name"]: field for field in REQUEST.get("fields", ())}
    if len(rows) < FEWEST_BASELINE:
        return Baseline(model.version, source, len(rows), len(answers), (), ())
    columns = columns_of(rows, fields)
    return Baseline(model.version, source, len(rows), len(answers), tuple(columns), tuple(columns_of(answers, None)))


if __name__ == "__main__":
    main()
