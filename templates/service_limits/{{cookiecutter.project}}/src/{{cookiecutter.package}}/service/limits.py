"""How much each caller may ask, requests and records, and how exactly it is told. Each worker counts for itself."""

from __future__ import annotations

from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter, SlidingWindowCounterRateLimiter

from .exchange import Exchange
from .limiting import caller_of, limits_of, refuse_if
from .rounding import rounded
from .service import Service


def install(service: Service) -> None:
    """Hold callers to the settings' limits.

    Raises:
        SettingError: if a limit cannot be read.
    """
    digits = service.settings.answer_digits
    if digits:
        service.finish.append(lambda predictions: rounded(predictions, digits))
        service.card["answer_digits"] = digits
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
            count = len(exchange.predictions) + exchange.explained
            if count:
                for item in records:
                    budget.hit(item, caller_of(exchange), cost=count)

        service.guards.append(guard_budget)
        service.watchers.append(spend)
