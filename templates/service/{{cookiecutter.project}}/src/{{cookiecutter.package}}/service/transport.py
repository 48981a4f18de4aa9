"""An answer's head and its body in, one call of the system out: uvicorn writes them apart, and each write takes its time."""

from __future__ import annotations

from typing import Any

from .sending import Together

INFORMS = b"HTTP/1.1 100"
"""What is said before the answer, and waited for."""


class Joining:
    """A connection's transport, which keeps the head of an answer, as uvicorn writes it, until its body follows."""

    def __init__(self, transport: Any) -> None:
        self._transport = transport
        self._kept = b""
        self._begins = True

    def write(self, data: bytes) -> None:
        """Keep a head; send anything else, behind what is kept."""
        if self._begins and not data.startswith(INFORMS):
            self._begins = False
            self._kept += data
            return
        if self._kept:
            data, self._kept = self._kept + data, b""
        self._transport.write(data)

    def write_soon(self, answer: bytes, together: Together) -> None:
        """Send a whole answer with others."""
        self._kept += answer
        together.add(self.send)

    def send(self) -> None:
        """Send what is kept, if something is, and somebody is there."""
        data, self._kept = self._kept, b""
        if data and not self._transport.is_closing():
            self._transport.write(data)

    def end_answer(self) -> None:
        """Send the head of an answer that has no body; what is written next is another head."""
        self.send()
        self._begins = True

    def close(self) -> None:
        """Send what is kept, and end."""
        self.end_answer()
        self._transport.close()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)
