"""``GET /drift``: whether what is asked and answered is still distributed as the model's rows were."""

from __future__ import annotations

from functools import partial

from fastapi import Request, Response

from ...files import ARTIFACTS_DIR
from ..service import Service
from ..shown import shown
from ..workers import Workers
from .comparing import EVERY, Comparing
from .page import page
from .sample import Sample

GAUGES = {
    "drift_psi": ("Population stability index of a field, or of the answers.", "psi"),
    "drift_drifted": ("1 where that is notable and no chance.", "drifted"),
}
"""Name of numbers for ``/metrics`` to what they are, and what of a score that is."""


def install(service: Service) -> None:
    """Watch what is asked and answered, and add the page and the numbers."""
    settings = service.settings
    if not settings.drift:
        return
    sample = Sample(settings.drift_most)
    workers = Workers(settings.workers_dir, "drift")
    comparing = Comparing(sample, workers, settings.drift_window, settings.drift_false_alarms)

    async def start() -> None:
        comparing.start(ARTIFACTS_DIR, service.loaded.version)

    async def stop() -> None:
        workers.leave()

    def drift(request: Request) -> Response:
        """Say whether requests and answers have drifted, and how far."""
        return shown(request, comparing.drift(), page)

    service.watchers.append(sample.watch)
    service.on_start.append(start)
    service.on_stop.append(stop)
    service.every(EVERY, comparing.look, "drift")
    for name, (words, key) in GAUGES.items():
        service.gauges[name] = (words, "column", partial(comparing.numbers, key))
    service.app.get("/drift", response_class=Response, tags=["health"])(drift)
