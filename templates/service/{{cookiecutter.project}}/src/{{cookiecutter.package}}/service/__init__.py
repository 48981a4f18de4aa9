"""The model over HTTP."""

import time
from typing import Any

BEGAN = time.perf_counter()
"""When this process began to make itself ready."""


def __getattr__(name: str) -> Any:
    """Return ``create_app``: not before it is asked for, as the process that only starts others needs no model."""
    if name != "create_app":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from .app import create_app

    return create_app
