"""A body that goes on and on, in; its lines out as they come, none longer than allowed, none waited for too long."""

from __future__ import annotations

from asyncio import wait_for
from collections.abc import AsyncIterator
from time import monotonic

from starlette.types import Receive

from ..problems import ClientGone, ProblemError

TOO_LONG = None
"""What stands in the place of a line that is too long; the rest of it is not kept."""


async def lines_of(receive: Receive, longest: int, seconds: float) -> AsyncIterator[list[bytes | None]]:
    """Yield the lines that each piece of the body brings; what is kept is a piece and the beginning of a line.

    Raises:
        ClientGone: if the client has left.
        ProblemError: 408 if a line takes more than so many seconds to come.
    """
    kept, skipping, more = bytearray(), False, True
    until = monotonic() + seconds
    while more:
        try:
            message = await wait_for(receive(), until - monotonic())
        except TimeoutError:
            raise ProblemError(408, "The body did not come in time.") from None
        if message["type"] == "http.disconnect":
            raise ClientGone
        more = message.get("more_body", False)
        pieces = message.get("body", b"").split(b"\n")
        found: list[bytes | None] = []
        for place, piece in enumerate(pieces):
            if not skipping:
                kept += piece
                if len(kept) > longest:
                    found.append(TOO_LONG)
                    skipping = True
            ends = place < len(pieces) - 1 or not more
            if ends:
                if not skipping:
                    found.append(bytes(kept))
                skipping = False
            if ends or skipping:
                kept.clear()
        if found:
            yield found
            until = monotonic() + seconds
