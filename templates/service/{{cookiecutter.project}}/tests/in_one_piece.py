"""A connection of the standard library's that sends each request in one piece."""

from __future__ import annotations

from http.client import HTTPConnection, HTTPResponse
from typing import Any


class InOnePiece(HTTPConnection):
    """Sends head and body together, as most clients do, and this library's does not."""

    sent = b""

    def send(self, data: Any) -> None:
        """Keep it until an answer is waited for."""
        self.sent += data

    def getresponse(self) -> HTTPResponse:
        """Send all, and return the answer."""
        sent, self.sent = self.sent, b""
        super().send(sent)
        return super().getresponse()
