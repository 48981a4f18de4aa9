"""Heads of requests that have come before: the same bytes say the same, so that nobody has to read them again."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, NamedTuple

from .body import JSON, content_type

END = b"\r\n\r\n"
LONGEST = 2000
"""Bytes of a head that is kept."""
MOST = 1000
"""Heads that are kept; then it begins anew."""
THEIR_OWN = frozenset({b"x-request-id", b"traceparent"})
"""Headers that no other request will have."""
OF_A_CONNECTION = frozenset({"server", "client", "state"})
"""What of a scope (ASGI's) is not said by the head."""


class Head(NamedTuple):
    """What was read in one."""

    said: dict[str, Any]
    """Its part of the scope."""
    length: int
    """Bytes of the body."""


class Heads(dict[bytes, Head]):
    """Those of requests that may be answered at once, by their bytes; credentials among them are checked each time."""

    def __init__(self, paths: Collection[bytes]) -> None:
        super().__init__()
        self.paths = paths

    def remember(self, head: bytes, body: bytes, scope: Any) -> None:
        """Keep one, if what came behind it is the body as it was sent, and can be read without waiting."""
        headers = dict(scope["headers"])
        if (
            len(head) <= LONGEST
            and scope["method"] == "POST"
            and scope["raw_path"] in self.paths
            and not scope["query_string"]
            and scope["http_version"] == "1.1"
            and content_type(headers) == JSON
            and headers.get(b"content-length") == b"%d" % len(body)
            and THEIR_OWN.isdisjoint(headers)
        ):
            if len(self) >= MOST:
                self.clear()
            said = {name: value for name, value in scope.items() if name not in OF_A_CONNECTION}
            self[head] = Head(said, len(body))
