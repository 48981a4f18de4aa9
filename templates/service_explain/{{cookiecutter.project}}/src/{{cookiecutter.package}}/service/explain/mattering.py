"""``GET /importance``: what matters to the model, as it was found out when it was trained."""

from __future__ import annotations

from typing import Any

from fastapi import Request, Response

from ..openapi import problem
from ..problems import ProblemError
from ..service import Service
from ..shown import shown
from .background import read
from .plots import page


def add_importance(service: Service) -> None:
    """Add it, and its numbers to ``/model``."""
    known: list[dict[str, Any]] = []

    async def look() -> None:
        found = read(service.loaded.version)
        if found is not None:
            known.append(found)
            fields = {each["name"]: each["importance"] for each in found["fields"]}
            service.card["importance"] = {"of": found["of"], "fields": fields, "more": "/importance"}

    def importance(request: Request) -> Response:
        """Say how much each field matters to the model, and how its number follows the most important ones."""
        if not known:
            raise ProblemError(404, "What matters to this model is not known: `make train` finds it out.")
        return shown(request, known[0], page)

    service.on_start.append(look)
    unknown = {404: problem("It has not been found out")}
    service.app.get("/importance", response_class=Response, tags=["model"], responses=unknown)(importance)
