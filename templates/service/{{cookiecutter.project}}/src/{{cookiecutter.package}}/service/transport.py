"""An answer's head and its body in, one call of the system out: uvicorn writes them apart, and each write takes its time."""

from __future__ import annotations

from typing import Any

INFORMS = b"HTTP/1.1 100"
"""What is said before the answer, and waited for."""


class Joining:
    """A connection's transport, which keeps the head of an answer until something follows it."""

    def __init__(self, transport: Any) -> None:
        self._transport = transport
        self._head = b""
        self._begins = True

    def write(self, data: bytes) -> None:
        """Keep a head; send anything else, behind the head if one is kept."""
        if self._begins and not data.startswith(INFORMS):
            self._begins, self._head = False, data
            return
        if self._head:
            data, self._head = self._head + data, b""
        self._transport.write(data)

    def end_answer(self) -> None:
        """Send the head of an answer that has no body; what is written next is another head."""
        if self._head:
            self._transport.write(self._head)
        self._begins, self._head = True, b""

    def close(self) -> None:
        """Send what is kept, and end."""
        self.end_answer()
        self._transport.close()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)
