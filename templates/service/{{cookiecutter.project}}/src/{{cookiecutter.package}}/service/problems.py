"""Errors as ``application/problem+json`` (RFC 9457). They never repeat what was sent."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

logger = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"


class ProblemError(Exception):
    """A request that is refused, and why."""

    def __init__(self, status: int, detail: str, errors: list[dict[str, Any]] | None = None):
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.errors = errors or []


def install(app: FastAPI) -> None:
    """Answer every error of the application as a problem."""
    app.add_exception_handler(ProblemError, refused)
    app.add_exception_handler(HTTPException, http_error)
    app.add_exception_handler(RequestValidationError, invalid)
    app.add_exception_handler(Exception, crashed)


def problem(
    request: Request,
    status: int,
    detail: str,
    errors: list[dict[str, Any]] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Return the answer that says what is wrong."""
    body = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "request_id": getattr(request.state, "request_id", None),
    }
    if errors:
        body["errors"] = errors
    return Response(json.dumps(body), status, headers, MEDIA_TYPE)


async def refused(request: Request, error: Exception) -> Response:
    """Answer a request that the service refuses."""
    assert isinstance(error, ProblemError)
    return problem(request, error.status, error.detail, error.errors)


async def http_error(request: Request, error: Exception) -> Response:
    """Answer an unknown path, a wrong method, and the like."""
    assert isinstance(error, HTTPException)
    return problem(
        request, error.status_code, HTTPStatus(error.status_code).description, headers=error.headers
    )


async def invalid(request: Request, error: Exception) -> Response:
    """Answer a request whose path or query is wrong."""
    return problem(request, 422, "The request is not valid.")


async def crashed(request: Request, error: Exception) -> Response:
    """Answer a request that met a bug: the details are in the log, under the same id."""
    request_id = getattr(request.state, "request_id", "")
    logger.error("Request %s failed with %s.", request_id, type(error).__name__)
    detail = "The service failed to answer. The log has the details under this request id."
    return problem(request, 500, detail, headers={"X-Request-ID": request_id})
