"""Several requests in, one call of the model, and for each request what it would have been told alone."""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice
from typing import Any

from ..model import RecordsRefused

Predict = Callable[[list[Any]], list[Any]]
Outcome = list[Any] | Exception


def outcomes(predict: Predict, asked: list[list[Any]]) -> list[Outcome]:
    """Return predictions for each request, or what predicting it alone raises: no request harms another."""
    if len(asked) == 1:
        return [alone(predict, asked[0])]
    try:
        found = iter(predict([record for records in asked for record in records]))
        return [list(islice(found, len(records))) for records in asked]
    except RecordsRefused as error:
        apart = at_fault(asked, set(error.refused)) or set(range(len(asked)))
    except Exception:
        apart = set(range(len(asked)))
    good = [records for place, records in enumerate(asked) if place not in apart]
    rest = iter(outcomes(predict, good) if good and apart else [])
    return [alone(predict, records) if place in apart else next(rest) for place, records in enumerate(asked)]


def at_fault(asked: list[list[Any]], refused: set[int]) -> set[int]:
    """Return which requests the refused records, by their places among all records, belong to."""
    owners = [place for place, records in enumerate(asked) for _ in records]
    return {owners[position] for position in refused}


def alone(predict: Predict, records: list[Any]) -> Outcome:
    """Return the predictions for one request, or what it raises."""
    try:
        return predict(records)
    except Exception as error:
        return error
    except SystemExit:  # it would end the service, and not only the notebook's code
        return RuntimeError("The prediction code called exit().")
