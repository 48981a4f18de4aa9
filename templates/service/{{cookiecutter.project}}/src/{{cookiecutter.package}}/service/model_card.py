"""``GET /model``: what is served, for people and for the programs that deploy it."""

from __future__ import annotations

from typing import Any

from .. import about
from ..schema import REQUEST, RESPONSE
from .service import Service


def install(service: Service) -> None:
    """Add it."""

    async def model_card() -> dict[str, Any]:
        """Say what is served: version, metrics, parameters, artifacts, schemas and the notebook."""
        record = service.loaded.record
        artifacts = [
            {"name": name, **{key: entry[key] for key in ("file", "kind", "sha256", "size")}}
            for name, entry in record["artifacts"].items()
        ]
        return {
            "title": about.TITLE,
            "model_version": record["model_version"],
            "metrics": record["metrics"],
            "parameters": record["parameters"],
            "artifacts": artifacts,
            "served_by": service.loaded.served_by,
            **service.card,
            "request": REQUEST,
            "response": RESPONSE,
            "notebook": {"file": about.NOTEBOOK, "sha256": about.NOTEBOOK_SHA256},
        }

    service.app.get("/model", tags=["model"])(model_card)
