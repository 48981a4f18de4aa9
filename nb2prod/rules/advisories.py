"""Pinned versions to the vulnerabilities that a database knows of them, by OSV's protocol."""

from __future__ import annotations

import json
import re
import urllib.error
import urllib.request
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from nb2prod.notebook.model import Notebook
from nb2prod.rules.installs import Installed

VARIABLE = "NB2PROD_ADVISORIES"
"""Of the environment: the address of the database; nobody is asked where it is not set."""
SECONDS = 10.0
"""That the database has to answer."""
_PIN = re.compile(r"^\s*([A-Za-z0-9][\w.-]*)(?:\[[^\]]*\])?\s*===?\s*([\w.!+-]+)")


@dataclass(frozen=True)
class Pin:
    """A distribution and the version that is asked for."""

    name: str
    version: str
    cell: int | None = None
    """Index of the code cell that installs it, ``None`` for ``requirements.txt``."""
    line: int = 0


Advisories = Mapping[Pin, Sequence[str]]
"""Pins to the names of the vulnerabilities that are known of them."""


def pins_of(notebook: Notebook, installs: Iterable[Installed]) -> list[Pin]:
    """Return the versions that the notebook's commands and the ``requirements.txt`` beside it ask for."""
    found = [Pin(m[1], m[2], each.cell, each.line) for each in installs if (m := _PIN.match(each.word))]
    try:
        lines = (notebook.path.absolute().parent / "requirements.txt").read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        lines = []
    return found + [Pin(m[1], m[2]) for line in lines if (m := _PIN.match(line))]


_said: dict[tuple[str, str, str], tuple[str, ...]] = {}
"""Address, name, version: what was said of them in the life of this process."""


def ask(address: str, pins: Sequence[Pin]) -> Advisories | None:
    """Return what the database at an address knows of the pins; ``None`` where it cannot be reached or understood.

    It is asked once about each version.
    """
    keys = {pin: (address, pin.name.lower(), pin.version) for pin in pins}
    new = [pin for pin, key in keys.items() if key not in _said]
    if new:
        answer = _asked(address, new)
        if answer is None:
            return None
        _said.update({keys[pin]: tuple(answer.get(pin, ())) for pin in new})
    return {pin: known for pin, key in keys.items() if (known := _said.get(key))}


def _asked(address: str, pins: Sequence[Pin]) -> Advisories | None:
    if not address.startswith(("https://", "http://")):
        return None
    queries = [{"package": {"name": pin.name.lower(), "ecosystem": "PyPI"}, "version": pin.version} for pin in pins]
    request = urllib.request.Request(
        f"{address.rstrip('/')}/v1/querybatch",
        data=json.dumps({"queries": queries}).encode(),
        headers={"Content-Type": "application/json"},
    )
    try:
        with urllib.request.urlopen(request, timeout=SECONDS) as answer:
            results = json.load(answer)["results"]
        return {
            pin: sorted(str(each["id"]) for each in known)
            for pin, result in zip(pins, results, strict=True)
            if (known := result.get("vulns"))
        }
    except (OSError, urllib.error.URLError, ValueError, KeyError, TypeError, AttributeError):
        return None
