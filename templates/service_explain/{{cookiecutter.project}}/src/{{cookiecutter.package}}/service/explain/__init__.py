"""``POST /explain``: records in, what each field adds to the answer out."""

from __future__ import annotations

from asyncio import get_running_loop
from typing import Any

from ...schema import REQUEST
from ..batching import Batches
from ..body import read_json
from ..exchange import Exchange, Reply
from ..predict import as_json
from ..problems import ProblemError
from ..records import good_records
from ..service import Service
from .background import background
from .documented import EXPLAIN
from .explainer import Explainer
from .in_turn import in_turn
from .mattering import add_importance
from .parts import Parts, parts_of
from .watched import Watched


def install(service: Service) -> None:
    """Add it; explanations are made one request after the other, beside the server's loop."""
    settings = service.settings
    if not settings.explain:
        return
    add_importance(service)
    own = {"max_records": settings.explain_records, "max_waiting": settings.explain_waiting}
    alone = {"predict_threads": 1, "max_batch_records": 0, "batch_wait_ms": 0}
    limits = settings.model_copy(update=own | alone)
    parts: Parts | str = parts_of(REQUEST)
    if settings.slim:
        parts = "They take the notebook's own code, and it runs without that (SLIM)."
    explainers = list[Explainer]()

    def explanations(records: list[Any]) -> list[Any]:
        assert not isinstance(parts, str)
        if not explainers:
            watched = Watched(service.loaded, service.turns)
            explainers.append(Explainer(watched, parts, background(), settings))
        return explainers[0].explain(records)

    batches = Batches(explanations, limits)
    service.on_stop.append(batches.close)

    async def explain(exchange: Exchange) -> Reply:
        """Say for each record what each of its fields adds to the answer."""
        raw = await read_json(exchange, limits)
        records = await get_running_loop().run_in_executor(None, good_records, raw, limits)
        if isinstance(parts, str):
            raise ProblemError(501, f"There are no explanations of this service's answers. {parts}")
        for check in service.checks:
            check(exchange, records)
        found = await in_turn(batches, records, exchange)
        for finish in service.finish:
            found = finish(found)
        exchange.explained = len(found)
        return Reply(200, as_json({"explanations": found, "model_version": service.loaded.version}))

    service.answer_at_once("POST", "/explain", explain, tags=["prediction"], **EXPLAIN)
