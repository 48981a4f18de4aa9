"""A body in, records out that the schema allows: quickly where nothing is wrong, else by what knows the words for it."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import msgspec

from ..schema import RECORD, check
from .parsing import parse, records_of
from .problems import ProblemError
from .settings import Settings

Body = msgspec.defstruct("Body", [("records", list[RECORD or Any])], forbid_unknown_fields=True)
decode = msgspec.json.Decoder(Body).decode


def good_records(raw: bytes, settings: Settings) -> list[Any]:
    """Return the records of ``{"records": [...]}``.

    Raises:
        ProblemError: 400 if it is not JSON, 422 with every problem of every record if it is not what
            the schema asks for.
    """
    records = quickly(raw)
    if records is None or not 1 <= len(records) <= settings.max_records:
        return checked(raw, settings)
    return records


def checked(raw: bytes, settings: Settings) -> list[Any]:
    """Return the records as ``good_records`` does, in the way that finds out what is wrong."""
    records = records_of(parse(raw, settings.max_nesting), settings.max_records)
    refuse_wrong(records)
    return records


def refuse_wrong(records: list[Any]) -> None:
    """Raise with every problem of every record, if there is one."""
    problems = [asdict(problem) for problem in check(records)]
    if problems:
        raise ProblemError(422, "Some records are not what the schema asks for.", problems)


def quickly(raw: bytes) -> list[Any] | None:
    """Return the records if it is certain that ``checked`` would return the same, else None."""
    if RECORD is None:
        return None
    try:
        records: list[Any] = decode(raw).records
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return None
    return records if every_key_is_there(raw, records) else None


def every_key_is_there(raw: bytes, records: list[Any]) -> bool:
    """Say whether no key was left out, as of a key that comes twice, or that the schema does not know.

    Each key that was written has a colon behind it, so that there are never fewer colons than keys.
    """
    written = raw.count(b":")
    if written == 1 + sum(len(record) for record in records if type(record) is dict):
        return True
    return b"\\u003" not in raw and written == 1 + sum(map(colons, records))


def colons(value: Any) -> int:
    """Return how many colons a JSON value is written with: those of its keys, and those in its texts."""
    if isinstance(value, dict):
        return sum(1 + name.count(":") + colons(inner) for name, inner in value.items())
    if isinstance(value, list):
        return sum(map(colons, value))
    return value.count(":") if isinstance(value, str) else 0
