"""``GET /healthz`` and ``GET /readyz``, for whatever watches the service."""

from __future__ import annotations

from fastapi import APIRouter, Request

from .metrics import age_of, is_stale
from .problems import ProblemError

router = APIRouter(tags=["health"])


@router.get("/healthz")
async def healthz() -> dict[str, str]:
    """Say that the process is alive."""
    return {"status": "ok"}


@router.get("/readyz")
async def readyz(request: Request) -> dict[str, str | bool]:
    """Say whether the model is loaded, and whether it is too old; 503 while it is not loaded."""
    model = request.app.state.model
    if model is None:
        raise ProblemError(503, "The model is not loaded.")
    stale = is_stale(age_of(model), request.app.state.settings.model_max_age_days)
    return {"status": "ready", "model_version": model.version, "model_stale": stale}
