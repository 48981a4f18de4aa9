"""Signatures of what the artifacts' records say, and so of the files whose sha256 they hold: HMAC by a secret key."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any

from pydantic import SecretStr

from ..files import Environment

SHORTEST_KEY = 32
"""Characters; `openssl rand -hex 32` makes 64."""
FIELD = "signature"


class WeakKey(ValueError):
    """The key is so short that it could be guessed."""


class Key(Environment):
    """The key."""

    artifacts_key: SecretStr | None = None


def signed(said: Mapping[str, Any]) -> dict[str, Any]:
    """Return JSON data with its signature; without one if there is no key."""
    plain = {name: value for name, value in said.items() if name != FIELD}
    key = key_or_none()
    return plain if key is None else {**plain, FIELD: made(plain, key)}


def holds(said: Mapping[str, Any]) -> bool:
    """Say whether the data is what was signed; whatever it says if there is no key."""
    key = key_or_none()
    if key is None:
        return True
    plain = {name: value for name, value in said.items() if name != FIELD}
    return hmac.compare_digest(made(plain, key).encode(), str(said.get(FIELD, "")).encode())


def made(plain: Mapping[str, Any], key: bytes) -> str:
    """Return the signature of data, however it is laid out."""
    text = json.dumps(plain, sort_keys=True, separators=(",", ":"))
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


def key_or_none() -> bytes | None:
    """Return the key, if there is to be one.

    Raises:
        WeakKey: if it is too short.
    """
    key = Key().artifacts_key
    if key is None:
        return None
    if len(key.get_secret_value()) < SHORTEST_KEY:
        raise WeakKey(f"ARTIFACTS_KEY must have at least {SHORTEST_KEY} characters.")
    return key.get_secret_value().encode()
