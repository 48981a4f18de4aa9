"""API keys: a file with their names, scopes and hashes. A key itself is shown once, when it is made."""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
import secrets
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from .scopes import SCOPES

logger = logging.getLogger(__name__)

LOOK_AGAIN_SECONDS = 1.0
"""How soon a key that was added or taken away counts."""
NOBODY = "0" * 64
MAKES = f"python -m {__package__}.keys add NAME"


@dataclass(frozen=True)
class Key:
    """What is kept of a key."""

    id: str
    """The key's first part, which is no secret."""
    name: str
    sha256: str
    """Of the whole key. It has 256 random bits, so a slow hash would protect nothing more."""
    scopes: tuple[str, ...]
    expires: str = ""
    """In ISO 8601, without an offset by this machine's clock; empty if never."""

    @property
    def is_over(self) -> bool:
        """Whether it is no longer valid."""
        end = datetime.fromisoformat(self.expires).astimezone() if self.expires else None
        return end is not None and end <= datetime.now().astimezone()


class KeyFile:
    """The keys of a file, which is read again when it changes: nothing has to be started anew."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._keys: dict[str, Key] = {}
        self._seen: tuple[int, int, int] | None = None
        self._look_at = 0.0
        self._look()

    def find(self, given: str) -> Key | None:
        """Return the key that was given, if it is one and still valid."""
        if time.monotonic() >= self._look_at:
            self._look()
        key = self._keys.get(given.partition(".")[0])
        right = hmac.compare_digest(hash_of(given), key.sha256 if key else NOBODY)
        return key if key and right and not key.is_over else None

    def _look(self) -> None:
        self._look_at = time.monotonic() + LOOK_AGAIN_SECONDS
        try:
            found = self.path.stat()
            state = (found.st_mtime_ns, found.st_size, found.st_ino)
            if state != self._seen:
                self._keys = {key.id: key for key in read(self.path)}
                self._seen = state
        except FileNotFoundError:
            self._keys, self._seen = {}, None
            logger.error("There is no file of keys %s, so nobody is let in; `%s` makes one.", self.path, MAKES)
        except OSError as error:
            logger.error("%s cannot be read (%s): the keys before it count.", self.path, error.strerror)
        except ValueError as error:
            logger.error("%s: the keys before it count.", error)


def hash_of(given: str) -> str:
    """Return what is kept in a key's place."""
    return hashlib.sha256(given.encode("utf-8", "surrogatepass")).hexdigest()


def read(path: Path) -> list[Key]:
    """Return the keys of a file.

    Raises:
        OSError: if it cannot be read.
        ValueError: if it is not a file of keys.
    """
    try:
        entries = json.loads(path.read_text(encoding="utf-8"))
        return [key_of(entry) for entry in entries]
    except (TypeError, KeyError, AttributeError, ValueError) as error:
        raise ValueError(f"{path} is not a file of keys: {error}") from None


def key_of(entry: dict[str, Any]) -> Key:
    """Return the key that somebody's entry is, who may have written it by hand."""
    scopes, known = entry["scopes"], entry.keys() - {"scopes"}
    key = Key(**{name: entry[name] for name in known}, scopes=tuple(scopes))
    if not isinstance(scopes, list) or not set(scopes) <= SCOPES.keys():
        raise ValueError(f"scopes is a list of these: {', '.join(SCOPES)}")
    if not all(isinstance(entry[name], str) for name in known):
        raise TypeError("id, name, sha256 and expires are texts")
    if key.expires:
        datetime.fromisoformat(key.expires)
    return key


def write(path: Path, keys: Sequence[Key]) -> None:
    """Write the keys, whole or not at all, for the owner's eyes only."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile("w", dir=path.parent, delete=False, encoding="utf-8") as file:
        json.dump([asdict(key) for key in keys], file, indent=1)
    Path(file.name).replace(path)


def make(name: str, scopes: Sequence[str], days: float = 0) -> tuple[Key, str]:
    """Return what is kept of a new key, and the key."""
    given = f"{secrets.token_hex(4)}.{secrets.token_urlsafe(32)}"
    until = datetime.now().astimezone() + timedelta(days=days)
    expires = until.isoformat(timespec="seconds") if days else ""
    return Key(given.partition(".")[0], name, hash_of(given), tuple(scopes), expires), given
