"""What rules are called, wanted and not, to the rules: how codes begin, names of rules and of families."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from os.path import commonprefix

from nb2prod.errors import Problem, UsageError
from nb2prod.rules.discovery import known_rules
from nb2prod.rules.engine_rules import PAGES
from nb2prod.rules.model import Loaded


def chosen_rules(
    select: Sequence[str] = (), ignore: Sequence[str] = (), extend_select: Sequence[str] = (), where: str = ""
) -> list[Loaded]:
    """Return the rules whose codes begin so, or that are called so, by default all that are not in preview.

    The longer beginning counts, as in ruff: ``NB1`` ignored and ``NB102`` selected leaves the one; of two that are
    equally long it is ``ignore``. A rule's name counts as its code, a family's as how its codes begin. Raises
    ``UsageError`` for what fits none.
    """
    rules = known_rules()
    refuse_unknown((*select, *ignore, *extend_select), where or "--select, --ignore")
    wanted, more, unwanted = (beginnings(each) for each in (select, extend_select, ignore))
    return [each for each in rules if _is_chosen(each, wanted, more, unwanted)]


def refuse_unknown(codes: Iterable[str], where: str) -> None:
    """Raise ``UsageError`` for what no rule's code begins with, and neither a rule nor a family is called."""
    known = [each.rule.code for each in known_rules()] + [each.code for each in PAGES]
    names = _by_name()
    given = [each for each in codes if each.lower() not in names]
    unknown = [each for each in given if not each or not any(code.startswith(each.upper()) for code in known)]
    if unknown:
        what, remedy = "no rule has a code that begins with {!r}, or that name", "nb2prod explain lists them all"
        raise UsageError(Problem(what.format(each), where, remedy) for each in unknown)


def beginnings(given: Iterable[str]) -> tuple[str, ...]:
    """Return how the codes begin of what is named: by that, by the names of rules or by those of families."""
    names = _by_name()
    return tuple(code for each in given for code in names.get(each.lower(), (each.upper(),)))


@cache
def _by_name() -> Mapping[str, tuple[str, ...]]:
    """Return, by the names of families and rules in small letters, how their codes begin."""
    families: dict[str, list[str]] = {}
    for each in known_rules():
        families.setdefault(each.family.lower(), []).append(each.rule.code)
    every = [code for codes in families.values() for code in codes]
    found: dict[str, tuple[str, ...]] = {}
    for name, codes in families.items():
        shared = commonprefix(codes)  # noqa: RUF071  character by character is what is wanted
        alone = all(code in codes for code in every if code.startswith(shared))
        found[name] = (shared,) if alone else tuple(codes)
    rules = [*(each.rule for each in known_rules()), *PAGES]
    return found | {each.name.lower(): (each.code,) for each in rules}


def _is_chosen(each: Loaded, wanted: Sequence[str], more: Sequence[str], unwanted: Sequence[str]) -> bool:
    code = each.rule.code
    by_default = 0 if not wanted and not each.rule.preview else -1
    asked = max((len(beginning) for beginning in (*wanted, *more) if code.startswith(beginning)), default=by_default)
    refused = max((len(beginning) for beginning in unwanted if code.startswith(beginning)), default=-1)
    return asked > refused
