"""``GET /healthz`` and ``GET /readyz``, for whatever watches the service."""

from __future__ import annotations

from fastapi import APIRouter, Request

from .problems import ProblemError

router = APIRouter(tags=["health"])


@router.get("/healthz")
async def healthz() -> dict[str, str]:
    """Say that the process is alive."""
    return {"status": "ok"}


@router.get("/readyz")
async def readyz(request: Request) -> dict[str, str]:
    """Say whether the model is loaded; 503 while it is not."""
    model = request.app.state.model
    if model is None:
        raise ProblemError(503, "The model is not loaded.")
    return {"status": "ready", "model_version": model.version}
