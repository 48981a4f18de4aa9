"""What a key may be for."""

from __future__ import annotations

SCOPES = {
    "predict": "ask the model",
    "feedback": "tell it the truth",
    "metrics": "read numbers",
    "read": "read all else",
}


def needed_scope(method: str, path: str) -> str:
    """Return what a caller must be allowed to do."""
    if path == "/metrics":
        return "metrics"
    if path == "/feedback":
        return "feedback"
    return "read" if method in ("GET", "HEAD", "OPTIONS") else "predict"


def may(scopes: frozenset[str], needed: str) -> bool:
    """Say whether scopes are enough: who may ask the model may also read how it is asked."""
    return needed in scopes or (needed == "read" and "predict" in scopes)
