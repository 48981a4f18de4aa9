"""Records in, explanations out when it was their turn, and what is wrong in the service's own words."""

from __future__ import annotations

from typing import Any

from ...model import RecordsRefused
from ..batching import Batches
from ..exchange import Exchange
from ..predict import no_answers
from ..problems import ProblemError, busy
from .explainer import NoExplanation


async def in_turn(batches: Batches, records: list[Any], exchange: Exchange) -> list[Any]:
    """Return the explanations when there was time for them.

    Raises:
        ProblemError: 422 with the record that has none; 503 if there is no time.
    """
    try:
        return await batches.answer(records, exchange)
    except RecordsRefused as error:
        said = no_answers(error, records)
        raise ProblemError(422, "The model has no answer for some records.", said) from None
    except NoExplanation as error:
        if error.late:
            raise busy("There was no time to explain that: EXPLAIN_SECONDS says how much there is.") from None
        said = [{"record": error.place, "field": None, "message": str(error)}]
        raise ProblemError(422, "There is no explanation for a record.", said) from None
