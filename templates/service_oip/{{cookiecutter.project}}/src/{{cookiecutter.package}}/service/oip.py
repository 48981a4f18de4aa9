"""``/v2``: the Open Inference Protocol, which Triton, KServe, Seldon and MLServer speak, too."""

from __future__ import annotations

import json
from typing import Any

from fastapi import Request, Response
from fastapi.responses import JSONResponse

from .. import about
from .exchange import Exchange, Reply
from .oip_documented import INFER, SERVER, below
from .oip_infer import answer
from .oip_model import NAME, metadata, refuse_unknown
from .problems import ProblemError
from .service import Service

BELOW = ("/v2/models/{model}", "/v2/models/{model}/versions/{version}")


def install(service: Service) -> None:
    """Add what the protocol asks for, each path with and without a version."""
    if not service.settings.oip:
        return
    service.refusals["/v2"] = in_its_own_form
    service.health_paths |= {"/v2/health/live", "/v2/health/ready"}

    async def server() -> dict[str, Any]:
        """Say what this server is."""
        return {
            "name": about.TITLE,
            "version": service.loaded.version,
            "extensions": ["binary_tensor_data"],
        }

    async def live() -> dict[str, bool]:
        """Say that the process is alive."""
        return {"live": True}

    async def ready() -> JSONResponse:
        """Say whether requests can be answered."""
        is_ready = service.model is not None and not service.draining
        return JSONResponse({"ready": is_ready}, 200 if is_ready else 503)

    async def model(request: Request) -> dict[str, Any]:
        """Say what the model takes and answers."""
        refuse_unknown(service, request)
        return metadata(service)

    async def model_ready(request: Request) -> JSONResponse:
        """Say whether the model can be asked."""
        refuse_unknown(service, request)
        is_ready = not service.draining
        return JSONResponse({"name": NAME, "ready": is_ready}, 200 if is_ready else 503)

    async def infer(request: Request) -> Response:
        """Answer the records that tensors make."""
        refuse_unknown(service, request)
        return await answer(service, request)

    get = {"methods": ["GET"], "tags": ["Open Inference Protocol"], "responses": SERVER}
    service.app.add_api_route("/v2", server, name="oip_server", **get)
    service.app.add_api_route("/v2/health/live", live, name="oip_live", **get)
    service.app.add_api_route("/v2/health/ready", ready, name="oip_ready", **get)
    for place, path in enumerate(BELOW):
        end = "_of_version" if place else ""
        get |= below(bool(place))
        service.app.add_api_route(path, model, name=f"oip_model{end}", **get)
        service.app.add_api_route(f"{path}/ready", model_ready, name=f"oip_model_ready{end}", **get)
        post = {**get, **below(bool(place), **INFER), "methods": ["POST"]}
        service.app.add_api_route(f"{path}/infer", infer, name=f"oip_infer{end}", **post)


def in_its_own_form(exchange: Exchange, error: ProblemError) -> Reply:
    """Return a refusal as the protocol wants it: never more than one text."""
    said = [f"record {each['record']}, {each['field']}: {each['message']}" for each in error.errors]
    text = " ".join([error.detail, *said])
    headers = tuple((name.encode(), value.encode()) for name, value in error.headers.items())
    status = 400 if error.status == 422 else error.status
    return Reply(status, json.dumps({"error": text}).encode(), headers=headers)
