"""How much each caller may ask, requests and records, and how exactly it is told. Each worker counts for itself."""

from __future__ import annotations

from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter

from .budget import Budget
from .exchange import Exchange
from .limiting import all_limits, caller_of, refuse_if
from .rounding import rounded
from .service import Service


def install(service: Service) -> None:
    """Hold callers to the settings' limits.

    Raises:
        SettingError: if limits cannot be read; it says which.
    """
    settings = service.settings
    digits = settings.answer_digits
    if digits:
        service.finish.append(lambda predictions: rounded(predictions, digits))
        service.card["answer_digits"] = digits
    if not settings.rate_limit and not settings.record_budget:
        return
    requests, records = all_limits(
        RATE_LIMIT=settings.rate_limit, RECORD_BUDGET=settings.record_budget
    )
    service.told[429] = "As much as is allowed for now; `Retry-After` says when to come again"
    if requests:
        rate = SlidingWindowCounterRateLimiter(MemoryStorage())

        async def guard_rate(exchange: Exchange) -> None:
            if exchange.method == "POST":
                who = caller_of(exchange)
                refuse_if(rate, [item for item in requests if not rate.hit(item, who)], who)

        service.guards.append(guard_rate)
    if records:
        budget = Budget(records)
        service.guards.append(budget.guard)
        service.checks.append(budget.hold)
        service.watchers.append(budget.spend)
