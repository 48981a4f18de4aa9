"""What uv says when it cannot resolve or install, as a problem that names the pin in the way."""

from __future__ import annotations

import re
from collections.abc import Iterable

from nb2prod.errors import Problem

NO_VERSION = re.compile(r"there (?:is|are) no versions? of (?P<name>[\w.-]+?)(?P<pin>==[\w.!+-]*\w)?[ ,]")
NOT_FOUND = re.compile(r"(?:Because|because|and) (?P<name>[\w.-]+) was not found in the package registry")
NEEDS = re.compile(
    r"ecause (?:(?P<who>[\w.-]+)(?P<which>\S*)) depends on (?P<need>\S+) "
    r"and (?:you require )?(?P<pin>[\w.-]+==[\w.!+*-]*\w)"
)
NO_WHEEL = re.compile(r"ecause (?P<pin>[\w.-]+==[\w.!+-]*\w) has no (?:usable )?wheels?")
WRONG_PYTHON = re.compile(r"does not satisfy (?P<need>Python\S+) and (?P<pin>[\w.-]+==[\w.!+-]*\w)")
MARKER = re.compile(r"\{[^}]*\}")
UNREACHABLE = re.compile(r"Failed to fetch: \W?(?P<url>https?://[^`\s]+)|error sending request")
PIN = re.compile(r"(?P<name>[A-Za-z0-9][\w.-]*)(?:\[[^\]]*\])?==(?P<version>[\w.!+-]*\w)")


def problem(said: str, pins: Iterable[str], python: str) -> Problem:
    """Turn uv's explanation into a problem; ``pins`` are the exact pins it was given, ``python`` the version."""
    flat = MARKER.sub("", " ".join(said.split()))
    pins = list(pins)
    return (
        _unreachable(flat)
        or _missing(flat, pins, python)
        or _wrong_python(flat, python)
        or _in_the_way(flat)
        or _unexplained(said, pins)
    )


def names_no_version(said: str) -> bool:
    """Return whether uv says that the index does not have a version."""
    return bool(NO_VERSION.search(MARKER.sub("", " ".join(said.split()))))


def _unreachable(said: str) -> Problem | None:
    match = UNREACHABLE.search(said)
    if match is None:
        return None
    url = f" ({match['url']})" if match["url"] else ""
    return Problem(
        what=f"the package index{url} could not be reached",
        remedy="check the network and what `python -m pip config list` says, then try again",
    )


def _missing(said: str, pins: list[str], python: str) -> Problem | None:
    match = NOT_FOUND.search(said) or NO_VERSION.search(said) or NO_WHEEL.search(said)
    if match is None:
        return None
    found = match.groupdict()
    name = found.get("name") or ""
    pin = f"{name}{found['pin']}" if name and found.get("pin") else found.get("pin") or _pin_of(name, pins) or name
    return Problem(
        what=f"{pin} is in the way: the package indexes that pip is configured with do not have it for Python {python}",
        remedy="install a published version of it into the notebook's environment, run the notebook again and export; "
        "or tell pip where it is to be had (`python -m pip config set global.extra-index-url URL`)",
    )


def _wrong_python(said: str, python: str) -> Problem | None:
    match = WRONG_PYTHON.search(said)
    if match is None:
        return None
    return Problem(
        what=f"{match['pin']} is in the way: it needs {match['need']}, and the notebook's kernel has Python {python}",
        remedy="export with the kernel that the notebook was written for (`--kernel NAME`)",
    )


def _in_the_way(said: str) -> Problem | None:
    match = NEEDS.search(said)
    if match is None:
        return None
    who = f"{match['who']}{match['which']}"
    return Problem(
        what=f"{match['pin']} is in the way: {who} needs {match['need']}",
        remedy=f"bring the notebook's environment to {match['need']} and run the notebook again, "
        f"or take the use of {match['who']} out of what is exported",
    )


def _unexplained(said: str, pins: list[str]) -> Problem:
    mentioned = {f"{m['name']}=={m['version']}".lower() for m in PIN.finditer(said)}
    guilty = sorted(pin for pin in pins if pin.lower() in mentioned)
    named = f"{', '.join(guilty)} in the way: " if guilty else ""
    return Problem(
        what=f"{named}the pinned versions do not go together or cannot be installed. uv says:\n{said.strip()}",
        remedy="change these versions in the notebook's environment, run the notebook again and export",
    )


def _pin_of(name: str, pins: list[str]) -> str:
    return next((pin for pin in pins if pin.split("==")[0].lower() == name.lower()), "")
