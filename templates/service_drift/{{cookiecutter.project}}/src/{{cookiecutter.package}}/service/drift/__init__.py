"""``GET /drift``: whether what is asked and answered is still distributed as the model's rows were."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from fastapi import Request, Response
from fastapi.responses import JSONResponse

from ...files import ARTIFACTS_DIR
from ..service import Service
from .comparing import Comparing
from .page import CSP, page
from .window import Sample
from .workers import Workers

GAUGES = {
    "drift_psi": ("Population stability index of a field, or of the answers.", "psi"),
    "drift_drifted": ("1 where that is notable and no chance.", "drifted"),
}
"""Name to what it is, and what of a score that is."""


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


def gauge(comparing: Comparing, key: str) -> Callable[[], Mapping[str, float]]:
    """Return what reads one number of every column; answers have a name of their own."""

    def read() -> dict[str, float]:
        found: dict[str, Any] = comparing.drift()
        fields = {each["name"]: float(each[key]) for each in found.get("fields", ())}
        answers = {f"answer {each['name']}".strip(): float(each[key]) for each in found.get("answers", ())}
        return {**fields, **answers}

    return read
