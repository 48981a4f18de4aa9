"""``GET /model``: which model this is."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request

from .. import about
from ..schema import REQUEST, RESPONSE

router = APIRouter(tags=["model"])


@router.get("/model")
async def model_card(request: Request) -> dict[str, Any]:
    """Say what is served: version, metrics, parameters, artifacts, schemas and the notebook."""
    record = request.app.state.model.record
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
        "request": REQUEST,
        "response": RESPONSE,
        "notebook": {"file": about.NOTEBOOK, "sha256": about.NOTEBOOK_SHA256},
    }
