"""``POST /explain``: records in, what each field adds to the answer out."""

from __future__ import annotations

from asyncio import get_running_loop
from functools import cache

from ...schema import parts
from ..batching import Batches
from ..body import read_json
from ..exchange import Exchange, Reply
from ..predict import as_json, in_turn
from ..problems import ProblemError
from ..records import good_records
from ..service import Service
from .background import background
from .documented import EXPLAIN
from .explainer import Explainer
from .mattering import add_importance
from .watched import Watched

SLIM = "They take the notebook's own code, and it runs without that (SLIM)."


def install(service: Service) -> None:
    """Add it; explanations are made one request after the other, beside the server's loop."""
    settings = service.settings
    if not settings.explain:
        return
    add_importance(service)
    own = {"max_records": settings.explain_records, "max_waiting": settings.explain_waiting}
    alone = {"predict_threads": 1, "max_batch_records": 0, "batch_wait_ms": 0}
    limits = settings.model_copy(update=own | alone)
    why_not = SLIM if settings.slim else parts.WHY_NOT

    @cache
    def explainer() -> Explainer:
        return Explainer(Watched(service.loaded, service.turns), background(), settings)

    batches = Batches(lambda records: explainer().explain(records), limits)
    service.on_stop.append(batches.close)

    async def explain(exchange: Exchange) -> Reply:
        """Say for each record what each of its fields adds to the answer."""
        raw = await read_json(exchange, limits)
        records = await get_running_loop().run_in_executor(None, good_records, raw, limits)
        if why_not:
            raise ProblemError(501, f"There are no explanations of this service's answers. {why_not}")
        for check in service.checks:
            check(exchange, records)
        found = await in_turn(batches, records, exchange)
        for finish in service.finish:
            found = finish(found)
        exchange.explained = len(found)
        return Reply(200, as_json({"explanations": found, "model_version": service.loaded.version}))

    service.answer_at_once("POST", "/explain", explain, tags=["prediction"], **EXPLAIN)
