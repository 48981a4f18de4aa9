"""``GET /drift``: whether what is asked and answered is still distributed as the model's rows were."""

from __future__ import annotations

from fastapi import Request, Response
from fastapi.responses import JSONResponse

from ...files import ARTIFACTS_DIR
from ..service import Service
from .comparing import Comparing
from .gauges import GAUGES, gauge
from .page import CSP, page
from .sample import Sample
from .workers import Workers


def install(service: Service) -> None:
    """Watch what is asked and answered, and add the page and the numbers."""
    settings = service.settings
    if not settings.drift:
        return
    sample = Sample(settings.drift_most)
    workers = Workers(settings.workers_dir)
    comparing = Comparing(sample, workers, settings.drift_window, settings.drift_false_alarms)

    async def start() -> None:
        comparing.start(ARTIFACTS_DIR, service.loaded.version)

    async def stop() -> None:
        comparing.stop()

    def drift(request: Request) -> Response:
        """Say whether requests and answers have drifted, and how far."""
        found = comparing.drift()
        if "text/html" in request.headers.get("accept", ""):
            headers = {"Content-Security-Policy": CSP, "Vary": "Accept"}
            return Response(page(found), media_type="text/html", headers=headers)
        return JSONResponse(found, headers={"Vary": "Accept"})

    service.watchers.append(sample.watch)
    service.on_start.append(start)
    service.on_stop.append(stop)
    for name, (words, key) in GAUGES.items():
        service.gauges[name] = (words, "column", gauge(comparing, key))
    service.app.get("/drift", response_class=Response, tags=["health"])(drift)
