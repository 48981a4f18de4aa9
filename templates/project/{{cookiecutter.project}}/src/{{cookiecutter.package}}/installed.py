"""Modules go in, what they were installed by comes out, with all that this requires."""

from __future__ import annotations

import re
from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, packages_distributions, requires


def distributions(modules: Iterable[str]) -> set[str]:
    """Return the names of what these modules were installed by."""
    of = packages_distributions()
    return {normalised(name) for module in modules for name in of.get(module, ())}


def with_their_own(names: set[str]) -> set[str]:
    """Return them with all that they require, without extras."""
    found, left = set(names), list(names)
    while left:
        try:
            wanted = requires(left.pop()) or []
        except PackageNotFoundError:  # for another system
            continue
        plain = [each for each in wanted if "extra ==" not in each]
        new = {name_of(each) for each in plain} - found
        found |= new
        left += new
    return found


def name_of(requirement: str) -> str:
    """Return the name of the distribution that is required."""
    return normalised(re.split("[^A-Za-z0-9._-]", requirement, maxsplit=1)[0])


def normalised(name: str) -> str:
    """Return a distribution's name as package indexes have it."""
    return re.sub(r"[-_.]+", "-", name).lower()
