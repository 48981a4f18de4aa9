"""How the codes of rules begin, wanted and not, to the rules."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from nb2prod.errors import Problem, UsageError
from nb2prod.rules.discovery import known_rules
from nb2prod.rules.engine_rules import PAGES
from nb2prod.rules.model import Loaded


def chosen_rules(
    select: Sequence[str] = (), ignore: Sequence[str] = (), extend_select: Sequence[str] = (), where: str = ""
) -> list[Loaded]:
    """Return the rules whose codes begin so, by default all that are not in preview.

    The longer beginning counts, as in ruff: ``NB1`` ignored and ``NB102`` selected leaves the one; of two that are
    equally long it is ``ignore``. Raises ``UsageError`` for a beginning that fits none.
    """
    rules = known_rules()
    refuse_unknown((*select, *ignore, *extend_select), where or "--select, --ignore")
    wanted, more, unwanted = (tuple(map(str.upper, each)) for each in (select, extend_select, ignore))
    return [each for each in rules if _is_chosen(each, wanted, more, unwanted)]


def refuse_unknown(codes: Iterable[str], where: str) -> None:
    """Raise ``UsageError`` for what the code of no rule begins with."""
    known = [each.rule.code for each in known_rules()] + [each.code for each in PAGES]
    unknown = [each for each in codes if not each or not any(code.startswith(each.upper()) for code in known)]
    if unknown:
        remedy = "nb2prod explain lists them all"
        raise UsageError(Problem(f"no rule has a code that begins with {each!r}", where, remedy) for each in unknown)


def _is_chosen(each: Loaded, wanted: Sequence[str], more: Sequence[str], unwanted: Sequence[str]) -> bool:
    code = each.rule.code
    by_default = 0 if not wanted and not each.rule.preview else -1
    asked = max((len(beginning) for beginning in (*wanted, *more) if code.startswith(beginning)), default=by_default)
    refused = max((len(beginning) for beginning in unwanted if code.startswith(beginning)), default=-1)
    return asked > refused
