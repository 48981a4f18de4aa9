"""A limit in words to what counts, and to the refusal of those who are beyond it."""

from __future__ import annotations

import math
import time
from collections.abc import Iterable, Sequence

from limits import RateLimitItem, parse_many
from limits.strategies import RateLimiter

from .exchange import Exchange
from .problems import ProblemError
from .settings import SettingError


def limits_of(text: str, name: str) -> Sequence[RateLimitItem]:
    """Return the limits that a setting asks for."""
    if not text.strip():
        return ()  # the limit is off
    try:
        return parse_many(text)
    except ValueError:
        raise SettingError(
            f"{name} is no limit: {text!r}; write it as 20/second; 1000/hour"
        ) from None


def caller_of(exchange: Exchange) -> str:
    """Return the caller's name where it is known, else the address."""
    address = exchange.scope.get("client") or ("",)
    return exchange.caller or str(address[0])


def refuse_if(limiter: RateLimiter, used_up: Iterable[RateLimitItem], who: str) -> None:
    """Raise if a limit is used up; say after how many seconds it makes sense to ask again."""
    ends = [limiter.get_window_stats(item, who).reset_time for item in used_up]
    if ends:
        seconds = max(1, math.ceil(max(ends) - time.time()))
        again = {"Retry-After": str(seconds)}
        raise ProblemError(
            429, "This caller has asked as much as is allowed for now.", headers=again
        )
