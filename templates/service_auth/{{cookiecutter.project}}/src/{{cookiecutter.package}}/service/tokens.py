"""Tokens of an OpenID Connect issuer (JWT): its keys are fetched once and kept."""

from __future__ import annotations

import json
import logging
import time
from collections import OrderedDict
from collections.abc import Callable
from functools import partial
from typing import Any
from urllib.parse import urlsplit
from urllib.request import urlopen

from anyio import CapacityLimiter
from anyio.to_thread import run_sync

from .problems import busy
from .settings import SettingError

logger = logging.getLogger(__name__)

ALGORITHMS = (
    "RS256",
    "RS384",
    "RS512",
    "PS256",
    "PS384",
    "PS512",
    "ES256",
    "ES384",
    "ES512",
    "EdDSA",
)
"""Only those with a public key: a secret that is shared with the issuer is not asked for, `none` is nothing."""
LEEWAY_SECONDS = 30
KEPT_TOKENS = 10_000
"""Tokens found valid are not looked at again until they end."""
FETCH_SECONDS = 5
AGAIN_SECONDS = 5.0
"""How long an issuer that could not be reached is left alone: each try holds up whoever comes with a new token."""


class Away(Exception):
    """The issuer's keys cannot be had, so nobody can say whether a token is valid."""


class Issuer:
    """Somebody whose tokens are believed."""

    def __init__(self, url: str, audience: str) -> None:
        try:
            import jwt
        except ImportError:
            raise SettingError("AUTH=jwt needs more to be installed: pip install -e '.[jwt]'") from None
        if not url or not audience:
            raise SettingError("AUTH=jwt needs JWT_ISSUER and JWT_AUDIENCE.")
        place = urlsplit(url)
        if place.scheme != "https" and place.hostname not in ("127.0.0.1", "localhost", "::1"):
            raise SettingError(
                "JWT_ISSUER must begin with https://: else anybody on the way could be the issuer."
            )
        self._jwt = jwt
        self._url = url
        self._audience = audience
        self._keys: Any = None
        self._away_until = 0.0
        self._valid: OrderedDict[str, dict[str, Any]] = OrderedDict()
        self._one_at_a_time = CapacityLimiter(1)

    async def claims(self, token: str) -> dict[str, Any] | None:
        """Return what a valid token says, or nothing. The service's loop never waits for the issuer.

        Raises:
            ProblemError: 503 if the issuer cannot be reached, and none of its keys that are kept is the token's.
        """
        known = self._valid.get(token)
        if known is not None and known["exp"] > time.time():
            return known
        self._valid.pop(token, None)
        if token.count(".") != 2:
            return None
        try:
            claims = await run_sync(self._check, token, limiter=self._one_at_a_time)
        except Away:
            raise busy("Whoever issues tokens cannot be reached.") from None
        if claims is not None:
            self._valid[token] = claims
            if len(self._valid) > KEPT_TOKENS:
                self._valid.popitem(last=False)
        return claims

    def _check(self, token: str) -> dict[str, Any] | None:
        try:
            key = self._key_set().get_signing_key_from_jwt(token)
            claims: dict[str, Any] = self._jwt.decode(
                token,
                key.key,
                algorithms=list(ALGORITHMS),
                audience=self._audience,
                issuer=self._url,
                leeway=LEEWAY_SECONDS,
                options={"require": ["exp", "iss", "aud", "sub"]},
            )
            return claims
        except self._jwt.PyJWTError as error:
            logger.info("A token is not valid: %s.", type(error).__name__)
        except ValueError as error:
            logger.info("A token is not valid: %s.", type(error).__name__)
        return None

    def _key_set(self) -> Any:
        """Return what fetches the issuer's keys, and keeps them."""
        if self._keys is None:
            keys = self._jwt.PyJWKClient(self._fetched(self._place), cache_keys=True, timeout=FETCH_SECONDS)
            keys.fetch_data = partial(self._fetched, keys.fetch_data)
            self._keys = keys
        return self._keys

    def _place(self) -> str:
        """Return the address of the issuer's keys, as the issuer says it."""
        place = self._url.rstrip("/") + "/.well-known/openid-configuration"
        with urlopen(place, timeout=FETCH_SECONDS) as answer:  # noqa: S310  # https, or this machine
            return str(json.load(answer)["jwks_uri"])

    def _fetched(self, fetch: Callable[[], Any]) -> Any:
        """Return what is fetched.

        Raises:
            Away: if that is not possible, or was not a moment ago.
        """
        if time.monotonic() < self._away_until:
            raise Away
        try:
            return fetch()
        except (OSError, ValueError, TypeError, KeyError, self._jwt.PyJWTError) as error:
            self._away_until = time.monotonic() + AGAIN_SECONDS
            logger.error("The issuer's keys cannot be had: %s.", type(error).__name__)
            raise Away from None
