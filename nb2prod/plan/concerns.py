"""Names of concerns to leave out go in; those that a service is made with come out, as their templates have them."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nb2prod.errors import Problem, UsageError

PREFIX = "service_"
"""What the folder of a concern's template begins with."""

LISTS = ("endpoints", "settings", "extras", "after_training")
"""What a ``concern.toml`` may leave out."""


@dataclass(frozen=True)
class Concern:
    """Something that a service does beside answering: a template folder of its own, with a ``concern.toml``."""

    name: str
    """Of its module in ``service``."""
    requires: tuple[str, ...]
    """What must be installed for it, beside the notebook's and the service's own."""
    needs: tuple[str, ...]
    """Names of concerns without which it has nothing to do."""
    context: dict[str, Any]
    """What templates are told of it: ``name``, ``description``, and the lists of ``LISTS``."""

    @property
    def template(self) -> str:
        """The folder's name."""
        return PREFIX + self.name


def known_concerns(templates: Path) -> tuple[Concern, ...]:
    """Return the concerns that there is a template for, by name."""
    files = sorted(templates.glob(f"{PREFIX}*/concern.toml"))
    return tuple(_read(file.parent.name.removeprefix(PREFIX), file) for file in files)


def _read(name: str, file: Path) -> Concern:
    data = tomllib.loads(file.read_text(encoding="utf-8"))
    requires, needs = tuple(data.pop("requirements", ())), tuple(data.pop("needs", ()))
    lists: dict[str, Any] = {each: [] for each in LISTS}
    return Concern(name, requires, needs, {"name": name, **lists, **data})


def chosen_concerns(templates: Path, without: Iterable[str]) -> tuple[Concern, ...]:
    """Return all concerns but those named and those that need them. Raises ``UsageError`` for names that are none."""
    known = known_concerns(templates)
    names = [concern.name for concern in known]
    left_out = set(without)
    problems = [_unknown(name, names) for name in sorted(left_out.difference(names))]
    if problems:
        raise UsageError(problems)
    return tuple(concern for concern in known if left_out.isdisjoint((concern.name, *concern.needs)))


def _unknown(name: str, names: list[str]) -> Problem:
    near = difflib.get_close_matches(name, names, 1)
    remedy = f"did you mean {near[0]}?" if near else f"there are: {', '.join(names)}"
    return Problem(f"{name!r} is no concern of a service that could be left out", "--without", remedy)
