"""How much each caller may ask: requests, and records. Each worker counts for itself."""

from __future__ import annotations

import math
import time
from collections.abc import Iterable, Sequence

from limits import RateLimitItem, parse_many
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter, RateLimiter, SlidingWindowCounterRateLimiter

from .exchange import Exchange
from .problems import ProblemError
from .service import Service


def install(service: Service) -> None:
    """Hold callers to the settings' limits.

    Raises:
        ValueError: if a limit cannot be read.
    """
    if not service.settings.rate_limit and not service.settings.record_budget:
        return
    requests = limits_of(service.settings.rate_limit, "RATE_LIMIT")
    records = limits_of(service.settings.record_budget, "RECORD_BUDGET")
    if requests:
        rate = SlidingWindowCounterRateLimiter(MemoryStorage())

        async def guard_rate(exchange: Exchange) -> None:
            if exchange.method == "POST":
                who = caller_of(exchange)
                refuse_if(rate, [item for item in requests if not rate.hit(item, who)], who)

        service.guards.append(guard_rate)
    if records:
        budget = FixedWindowRateLimiter(MemoryStorage())

        async def guard_budget(exchange: Exchange) -> None:
            if exchange.method == "POST":
                who = caller_of(exchange)
                refuse_if(budget, [item for item in records if not budget.test(item, who)], who)

        def spend(exchange: Exchange) -> None:
            count = len(exchange.predictions)
            if count:
                for item in records:
                    budget.hit(item, caller_of(exchange), cost=count)

        service.guards.append(guard_budget)
        service.watchers.append(spend)


def limits_of(text: str, name: str) -> Sequence[RateLimitItem]:
    """Return the limits that a setting asks for."""
    if not text.strip():
        return ()  # the limit is off
    try:
        return parse_many(text)
    except ValueError:
        raise ValueError(
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
