"""Records that the schema allows go in; what of them the notebook's rows never had comes out, by plain numbers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from operator import itemgetter, mul
from typing import Any, NamedTuple

from .contract import REQUEST, USUAL

UNKNOWN_CATEGORY = "unknown_category"
OUT_OF_RANGE = "out_of_range"
ODD_LENGTH = "odd_length"
UNUSUAL_COMBINATION = "unusual_combination"
REASONS = {
    UNKNOWN_CATEGORY: "the notebook's rows never had this value",
    OUT_OF_RANGE: "is beyond what the notebook's rows had",
    ODD_LENGTH: "is much shorter or longer than the notebook's rows had it",
    UNUSUAL_COMBINATION: "numbers that the notebook's rows did not have together",
}
"""Why something is unusual, in words."""
MANY = 8
"""Records from which on whole columns are looked at first, most of which are usual throughout."""

Usual = Callable[[Any], bool]


class Look(NamedTuple):
    """What is looked at in each record."""

    field: str | None
    value: Callable[[Any], Any]
    usual: Usual
    all_usual: Usual
    """The same for a list of values at once."""
    reason: str


def unusual(records: list[Any]) -> list[dict[str, Any]]:
    """Return ``{"record": 0, "field": "age", "reason": "out_of_range"}`` for whatever is unusual, never the value.

    The field is None where a record has none, and for a combination of several.
    """
    looks: Sequence[Look] = LOOKS
    if len(records) >= MANY:
        looks = [look for look in LOOKS if not look.all_usual([look.value(each) for each in records])]
    found: list[dict[str, Any]] = []
    for place, record in enumerate(records):
        alone = True
        for field, value, usual, _, reason in looks:
            if not usual(value(record)):
                alone = False
                found.append({"record": place, "field": field, "reason": reason})
        if alone and is_far(record):  # else it is known by itself
            found.append({"record": place, "field": None, "reason": UNUSUAL_COMBINATION})
    return found


def looks() -> list[Look]:
    """Return what ``schema.json`` states."""
    if "fields" not in REQUEST:
        said = USUAL.get("fields", {}).get("")
        return [Look(None, itself, *check(said, REQUEST))] if said else []
    fields = {field["name"]: field for field in REQUEST["fields"]}
    return [
        Look(name, itemgetter(name), *check(said, fields[name]))
        for name, said in USUAL.get("fields", {}).items()
    ]


def itself(record: Any) -> Any:
    """Return the only value of a record."""
    return record


def check(said: dict[str, Any], field: dict[str, Any]) -> tuple[Usual, Usual, str]:
    """Return what says of a value, and of a list of them, that it is usual, and the reason where it is not."""
    if "known" in said:
        known = frozenset([*field["categories"], None])
        return known.__contains__, known.issuperset, UNKNOWN_CATEGORY
    if "longest" in said:
        return *between(said["shortest"], said["longest"], len), ODD_LENGTH
    return *between(said["low"], said["high"], None), OUT_OF_RANGE


def between(low: float, high: float, measure: Callable[[Any], float] | None) -> tuple[Usual, Usual]:
    """Return the checks of numbers; lists of lists of them count by each number in them, and null is no number."""

    def usual(value: Any) -> bool:
        if value is None:
            return True
        if type(value) is list:
            return all_usual(value)
        return low <= (value if measure is None else measure(value)) <= high

    def all_usual(values: list[Any]) -> bool:
        there = [value for value in values if value is not None]
        if not there:
            return True
        if type(there[0]) is list:
            return all(map(all_usual, there))
        numbers = there if measure is None else list(map(measure, there))
        return bool(low <= min(numbers) and max(numbers) <= high)

    return usual, all_usual


def far(together: dict[str, Any]) -> Usual:
    """Return what says whether numbers that usually go together are further from the mean than ``limit``, by the
    square of Mahalanobis' distance."""
    numbers = itemgetter(*together["fields"])
    mean, rows, limit = together["mean"], [tuple(row) for row in together["rows"]], together["limit"]

    def is_far(record: Any) -> bool:
        values = numbers(record)
        if None in values:
            return False
        away = [value - middle for value, middle in zip(values, mean, strict=True)]
        distance = 0.0
        for row in rows:
            along = sum(map(mul, row, away))
            distance += along * along
        return distance > limit

    return is_far


LOOKS = looks()
is_far = far(USUAL["together"]) if "together" in USUAL else lambda record: False
