"""The folders of this package, and what other distributions offer, to the rules that there are."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from functools import cache
from importlib.metadata import entry_points
from types import ModuleType

import nb2prod.rules
from nb2prod.rules.model import Loaded

ENTRY_POINTS = "nb2prod.checks"
"""The group in which a distribution names a module with a rule."""
OWN_FAMILIES = ("order", "reproducibility", "data", "models", "serving", "security", "structure")
"""The folders, in the order of their codes."""


@cache
def known_rules() -> tuple[Loaded, ...]:
    """Return all rules, by their codes. Raises ``ValueError`` where two have the same code or name."""
    found = sorted((*_own(), *_others()), key=lambda each: each.rule.code)
    for kind in ("code", "name"):
        values = [getattr(each.rule, kind) for each in found]
        twice = sorted({value for value in values if values.count(value) > 1})
        if twice:
            raise ValueError(f"several rules have the {kind} {', '.join(twice)}")
    return tuple(found)


def _own() -> Iterator[Loaded]:
    for family in pkgutil.iter_modules(nb2prod.rules.__path__, f"{nb2prod.rules.__name__}."):
        if family.ispkg:
            package = importlib.import_module(family.name)
            for each in pkgutil.iter_modules(package.__path__, f"{family.name}."):
                yield loaded(importlib.import_module(each.name), family.name.rsplit(".", 1)[1])


def _others() -> Iterator[Loaded]:
    for entry in entry_points(group=ENTRY_POINTS):
        yield loaded(entry.load(), entry.dist.name if entry.dist else entry.name)


def loaded(module: ModuleType, family: str) -> Loaded:
    """Return the rule that a module holds: ``RULE``, ``check``, ``fix`` if it has one, and its docstring for a page."""
    page = inspect.cleandoc(module.__doc__ or "")
    return Loaded(module.RULE, module.check, page, family, getattr(module, "fix", None))
