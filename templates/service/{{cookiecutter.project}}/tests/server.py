"""A real server on a free port, and a client that can send anything."""

from __future__ import annotations

import asyncio
import copy
import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from types import SimpleNamespace
from typing import Any

import pytest
import uvicorn
from starlette.types import ASGIApp

from {{ cookiecutter.package }}.model import Model
from {{ cookiecutter.package }}.service.connection import Connection

from .in_one_piece import InOnePiece


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
        connection = InOnePiece("127.0.0.1", self.port, timeout=60)
        try:
            connection.request(method, path, body, headers)
            response = connection.getresponse()
            found = {name.lower(): value for name, value in response.getheaders()}
            content_type = found.get("content-type", "")
            return Answer(response.status, content_type, found, response.read())
        finally:
            connection.close()


class Server(uvicorn.Server):
    """Ends as soon as it is told to: uvicorn sees that within a tenth of a second, and waits for another."""

    async def main_loop(self) -> None:
        await self.on_tick(0)
        while not self.should_exit:
            await asyncio.sleep(0.002)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for server in self.servers:
            server.close()
        for connection in list(self.server_state.connections):
            connection.shutdown()
        while self.server_state.connections or self.server_state.tasks:
            await asyncio.sleep(0.002)
        await self.lifespan.shutdown()


@cache
def loaded(slim: bool = False) -> Model:
    """Return the model, which is loaded once for all services: most of what starting one takes."""
    return Model.load(slim=slim)


@contextmanager
def running(app: ASGIApp, keep_alive: int = 5) -> Iterator[Client]:
    """Serve the application while the block runs, with a model that is its own to change; connections that nobody uses
    live so many seconds."""
    config = uvicorn.Config(
        app,
        host="127.0.0.1",
        port=0,
        log_level="error",
        http=Connection,
        proxy_headers=False,
        timeout_keep_alive=keep_alive,
    )
    server = Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    with pytest.MonkeyPatch.context() as patch:
        load = SimpleNamespace(load=lambda slim: copy.copy(loaded(True) if slim else loaded()))
        patch.setattr("{{ cookiecutter.package }}.service.app.Model", load)
        thread.start()
        while not server.started:
            if not thread.is_alive():
                raise RuntimeError("The service did not start; its log says why.")
            time.sleep(0.002)
    try:
        yield Client(server.servers[0].sockets[0].getsockname()[1])
    finally:
        server.should_exit = True
        thread.join(timeout=30)


def _refuse(constant: str) -> Any:
    raise ValueError(f"{constant} is not JSON")
