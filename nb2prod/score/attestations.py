"""A notebook's metadata to what people say that they have done by hand, and what is wrong with how they say it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from difflib import get_close_matches
from typing import Any

from nb2prod.errors import Problem
from nb2prod.score.model import Attestation
from nb2prod.score.rubric import TESTS

IDS = tuple(test.id for test in TESTS)
KEYS = ("test", "by", "on", "how")
EXAMPLE = (
    '{"test": "M2", "by": "Ada Lovelace", "on": "2026-11-20", "how": "compared the metrics with a month of calls"}'
)


def attestations(metadata: Mapping[str, Any]) -> tuple[tuple[Attestation, ...], tuple[Problem, ...]]:
    """Return what ``metadata["nb2prod"]["attestations"]`` says, and all problems; what has one does not count."""
    own = metadata.get("nb2prod")
    said = own.get("attestations", []) if isinstance(own, Mapping) else []
    if not isinstance(said, list):
        return (), (Problem("is not a list", "notebook metadata, nb2prod.attestations", f"write [{EXAMPLE}]"),)
    good: list[Attestation] = []
    bad: list[Problem] = []
    for number, each in enumerate(said):
        found = list(_problems(each, f"notebook metadata, nb2prod.attestations[{number}]"))
        bad.extend(found)
        if not found:
            good.append(Attestation(*(each[key].strip() for key in KEYS)))
    return tuple(good), tuple(bad)


def _problems(said: Any, where: str) -> Iterator[Problem]:
    if not isinstance(said, Mapping):
        yield Problem("is not an object", where, f"write {EXAMPLE}")
        return
    for key in sorted(said.keys() - set(KEYS), key=str):
        yield Problem(f"there is no key {key!r}.{_nearest(str(key), KEYS)}", where, f"the keys are {', '.join(KEYS)}")
    for key in KEYS:
        value = said.get(key)
        if not isinstance(value, str) or not value.strip():
            yield Problem("is missing or empty", f"{where}.{key}", f"write as in {EXAMPLE}")
    test, on = said.get("test"), said.get("on")
    if isinstance(test, str) and test.strip() and test.strip() not in IDS:
        yield Problem(
            f"there is no test {test!r}.{_nearest(test.upper(), IDS)}", f"{where}.test", "nb2prod score lists them"
        )
    if isinstance(on, str) and on.strip() and not _is_date(on.strip()):
        yield Problem(f"{on!r} is no date", f"{where}.on", "write a day that there is, as in 2026-11-20")
    elif isinstance(on, str) and on.strip() and _is_to_come(on.strip()):
        yield Problem(f"{on!r} is still to come", f"{where}.on", "write the day on which it was done")


def _is_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _is_to_come(day: str) -> bool:
    """Say whether a day is later than today is anywhere on Earth."""
    return date.fromisoformat(day) > date.today() + timedelta(days=1)


def _nearest(word: str, known: tuple[str, ...]) -> str:
    close = get_close_matches(word, known, n=1, cutoff=0.5)
    return f" Did you mean {close[0]!r}?" if close else ""
