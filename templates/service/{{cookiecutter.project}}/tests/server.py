"""A real server on a free port, and a client that can send anything."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from typing import Any

import uvicorn
from starlette.types import ASGIApp

from {{ cookiecutter.package }}.service.connection import Connection


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    content_type: str
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        """Return the body's value; NaN and Infinity are no JSON."""
        return json.loads(self.body, parse_constant=_refuse)


@dataclass(frozen=True)
class Client:
    """Sends raw requests to the server."""

    port: int

    def get(self, path: str) -> Answer:
        """Send a GET."""
        return self.send("GET", path, b"", {})

    def post(self, path: str, body: Any, content_type: str = "application/json") -> Answer:
        """Send bytes as they are, anything else as JSON."""
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        return self.send("POST", path, raw, {"content-type": content_type})

    def send(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> Answer:
        """Send a request over a connection of its own."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request(method, path, body, headers)
            response = connection.getresponse()
            found = {name.lower(): value for name, value in response.getheaders()}
            content_type = found.get("content-type", "")
            return Answer(response.status, content_type, found, response.read())
        finally:
            connection.close()


@contextmanager
def running(app: ASGIApp) -> Iterator[Client]:
    """Serve the application while the block runs."""
    config = uvicorn.Config(
        app, host="127.0.0.1", port=0, log_level="error", http=Connection, proxy_headers=False
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        if not thread.is_alive():
            raise RuntimeError("The service did not start; its log says why.")
        time.sleep(0.01)
    try:
        yield Client(server.servers[0].sockets[0].getsockname()[1])
    finally:
        server.should_exit = True
        thread.join(timeout=30)


def _refuse(constant: str) -> Any:
    raise ValueError(f"{constant} is not JSON")
