"""Put the service together."""

from __future__ import annotations

from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from anyio import CapacityLimiter
from fastapi import FastAPI

from .. import about
from ..model import Model
from . import health, metrics, model_card, predict, problems
from .request_id import RequestId
from .settings import Settings


def create_app(settings: Settings | None = None) -> FastAPI:
    """Return the application; the model is loaded when it starts."""
    app = FastAPI(
        title=about.TITLE,
        description=about.DESCRIPTION,
        lifespan=lifespan,
        generate_unique_id_function=lambda route: route.name,
    )
    app.state.settings = settings or Settings()
    app.state.model = None
    app.state.counts = Counter()
    app.add_middleware(RequestId)
    app.include_router(predict.router)
    app.include_router(model_card.router)
    app.include_router(health.router)
    app.include_router(metrics.router)
    problems.install(app)
    return app


@asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Load the model before the first request."""
    app.state.predict_limiter = CapacityLimiter(app.state.settings.predict_threads)
    app.state.model = Model.load()
    metrics.warn_if_stale(app.state.model, app.state.settings.model_max_age_days)
    yield
    app.state.model = None
