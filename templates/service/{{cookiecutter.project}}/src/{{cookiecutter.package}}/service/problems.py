"""Errors as ``application/problem+json`` (RFC 9457). They never repeat what was sent."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.routing import Match

from .exchange import Exchange, Reply
from .service import Service

logger = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"


class ProblemError(Exception):
    """A request that is refused, and why."""

    def __init__(
        self,
        status: int,
        detail: str,
        errors: list[dict[str, Any]] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.errors = errors or []
        self.headers = headers or {}


def busy(detail: str) -> ProblemError:
    """Return the answer for whoever should come again."""
    return ProblemError(503, detail, headers={"retry-after": "1"})


class ClientGone(Exception):
    """Nobody waits for the answer any more."""


def install(service: Service) -> None:
    """Have FastAPI answer every error as a problem, too."""
    service.app.state.service = service
    for kind, answer in (
        (ProblemError, refused),
        (ClientGone, left),
        (HTTPException, http_error),
        (RequestValidationError, invalid),
        (Exception, failed),
    ):
        service.app.add_exception_handler(kind, answer)


def reply(service: Service, exchange: Exchange, error: ProblemError) -> Reply:
    """Return the answer that says what is wrong, in the form that its path asks for."""
    for start, form in service.refusals.items():
        if exchange.path.startswith(start):
            return form(exchange, error)
    return problem(exchange.id, error)


def problem(request_id: str, error: ProblemError) -> Reply:
    """Return the answer that says what is wrong, as a problem."""
    body = {
        "type": "about:blank",
        "title": HTTPStatus(error.status).phrase,
        "status": error.status,
        "detail": error.detail,
        "request_id": request_id,
    }
    if error.errors:
        body["errors"] = error.errors
    headers = tuple((name.encode(), value.encode()) for name, value in error.headers.items())
    return Reply(error.status, json.dumps(body).encode(), MEDIA_TYPE.encode(), headers)


def crashed(service: Service, exchange: Exchange, error: Exception) -> Reply:
    """Return the answer for a request that met a bug: the details are in the log, under the same id."""
    known, kind = {"request": {"request_id": exchange.id}}, type(error).__name__
    logger.error("Request %s failed with %s.", exchange.id, kind, exc_info=error, extra=known)
    detail = "The service failed to answer. The log has the details under this request id."
    return reply(service, exchange, ProblemError(500, detail))


async def refused(request: Request, error: Exception) -> Response:
    """Answer a request that the service refuses."""
    assert isinstance(error, ProblemError)
    return as_response(reply(request.app.state.service, request.state.exchange, error))


async def left(request: Request, error: Exception) -> Response:
    """Answer nobody."""
    return Response(status_code=499)  # as nginx notes it


async def http_error(request: Request, error: Exception) -> Response:
    """Answer an unknown path, a wrong method, and the like."""
    assert isinstance(error, HTTPException)
    detail = HTTPStatus(error.status_code).description
    headers = {"allow": allowed(request)} if error.status_code == 405 else error.headers
    return await refused(request, ProblemError(error.status_code, detail, headers=headers))


def allowed(request: Request) -> str:
    """Return the methods of all routes with this path; FastAPI names those of the first."""
    same = [route for route in request.app.routes if route.matches(request.scope)[0] is not Match.NONE]
    return ", ".join(sorted({method for route in same for method in getattr(route, "methods", None) or ()}))


async def invalid(request: Request, error: Exception) -> Response:
    """Answer a request whose path or query is wrong."""
    return await refused(request, ProblemError(422, "The request is not valid."))


async def failed(request: Request, error: Exception) -> Response:
    """Answer a request that met a bug."""
    given = crashed(request.app.state.service, request.state.exchange, error)
    return as_response(given)


def as_response(given: Reply) -> Response:
    """Return an answer as FastAPI wants it."""
    headers = {name.decode(): value.decode() for name, value in given.headers}
    return Response(given.body, given.status, headers, given.content_type.decode())
