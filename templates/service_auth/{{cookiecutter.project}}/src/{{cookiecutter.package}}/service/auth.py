"""Who may ask what: by API key or by token. Without either the service only answers its own machine."""

from __future__ import annotations

import ipaddress
import logging
import sys
from collections.abc import Awaitable, Callable
from typing import NamedTuple

from ..files import ROOT
from .exchange import Exchange
from .key_file import KeyFile
from .problems import ProblemError
from .scopes import may, needed_scope
from .service import Service
from .settings import SettingError, Settings
from .tokens import Issuer

audit = logging.getLogger("audit")


class Caller(NamedTuple):
    """Somebody who is known."""

    name: str
    scopes: frozenset[str]


Identify = Callable[[str], Awaitable[Caller | None]]


def install(service: Service) -> None:
    """Ask everybody who they are, as the settings say.

    Raises:
        SettingError: if the service would listen to other machines and nobody has said who may ask it.
    """
    identify = way(service.settings)
    if identify is None:
        return

    async def guard(exchange: Exchange) -> None:
        if is_open(service, exchange):
            return
        given = credential(exchange)
        caller = await identify(given) if given else None
        if caller is None:
            challenge = {"WWW-Authenticate": "Bearer"}
            raise ProblemError(401, "A valid key or token is needed.", headers=challenge)
        exchange.caller = caller.name
        scope = needed_scope(exchange.method, exchange.path)
        if not may(caller.scopes, scope):
            raise ProblemError(403, f"This key is not for that: it lacks the scope {scope}.")

    own = logging.StreamHandler(sys.stdout)
    own.setFormatter(logging.Formatter("%(asctime)s %(name)s %(message)s"))
    audit.setLevel(logging.INFO)

    def watch(exchange: Exchange) -> None:
        if not is_open(service, exchange):
            if not audit.hasHandlers():  # nobody else has said where logs go
                audit.addHandler(own)
            write_down(exchange)

    async def stop() -> None:
        audit.removeHandler(own)

    service.told[401] = "No valid key or token"
    service.told[403] = "A key or token that is not for that"
    service.guards.append(guard)
    service.watchers.append(watch)
    service.on_stop.append(stop)


def is_open(service: Service, exchange: Exchange) -> bool:
    """Say whether nobody is asked who they are."""
    return exchange.path in service.open_paths and exchange.method in ("GET", "HEAD")


def way(settings: Settings) -> Identify | None:
    """Return how callers are told apart, or nothing if anybody may ask."""
    if settings.auth == "keys":
        keys = KeyFile(ROOT / settings.api_keys_file)
        return lambda given: by_key(keys, given)
    if settings.auth == "jwt":
        issuer = Issuer(settings.jwt_issuer, settings.jwt_audience)
        return lambda given: by_token(issuer, given)
    if settings.auth == "" and not is_loopback(settings.host):
        raise SettingError(
            f"HOST={settings.host} is open to other machines, and nothing says who may ask. Set AUTH=keys "
            f"(`python -m {__package__}.keys add NAME` makes a key), AUTH=jwt, or AUTH=none if everybody may."
        )
    return None


def is_loopback(host: str) -> bool:
    """Say whether only this machine can reach the address."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"


async def by_key(keys: KeyFile, given: str) -> Caller | None:
    """Return whose key that is."""
    key = keys.find(given)
    return Caller(key.name, frozenset(key.scopes)) if key else None


async def by_token(issuer: Issuer, given: str) -> Caller | None:
    """Return whose token that is."""
    claims = await issuer.claims(given)
    if claims is None:
        return None
    scopes = claims.get("scope", claims.get("scp", ""))
    words = scopes.split() if isinstance(scopes, str) else map(str, scopes)
    return Caller(str(claims["sub"]), frozenset(words))


def credential(exchange: Exchange) -> str:
    """Return the key or token that was sent, as ``Authorization: Bearer ...`` or ``X-API-Key``."""
    kind, _, value = exchange.headers.get(b"authorization", b"").partition(b" ")
    raw = value if kind.lower() == b"bearer" else exchange.headers.get(b"x-api-key", b"")
    return raw.strip().decode("latin-1")


def write_down(exchange: Exchange) -> None:
    """Say in the log who asked what, when, and what became of it; never what was sent."""
    audit.info(
        "%s %s %s: %d, %d records, request %s",
        exchange.caller or "nobody who is known",
        exchange.method,
        exchange.route or "an unknown path",
        exchange.status,
        len(exchange.predictions),
        exchange.id,
    )
