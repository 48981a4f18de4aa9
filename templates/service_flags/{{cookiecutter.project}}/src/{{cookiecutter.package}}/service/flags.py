"""Flags: an answer says what of its records the notebook's rows never had, unless that is refused."""

from __future__ import annotations

from typing import Any

from ..schema import REASONS, REQUEST, seen, unusual
from .exchange import Exchange
from .problems import ProblemError
from .service import Service
from .settings import SettingError

ALL = "*"
FIELDS = {field["name"]: field for field in REQUEST.get("fields", ())}


def install(service: Service) -> None:
    """Look at each record before the model does.

    Raises:
        SettingError: if something is to be refused that is no reason.
    """
    if not service.settings.flags:
        return
    refused = reasons(service.settings.flags_refuse)

    def flag(exchange: Exchange, records: list[Any]) -> None:
        exchange.flags = found = unusual(records)
        if found and refused:
            wrong = [error(each) for each in found if each["reason"] in refused]
            if wrong:
                detail = "Some records have what the notebook's rows never had."
                raise ProblemError(422, detail, wrong)

    service.checks.append(flag)


def reasons(text: str) -> frozenset[str]:
    """Return what stands between commas.

    Raises:
        SettingError: if it is no reason.
    """
    given = {name.strip() for name in text.split(",") if name.strip()}
    unknown = sorted(given - REASONS.keys() - {ALL})
    if unknown:
        said = f"FLAGS_REFUSE names {', '.join(map(repr, unknown))}; there are: {', '.join(REASONS)}, {ALL}"
        raise SettingError(said)
    return frozenset(REASONS if ALL in given else given)


def error(flag: dict[str, Any]) -> dict[str, Any]:
    """Return a flag as what is wrong with a record, in words."""
    known = FIELDS.get(flag["field"], REQUEST)
    words = REASONS[flag["reason"]]
    more = seen(known) if flag["field"] is not None else ""
    return {"record": flag["record"], "field": flag["field"], "message": f"{words}. {more}".strip()}
