"""How many more records each caller may be answered: less those that were, and those that are being answered."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from limits import RateLimitItem
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter

from .exchange import Exchange
from .limiting import caller_of, refuse_if


class Budget:
    """Records of each caller within limits."""

    def __init__(self, limits: Sequence[RateLimitItem]) -> None:
        self._limits = limits
        self._spent = FixedWindowRateLimiter(MemoryStorage())
        self._held: dict[Exchange, int] = {}
        self._held_by: Counter[str] = Counter()

    async def guard(self, exchange: Exchange) -> None:
        """Refuse who has nothing left, before anything is read."""
        if exchange.method == "POST":
            self._refuse(caller_of(exchange), 1)

    def hold(self, exchange: Exchange, records: list[Any]) -> None:
        """Keep what the records will cost, so that nobody of that name gets it meanwhile; refuse what is not there."""
        who = caller_of(exchange)
        self._refuse(who, self._held_by[who] + len(records))
        self._held[exchange] = len(records)
        self._held_by[who] += len(records)

    def spend(self, exchange: Exchange) -> None:
        """Count what was answered, and let go of what was kept for it."""
        who = caller_of(exchange)
        self._held_by[who] -= self._held.pop(exchange, 0)
        if not self._held_by[who]:
            del self._held_by[who]
        count = len(exchange.predictions) + exchange.explained
        for item in self._limits if count else ():
            self._spent.hit(item, who, cost=count)

    def _refuse(self, who: str, cost: int) -> None:
        used_up = [item for item in self._limits if not self._spent.test(item, who, cost=cost)]
        refuse_if(self._spent, used_up, who, held=self._held_by[who])
