"""What a key may be for. Whatever is not named here needs a key, too."""

from __future__ import annotations

OPEN = ("/healthz", "/livez", "/readyz")
"""For whatever watches the process; they tell nothing about anybody."""
SCOPES = {
    "predict": "ask the model",
    "feedback": "tell it the truth",
    "metrics": "read numbers",
    "read": "read all else",
}


def needed_scope(method: str, path: str) -> str | None:
    """Return what a caller must be allowed to do, or nothing if anybody may ask for that path."""
    if path in OPEN and method in ("GET", "HEAD"):
        return None
    if path == "/metrics":
        return "metrics"
    if path == "/feedback":
        return "feedback"
    return "read" if method in ("GET", "HEAD", "OPTIONS") else "predict"
