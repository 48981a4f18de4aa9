"""The folders of this package, and what other distributions offer, to the rules that there are."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Iterator, Sequence
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from types import ModuleType

import nb2prod.rules
from nb2prod.rules.model import Loaded

ENTRY_POINTS = "nb2prod.checks"
"""The group in which a distribution names a module with a rule."""
OWN_FAMILIES = ("order", "reproducibility", "data", "models", "serving", "security", "structure")
"""The folders, in the order of their codes."""


@cache
def known_rules() -> tuple[Loaded, ...]:
    """Return all rules, by their codes; those of other distributions only as far as :func:`unusable` has none of them.

    Raises ``ValueError`` where two of our own have the same code or name.
    """
    return _all()[0]


def unusable() -> tuple[str, ...]:
    """Return what is wrong with rules of other distributions that cannot be used, a sentence for each."""
    return _all()[1]


@cache
def _all() -> tuple[tuple[Loaded, ...], tuple[str, ...]]:
    found: list[Loaded] = []
    for each in _own():
        if taken := _taken(each, found):
            raise ValueError(f"{each.check.__module__}: {taken}")
        found.append(each)
    wrong = []
    for entry in sorted(entry_points(group=ENTRY_POINTS), key=lambda each: (_family(each), each.name)):
        try:
            other = loaded(entry.load(), _family(entry))
            why = _taken(other, found)
        except Exception as error:  # it is anybody's code
            why = f"{type(error).__name__}: {str(error)[:200]}"
        if why:
            wrong.append(f"the rule `{entry.name}` of {_family(entry)} cannot be used: {why}")
        else:
            found.append(other)
    return tuple(sorted(found, key=lambda each: each.rule.code)), tuple(wrong)


def _taken(new: Loaded, found: Sequence[Loaded]) -> str:
    """Return why a rule cannot stand beside those that were found; empty where it can."""
    for kind in ("code", "name"):
        value = getattr(new.rule, kind)
        if value in [getattr(each.rule, kind) for each in found]:
            return f"the {kind} {value} is that of another rule"
    return ""


def _family(entry: EntryPoint) -> str:
    return entry.dist.name if entry.dist else entry.name


def _own() -> Iterator[Loaded]:
    for family in pkgutil.iter_modules(nb2prod.rules.__path__, f"{nb2prod.rules.__name__}."):
        if family.ispkg:
            package = importlib.import_module(family.name)
            for each in pkgutil.iter_modules(package.__path__, f"{family.name}."):
                yield loaded(importlib.import_module(each.name), family.name.rsplit(".", 1)[1])


def loaded(module: ModuleType, family: str) -> Loaded:
    """Return the rule that a module holds: ``RULE``, ``check``, ``fix`` if it has one, and its docstring for a page."""
    page = inspect.cleandoc(module.__doc__ or "")
    return Loaded(module.RULE, module.check, page, family, getattr(module, "fix", None))
