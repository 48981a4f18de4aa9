"""A space goes in; the rows of a grid, or random ones, come out: the same for the same seed."""

from __future__ import annotations

import itertools
import math
from random import Random
from typing import Any

from nb2prod.errors import Problem, UsageError
from nb2prod.sweeps.model import Choices, Domain, Floats, Integers, Row, Space, count_of, value_at
from nb2prod.sweeps.rows import key_of

MOST_RUNS = 100_000
"""Runs of one sweep; more would take months, and are a slip."""


def grid(space: Space) -> list[Row]:
    """Return every combination, the last name varying fastest.

    Raises ``UsageError`` for each name of which there is no end of values, and where there are too many combinations.
    """
    endless = [name for name, domain in space.domains.items() if isinstance(domain, Floats) or _is_log(domain)]
    if endless:
        remedy = "list the values, give a step, or draw from the range with --random N"
        raise UsageError(Problem("a grid needs values that can be counted", f"-g {name}", remedy) for name in endless)
    size = space.size or 0
    if size > MOST_RUNS:
        raise UsageError(_too_many(size))
    values = [_all(domain) for domain in space.domains.values()]
    return [dict(zip(space.names, each, strict=True)) for each in itertools.product(*values)]


def random_rows(space: Space, number: int, seed: int) -> list[Row]:
    """Return ``number`` rows drawn at random, no two of them alike; fewer where there are not so many.

    Only ``Random.random`` is used, whose numbers are the same on every version of Python.
    """
    if number > MOST_RUNS:
        raise UsageError(_too_many(number))
    random = Random(seed)
    even = not any(_is_log(domain) for domain in space.domains.values())
    if space.size is not None and space.size <= (2 * number if even else number):
        rows = _every(space)
        for place in range(len(rows) - 1):  # Fisher and Yates
            other = place + int(random.random() * (len(rows) - place))
            rows[place], rows[other] = rows[other], rows[place]
        return rows[:number]
    found: dict[tuple[str, ...], Row] = {}
    while len(found) < number:
        row = {name: draw(domain, random) for name, domain in space.domains.items()}
        found.setdefault(key_of(row, space.names), row)
    return list(found.values())


def draw(domain: Domain, random: Random) -> Any:
    """Return one value of a domain."""
    if isinstance(domain, Floats):
        if not domain.log:
            return min(domain.high, domain.low + random.random() * (domain.high - domain.low))
        return min(
            domain.high, max(domain.low, math.exp(_between(math.log(domain.low), math.log(domain.high), random)))
        )
    if isinstance(domain, Integers) and domain.log:
        # each whole number has the half on either side of it, as in Optuna
        whole = round(math.exp(_between(math.log(domain.low - 0.5), math.log(domain.high + 0.5), random)))
        return min(domain.high, max(domain.low, whole))
    return value_at(domain, int(random.random() * (count_of(domain) or 0)))


def _between(low: float, high: float, random: Random) -> float:
    return low + random.random() * (high - low)


def _is_log(domain: Domain) -> bool:
    return isinstance(domain, Integers) and domain.log


def _all(domain: Domain) -> tuple[Any, ...] | range:
    if isinstance(domain, Choices):
        return domain.values
    assert isinstance(domain, Integers)
    return range(domain.low, domain.high + 1)


def _every(space: Space) -> list[Row]:
    values = [_all(domain) for domain in space.domains.values()]
    return [dict(zip(space.names, each, strict=True)) for each in itertools.product(*values)]


def _too_many(number: int) -> Problem:
    return Problem(
        f"that would be {number:,} runs; a sweep has at most {MOST_RUNS:,}",
        "-g",
        "vary fewer values, or draw some of them with --random N",
    )
