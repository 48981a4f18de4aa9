"""Records drawn from the request schema and the notebook's own rows: seeded, each one other and fit for the schema."""

from __future__ import annotations

import json
import math
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from ..schema import check
from ..schema.scalars import FLOAT_LIMITS, integer_limits, number_type

Field = Mapping[str, Any]

MOSTLY_SEEN = 0.6
"""Share of records whose fields are all as in some row of the notebook."""
ONE_ODD = 0.85
"""Up to this share one field is drawn beyond that; in the rest each one may be."""
NULLS = 0.15
TRIES = 10
"""How many are drawn at most for each one that is wanted: few values have few combinations."""
LONG = 3000
UNSEEN = ("", " ", "never seen before", "Zürich – 東京 🚲", "İ", "ß", "a\tb\nc", "'", '"', "\\", "\0", "nan", "None")
NUMBERS = ("0", "-1", "12", " 12 ", "1e3", "1,000", "1_000", "0x10", "+5", ".5", "5.", "inf", "-inf", "NaN", "1e400", "")
"""Texts that may be taken for numbers, where the notebook's are numbers."""


def drawn(
    request: Mapping[str, Any], captured: Sequence[Any], count: int, seed: int = 0
) -> Iterator[Any]:
    """Yield up to ``count`` different records; fewer where the schema allows fewer.

    Most are rows of the notebook whose fields were mixed, so that what is likely is looked at most; the others have
    values that were never seen: gaps, ends of ranges and beyond, other categories and texts.
    """
    chance = random.Random(seed)
    field = as_field(request)
    columns = {
        inner["name"]: [row[inner["name"]] for row in captured if inner["name"] in row]
        for inner in field.get("fields", ())
    }
    found: set[int] = set()
    for tried in range(TRIES * count):
        # where what is likely is exhausted, what is not is left
        exhausted = tried > 100 + 1.5 * len(found)
        how = chance.uniform(MOSTLY_SEEN if exhausted else 0.0, 1.0)
        is_row = field["type"] == "object"
        record = row(field, columns, chance, how) if is_row else one(field, captured, chance, how)
        known = hash(json.dumps(record, sort_keys=True))
        if known in found or check([record]):
            continue
        found.add(known)
        yield record
        if len(found) == count:
            return


def as_field(request: Mapping[str, Any]) -> Field:
    """Return what a record is, as if it were a field."""
    kinds = {"table": "object", "record": "object", "array": "array", "text": "string"}
    element = {key: request[key] for key in ("type", "dtype", "nullable") if key in request}
    kind = str(request["kind"])
    return {**request, "type": kinds.get(kind, request.get("type")), "element": element}


def one(field: Field, captured: Sequence[Any], chance: random.Random, how: float) -> Any:
    """Return a record that is no row of a table; the nearer ``how`` is to 1, the odder."""
    usual = how < MOSTLY_SEEN and len(captured) > 0
    return mixed(field, captured, chance) if usual else value(field, captured, chance)


def row(
    field: Field, columns: Mapping[str, Sequence[Any]], chance: random.Random, how: float
) -> dict[str, Any]:
    """Return a record with a value for each field; the nearer ``how`` is to 1, the odder."""
    names = list(columns)
    odds = set(names) if how >= ONE_ODD else {chance.choice(names)} if how >= MOSTLY_SEEN else set()
    record = {}
    for inner in field["fields"]:
        seen = columns[inner["name"]]
        is_odd = inner["name"] in odds and (how < ONE_ODD or chance.random() < 0.5)
        record[inner["name"]] = value(inner, seen, chance) if is_odd or not seen else chance.choice(seen)
    return record


def mixed(field: Field, seen: Sequence[Any], chance: random.Random) -> Any:
    """Return what was made of several seen values: lists place by place, texts word by word."""
    first, second = chance.choice(seen), chance.choice(seen)
    if field["type"] == "array":
        return places(first, second, chance)
    if field["type"] == "string" and isinstance(first, str) and isinstance(second, str):
        return spliced(first, second, chance)
    return first


def places(first: Any, second: Any, chance: random.Random) -> Any:
    """Return a list with each place taken from either; from the first where they are of different lengths."""
    if isinstance(first, list) and isinstance(second, list) and len(first) == len(second):
        return [places(*both, chance) for both in zip(first, second, strict=True)]
    return chance.choice((first, second)) if not isinstance(first, list) else first


def spliced(first: str, second: str, chance: random.Random) -> str:
    """Return the beginning of one text and the end of another."""
    begin, end = first.split(" "), second.split(" ")
    return " ".join(begin[: chance.randint(0, len(begin))] + end[chance.randint(0, len(end)) :])


def value(field: Field, seen: Sequence[Any], chance: random.Random) -> Any:
    """Return a value of a field, or none where it may be missing."""
    if field.get("nullable") and chance.random() < NULLS:
        return None
    return odd(field, [item for item in seen if item is not None], chance)


def odd(field: Field, seen: Sequence[Any], chance: random.Random) -> Any:
    """Return a value that need not have been seen."""
    if field.get("fixed"):
        return chance.choice(field["categories"])
    return DRAWING[field["type"]](field, seen, chance)


def integer(field: Field, seen: Sequence[Any], chance: random.Random) -> Any:
    """Return an integer within what was seen, at its ends, or beyond; at times as JSON's 3.0."""
    low, high = ends(field, seen)
    span = max(high - low, 1)
    least, most = integer_limits(str(field.get("dtype", "int64")))
    picked = chance.choice(
        (low, high, low - 1, high + 1, 0, -1, 1, low - span, high + 3 * span, chance.uniform(low, high))
    )
    whole = min(max(int(picked), least), most)
    return float(whole) if chance.random() < 0.05 and abs(whole) < 2**53 else whole


def number(field: Field, seen: Sequence[Any], chance: random.Random) -> Any:
    """Return a number within what was seen, at its ends, or beyond; at times as JSON's 3."""
    low, high = ends(field, seen)
    span = max(high - low, 1e-3)
    beyond = (low - span, high + span, high + 100 * span, -high, 0.0, -0.0, 1.0, 1e-12, 1e9)
    beside = (math.nextafter(low, -math.inf), math.nextafter(high, math.inf), low, high)
    inside = chance.random() < 0.5
    picked = chance.uniform(low, high) if inside else chance.choice((*beyond, *beside))
    limit = FLOAT_LIMITS.get(str(field.get("dtype", "")).lower().removeprefix("torch."), math.inf)
    picked = min(max(picked, -limit), limit)
    return round(picked) if chance.random() < 0.1 and abs(picked) < 2**53 else picked


def ends(field: Field, seen: Sequence[Any]) -> tuple[float, float]:
    """Return the least and the most that was seen."""
    numbers = [item for item in seen if isinstance(item, int | float)]
    low, high = field.get("minimum"), field.get("maximum")
    low = min(numbers, default=0) if low is None else low
    high = max(numbers, default=1) if high is None else high
    return low, high


def boolean(field: Field, seen: Sequence[Any], chance: random.Random) -> bool:
    """Return true or false."""
    return chance.random() < 0.5


def string(field: Field, seen: Sequence[Any], chance: random.Random) -> str:
    """Return a text: known, known in another spelling, in pieces, or never seen, empty and very long ones too."""
    known = [item for item in (*field.get("categories", ()), *seen) if isinstance(item, str)]
    some = chance.choice(known) if known else "some text"
    other = chance.choice(known) if known else "or other"
    choices: tuple[Callable[[], str], ...] = (
        lambda: some,
        lambda: chance.choice((some.upper(), some.lower(), some.title(), f" {some}", f"{some} ", some[:-1])),
        lambda: spliced(some, other, chance),
        lambda: some + other,
        lambda: chance.choice(NUMBERS if is_number(some) else UNSEEN),
        lambda: str(chance.randint(-100, 100_000) / 100) if is_number(some) else chance.choice(UNSEEN),
        lambda: (f"{some} {other} " * LONG)[: LONG if chance.random() < 0.1 else 200],
    )
    return chance.choice(choices)()


def is_number(text: str) -> bool:
    """Say whether a text can be read as a number."""
    try:
        float(text)
    except ValueError:
        return False
    return True


def moment(field: Field, seen: Sequence[Any], chance: random.Random) -> Any:
    """Return a date and time near the seen ones, or in another year; written as the seen ones are."""
    known = chance.choice([item for item in seen if isinstance(item, str)] or ["2024-02-29T12:30:00"])
    steps = (timedelta(days=1), timedelta(hours=7, minutes=31), timedelta(days=366), timedelta(days=3653))
    try:
        moved = datetime.fromisoformat(known) + chance.choice(steps) * chance.randint(-4, 4)
    except (ValueError, OverflowError):
        return known
    if chance.random() < 0.2:
        moved = moved.replace(month=chance.choice((1, 12)), day=chance.choice((1, 28, 31)))
    if len(known) <= len("2024-02-29"):
        return moved.date().isoformat()
    aware = "," in str(field.get("dtype", "")) and moved.tzinfo is None
    return f"{moved.isoformat()}+00:00" if aware else moved.isoformat()


def array(field: Field, seen: Sequence[Any], chance: random.Random) -> Any:
    """Return nested lists of the field's shape; a length that varies is one of the seen or a short one."""
    element = field.get("element") or {"type": number_type(field), "dtype": field.get("dtype")}
    known = chance.choice(seen) if seen else None
    numbers = list(leaves(known))[:1000]
    as_known = lengths(known) if chance.random() < 0.8 else []

    def nested(shape: Sequence[int], like: Any) -> Any:
        if not shape:
            return value(element, numbers, chance) if like is None or chance.random() < 0.3 else like
        inner = [like[n] if isinstance(like, list) and n < len(like) else None for n in range(shape[0])]
        return [nested(shape[1:], item) for item in inner]

    wanted = field.get("shape", [-1])
    known_or_short = (*as_known, *(chance.randint(1, 9) for _ in wanted))
    return nested([n if n >= 0 else known_or_short[place] for place, n in enumerate(wanted)], known)


def lengths(item: Any) -> list[int]:
    """Return the lengths of nested lists, the outermost first."""
    return [len(item), *lengths(item[0])] if isinstance(item, list) and item else []


def leaves(item: Any) -> Iterator[Any]:
    """Yield the values in nested lists."""
    if isinstance(item, list):
        for inner in item:
            yield from leaves(inner)
    elif item is not None:
        yield item


def mapping(field: Field, seen: Sequence[Any], chance: random.Random) -> dict[str, Any]:
    """Return an object with every field drawn."""
    known = [item for item in seen if isinstance(item, dict)]
    return {
        inner["name"]: value(inner, [item.get(inner["name"]) for item in known], chance)
        for inner in field.get("fields", [])
    }


def anything(field: Field, seen: Sequence[Any], chance: random.Random) -> Any:
    """Return something that was seen: nothing else is known of it."""
    return chance.choice(seen) if seen else None


DRAWING: dict[str, Callable[[Field, Sequence[Any], random.Random], Any]] = {
    "integer": integer,
    "number": number,
    "boolean": boolean,
    "string": string,
    "datetime": moment,
    "array": array,
    "object": mapping,
    "any": anything,
}
