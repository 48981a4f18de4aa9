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


def all_limits(**texts: str) -> list[Sequence[RateLimitItem]]:
    """Return the limits that each of the settings asks for.

    Raises:
        SettingError: if some cannot be read; it says all that are wrong.
    """
    found, wrong = [], []
    for name, text in texts.items():
        try:
            found.append(limits_of(text, name))
        except SettingError as error:
            wrong.append(str(error))
    if wrong:
        raise SettingError("\n".join(wrong))
    return found


def caller_of(exchange: Exchange) -> str:
    """Return the caller's name where it is known, else the address."""
    address = exchange.scope.get("client") or ("",)
    return exchange.caller or str(address[0])


def refuse_if(
    limiter: RateLimiter, used_up: Iterable[RateLimitItem], who: str, held: int | None = None
) -> None:
    """Raise if a limit is used up, or has less left than is asked for; say after how many seconds it makes sense to ask
    again, and of a budget of which some is ``held`` for requests that are not answered yet, what is left."""
    stats = [limiter.get_window_stats(item, who) for item in used_up]
    if stats:
        seconds = max(1, math.ceil(max(each.reset_time for each in stats) - time.time()))
        left = min(each.remaining for each in stats)
        detail = "This caller has asked as much as is allowed for now."
        if held is not None and left > held:
            detail = f"This caller may be answered {left - held} more records for now."
        raise ProblemError(429, detail, headers={"Retry-After": str(seconds)})
