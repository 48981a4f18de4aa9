"""Put the service together."""

from __future__ import annotations

import gc
import logging
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from fastapi import FastAPI

from .. import about
from ..model import Model
from ..schema import EXAMPLE
from . import BEGAN, docs_page, draining, health, model_card, predict, problems
{%- for concern in cookiecutter.concerns %}
from . import {{ concern.name }}
{%- endfor %}
from .age import warn_if_stale
from .front import Front
from .openapi import ANYWHERE, document
from .service import Service
from .settings import SettingError, Settings

logger = logging.getLogger("uvicorn.error")
"""The server's own, whose information is shown as long as nobody says otherwise."""

YOUNG = 10_000
"""Objects that are made before somebody looks whether some hold nothing but each other: those of a hundred requests."""

PARTS = (
    predict,
    model_card,
    docs_page,
    health,
    draining,
{%- for concern in cookiecutter.concerns %}
    {{ concern.name }},
{%- endfor %}
)
"""What the service does, a file each; none knows another, and each may be left out here."""


def create_app(settings: Settings | None = None) -> Front:
    """Return the application; the model is loaded when it starts.

    Raises:
        SettingError: if parts cannot work with the settings; it says all that is wrong.
    """
    app = FastAPI(
        title=about.TITLE,
        description=about.DESCRIPTION,
        lifespan=lambda _: lifespan(service),
        docs_url=None,
        redoc_url=None,
        generate_unique_id_function=lambda route: route.name,
        responses=ANYWHERE,
    )
    service = Service(app, settings or Settings())
    problems.install(service)
    wrong: list[str] = []
    for part in PARTS:
        try:
            part.install(service)
        except SettingError as error:
            wrong.append(str(error))
    if wrong:
        raise SettingError("\n".join(wrong))
    document(service)
    return Front(service)


@asynccontextmanager
async def lifespan(service: Service) -> AsyncIterator[None]:
    """Load the model before the first request, and let every part begin and end."""
    async with AsyncExitStack() as ends:
        service.model = service.model or Model.load(slim=service.settings.slim)
        warn_if_stale(service.model, service.settings.model_max_age_days)
        warm(service.model)
        for start in service.on_start:
            await start()
        for stop in service.on_stop:
            ends.push_async_callback(stop)
        gc.freeze()  # else it goes through all libraries now and then, a tenth of a second within somebody's request
        ends.callback(gc.unfreeze)
        ends.callback(gc.set_threshold, *gc.get_threshold())
        gc.set_threshold(YOUNG)
        seconds = time.perf_counter() - BEGAN
        logger.info("Ready after %.1f seconds, with model %s.", seconds, service.model.version)
        yield
    service.model = None


def warm(model: Model) -> None:
    """Have the model answer its example: what is made or loaded on first use is there for the first request."""
    if EXAMPLE is None:
        return
    try:
        model.predict([EXAMPLE["request"]])
    except Exception:
        logger.exception("The model does not answer its own example.")
