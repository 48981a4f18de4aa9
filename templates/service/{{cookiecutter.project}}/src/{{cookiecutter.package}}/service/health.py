"""``GET /healthz`` and ``GET /readyz``, for whatever watches the service."""

from __future__ import annotations

from .age import age_of, is_stale
from .problems import ProblemError
from .service import Service


def install(service: Service) -> None:
    """Add both."""

    async def healthz() -> dict[str, str]:
        """Say that the process is alive."""
        return {"status": "ok"}

    async def readyz() -> dict[str, str | bool]:
        """Say whether the model is loaded, and whether it is too old; 503 while it is not, or about to stop."""
        model = service.model
        if model is None:
            raise ProblemError(503, "The model is not loaded.")
        if service.draining:
            raise ProblemError(503, "The service is about to stop.")
        if reasons := [said for reason in service.unready if (said := reason())]:
            raise ProblemError(503, " ".join(reasons))
        stale = is_stale(age_of(model), service.settings.model_max_age_days)
        return {"status": "ready", "model_version": model.version, "model_stale": stale}

    for path, answer in (("/healthz", healthz), ("/readyz", readyz)):
        service.app.get(path, tags=["health"])(answer)
        service.app.head(path, include_in_schema=False)(answer)  # some monitors ask for no more
