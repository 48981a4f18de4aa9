"""What of a record may be written down: some fields are left out, of others there is only a hash."""

from __future__ import annotations

import hashlib
import hmac
import json
from dataclasses import dataclass
from typing import Any

from ...schema import REQUEST
from ..settings import SettingError, Settings

ALL = "*"
KNOWN = frozenset(field["name"] for field in REQUEST.get("fields", ()))
SHORTEST_SALT = 16


@dataclass(frozen=True)
class Privacy:
    """Decides field by field. What the schema does not know is never written."""

    left_out: frozenset[str]
    hashed: frozenset[str]
    salt: bytes

    @classmethod
    def of(cls, settings: Settings) -> Privacy:
        """Return what the settings ask for.

        Raises:
            SettingError: if they name fields that there are not, or hash without a salt.
        """
        left_out, hashed = names(settings.log_leave_out), names(settings.log_hash)
        salt = settings.log_salt.get_secret_value()
        problems = [
            f"{setting} names {name!r}, which is no field of a record"
            for setting, given in (("LOG_LEAVE_OUT", left_out), ("LOG_HASH", hashed))
            for name in sorted(given - KNOWN - {ALL})
        ]
        if hashed and len(salt) < SHORTEST_SALT:
            problems.append(f"LOG_HASH needs LOG_SALT, of at least {SHORTEST_SALT} characters")
        if problems:
            raise SettingError("\n".join(problems))
        return cls(left_out, hashed, salt.encode())

    def kept(self, record: Any) -> Any:
        """Return what is written of a record."""
        if ALL in self.left_out:
            return None
        if ALL in self.hashed:
            return self.hash(record)
        if not KNOWN or not isinstance(record, dict):
            return record
        return {
            name: self.hash(value) if name in self.hashed else value
            for name, value in record.items()
            if name in KNOWN and name not in self.left_out
        }

    def hash(self, value: Any) -> str:
        """Return 32 hexadecimal digits, the same for the same value and salt (HMAC with SHA-256)."""
        said = json.dumps(value, sort_keys=True).encode()
        return hmac.new(self.salt, said, hashlib.sha256).hexdigest()[:32]


def names(text: str) -> frozenset[str]:
    """Return what stands between commas."""
    return frozenset(name.strip() for name in text.split(",") if name.strip())
