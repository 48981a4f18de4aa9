"""The texts of a column to the kinds of numbers of people that it holds, told from identifiers that look the same.

One in ten numbers has the right check digit by chance: a column counts where clearly more are right.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence

from nb2prod.rules.personal import Shaped, find_shaped

FEWEST = 3
"""Numbers that have to be right where all of a column's values are bare digits."""
SURPRISE = 0.1
"""Chance, divided by the count of numbers that look alike, below which that many right ones are no chance: a single one
counts, and a long column of identifiers practically never does."""
AROUND = 60
"""Characters before and behind a number without a check digit in which a text has to say what it is."""
_SAID = re.compile(
    r"(?i:(?<![a-z])(?:ssn|nino)s?(?![a-z])|social[ _-]?(?:sec|ins)|soc[ _-]?sec|tax[ _-]?payer"
    r"|nat(?:ional)?[ _-]?(?:ins|id(?![a-z])))|(?<=[a-z])S(?:SN|sn)(?![a-z])"
)
"""How people call the numbers of the United States and of the United Kingdom, which have no check digit."""


def kinds_in_column(name: str, values: Sequence[str]) -> list[str]:
    """Return the kinds of numbers of people that stand in a column, sorted; each number counts once."""
    alike: dict[str, dict[str, Shaped]] = {}
    is_said = _SAID.search(name) is not None
    for value in values:
        for each in find_shaped(value):
            if each.chance < 1 or is_said or _is_said_around(value, each):
                alike.setdefault(each.form, {}).setdefault(each.number, each)
    fewest = FEWEST if all(each.isdigit() for each in values) else 1
    return sorted({kind for numbers in alike.values() for kind in _told(list(numbers.values()), fewest)})


def _told(numbers: Sequence[Shaped], fewest: int) -> Iterable[str]:
    right = sum(each.is_right for each in numbers)
    first = numbers[0]
    if right >= fewest and (first.chance == 1 or _is_no_chance(right, len(numbers), first.chance)):
        yield first.kind


def _is_said_around(text: str, each: Shaped) -> bool:
    return _SAID.search(text[max(0, each.start - AROUND) : each.end + AROUND]) is not None


def _is_no_chance(right: int, count: int, chance: float) -> bool:
    """Say whether so many right ones, or more, are rarer than ``SURPRISE`` over the count (binomial distribution)."""
    if right <= count * chance:
        return False
    log = math.lgamma(count + 1) - math.lgamma(right + 1) - math.lgamma(count - right + 1)
    term = math.exp(log + right * math.log(chance) + (count - right) * math.log1p(-chance))
    total = 0.0
    for each in range(right, count + 1):
        total += term
        if term < total * 1e-9:
            break
        term *= (count - each) / (each + 1) * chance / (1 - chance)
    return total <= SURPRISE / count * (1 + 1e-9)
