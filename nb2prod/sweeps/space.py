"""What was typed for each name, such as ``0.1,0.01`` or ``2..6``, goes in; a space of typed values comes out."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from typing import Any

from nb2prod.errors import Problem, UsageError
from nb2prod.sweeps.model import Choices, Domain, Floats, Integers, Space
from nb2prod.sweeps.rows import exact

Read = Callable[[str, str], Any]
"""From a parameter's name and a text to the value that the text is for it. Raises ``UsageError`` where it is none."""

MOST_STEPS = 100_000
"""Values that a range with a step may have."""
_NUMBER = r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?"
_RANGE = re.compile(rf"(?P<log>log:)?(?P<low>{_NUMBER})\.\.(?P<high>{_NUMBER})(?::(?P<step>{_NUMBER}))?")
_OPENING = {"[": "]", "{": "}", "(": ")"}
HOW = (
    "write NAME=VALUE,VALUE or NAME=LOW..HIGH, as in `lr=0.1,0.01`, `depth=2..6`, `depth=2..10:2`, `lr=log:1e-4..1e-1`"
)


class _Wrong(Exception):
    """What is wrong with one name's values, and what to do."""


def parse_space(given: Iterable[str], read: Read, taken: Iterable[str] = ()) -> Space:
    """Return the space that texts such as ``lr=0.1,0.01`` span; ``taken`` names have a fixed value already.

    A range of whole numbers has both its ends; one of other numbers needs a step to be counted, else anything between
    its ends may be drawn. Raises ``UsageError`` with every problem of every name.
    """
    domains: dict[str, Domain] = {}
    problems: list[Problem] = []
    fixed = set(taken)
    for text in given:
        name, equals, values = text.partition("=")
        name = name.strip()
        where = f"-g {text}"
        if not equals or not name:
            problems.append(Problem("this is not a name with values", where, HOW))
        elif name in domains:
            problems.append(Problem(f"`{name}` is given twice", where, "give all its values at once"))
        elif name in fixed:
            remedy = "either fix it with -p or vary it with -g"
            problems.append(Problem(f"`{name}` has a fixed value already", where, remedy))
        else:
            try:
                domains[name] = _domain(name, values, read)
            except _Wrong as wrong:
                what, remedy = wrong.args
                problems.append(Problem(what, where, remedy))
            except UsageError as error:
                problems += error.problems
    if not domains and not problems:
        problems.append(Problem("there is nothing to vary", "-g", HOW))
    if problems:
        raise UsageError(problems)
    return Space(domains)


def _domain(name: str, text: str, read: Read) -> Domain:
    parts = [part.strip() for part in _split(text)]
    ranges = [_RANGE.fullmatch(part) for part in parts]
    if len(parts) == 1 and ranges[0] is not None:
        found = _range(name, ranges[0], read)
        if found is not None:
            return found
    if "" in parts:
        raise _Wrong("a value is missing", "write '' for an empty text, and no comma behind the last value")
    values: list[Any] = []
    problems: list[Problem] = []
    for part, each in zip(parts, ranges, strict=True):
        try:
            values += [read(name, part)] if each is None else _points(name, part, each, read)
        except UsageError as error:
            problems += error.problems
    if problems:
        raise UsageError(problems)
    _refuse_repeated(values)
    return Choices(tuple(values))


def _split(text: str) -> Iterator[str]:
    """Yield what stands between commas; those within quotes and brackets belong to a value."""
    part, quote = "", ""
    closing: list[str] = []
    for character in text:
        if quote:
            quote = "" if character == quote else quote
        elif character in "'\"" and (closing or not part.strip()):
            quote = character
        elif character in _OPENING and (closing or not part.strip()):
            closing.append(_OPENING[character])
        elif closing and character == closing[-1]:
            closing.pop()
        elif character == "," and not closing:
            yield part
            part = ""
            continue
        part += character
    if quote or closing:
        raise _Wrong(f"{quote or closing[-1]!r} is missing", "close what is opened")
    yield part


def _range(name: str, found: re.Match[str], read: Read) -> Domain | None:
    """Return a range that need not be counted, ``None`` where it has to be."""
    low, high = _ends(name, found, read)
    log = found["log"] is not None
    if found["step"] is not None:
        if log:
            raise _Wrong("a range by order of magnitude has no steps", "leave the step out, or list the values")
        return None
    if log and low <= 0:
        raise _Wrong("a range by order of magnitude begins above 0", "raise its lower end, or leave `log:` out")
    if type(low) is int and type(high) is int:
        return Integers(low, high, log)
    return Floats(float(low), float(high), log)


def _ends(name: str, found: re.Match[str], read: Read) -> tuple[float, float]:
    low, high = read(name, found["low"]), read(name, found["high"])
    if any(type(each) not in (int, float) for each in (low, high)):
        raise _Wrong(f"`{name}` is no number, so it has no range", "list its values; quote a text that has two dots")
    if not (math.isfinite(low) and math.isfinite(high)):
        raise _Wrong("the range has an end that no float reaches", "write smaller numbers")
    if not low < high:
        raise _Wrong("the range is empty: its upper end is not above its lower one", "write the smaller number first")
    return low, high


def _points(name: str, part: str, found: re.Match[str], read: Read) -> list[Any]:
    """Return the values of a range one by one, without the errors of adding floats up."""
    domain = _range(name, found, read)
    if isinstance(domain, Floats) or (isinstance(domain, Integers) and domain.log):
        raise _Wrong(f"the range {part!r} cannot be counted among other values", "give it a step, or leave them out")
    low, high, step = Decimal(found["low"]), Decimal(found["high"]), Decimal(found["step"] or 1)
    if step <= 0:
        raise _Wrong("the step is not above 0", "give the distance from one value to the next")
    count = int((high - low) / step) + 1
    if count > MOST_STEPS:
        raise _Wrong(f"the range has {count:,} values", "take larger steps, or leave the step out and use --random")
    return [read(name, _plain(low + step * place, found)) for place in range(count)]


def _plain(number: Decimal, found: re.Match[str]) -> str:
    """Return the number as it would have been typed."""
    whole = all(re.fullmatch(r"[-+]?\d+", found[each] or "1") for each in ("low", "step"))
    return str(int(number)) if whole else format(number, "f")


def _refuse_repeated(values: list[Any]) -> None:
    seen: dict[str, Any] = {}
    for value in values:
        if exact(value) in seen:
            raise _Wrong(f"{value!r} is given twice", "give each value once")
        seen[exact(value)] = value
