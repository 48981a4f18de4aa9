"""Facts and rules to findings: each rule is handed the facts that its parameters are named for."""

from __future__ import annotations

import inspect
import json
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cache
from typing import Any

from nb2prod.analysis.room import without_collecting
from nb2prod.notebook.magics import to_python
from nb2prod.notebook.model import Notebook
from nb2prod.notebook.syntax import syntax_problems
from nb2prod.rules.discovery import known_rules, unusable
from nb2prod.rules.engine_rules import BROKEN
from nb2prod.rules.facts import Facts
from nb2prod.rules.ignoring import is_ignored, unknown_ignores
from nb2prod.rules.model import Check, Finding, Fix, Fixer, Found, Inserted, Loaded, Source
from nb2prod.rules.secret_texts import harmless

TELL = "tell those who made it; ignore it until then"


def findings(facts: Facts, rules: Iterable[Loaded]) -> list[Found]:
    """Return what the rules find, in the order of the notebook; what its author has said to ignore is left out.

    A rule that asks for a fact that is ``None``, such as what only a run shows, is passed over; so is one that has
    words of which none stands in the code.
    """
    with without_collecting():
        found = []
        for rule in rules:
            if not rule.rule.words or may_find(facts, rule):
                found += _of(facts, rule)
    found += [Found(BROKEN, Finding(what, remedy=TELL)) for what in unusable()]
    unknown = unknown_ignores(facts.notebook, [each.rule for each in known_rules()])
    found += [Found(each.rule, without_secrets(each.finding, facts.secrets)) for each in unknown]
    return list(_told(facts.notebook, sorted(found, key=_place)))


def may_find(facts: Facts, loaded: Loaded) -> bool:
    """Say whether a rule may find something, as far as the words tell that stand in the code."""
    if not loaded.rule.words:
        return True
    words = _fact(facts, "words")
    return words is None or not loaded.rule.words.isdisjoint(words)


def _told(notebook: Notebook, found: Iterable[Found]) -> Iterator[Found]:
    """Yield what nobody ignores, and of what is told once the first such place: one that is ignored hides no other."""
    done: set[tuple[str, str]] = set()
    for each in found:
        said = (each.rule.code, each.finding.once)
        if said not in done and not is_ignored(notebook, each):
            done |= {said} if each.finding.once else set()
            yield each


def fix_of(facts: Facts, loaded: Loaded, finding: Finding) -> Fix | None:
    """Return what mends a finding of the rule; ``None`` where nothing does, or where the rule's own code raises.

    What it raised is then among :attr:`Facts.broken`.
    """
    if loaded.fix is None:
        return None
    try:
        asked = {name: finding if name == "finding" else getattr(facts, name) for name in asked_by(loaded.fix)}
        fix = loaded.fix(**asked)
    except RecursionError:  # as below
        return None
    except Exception as error:  # a rule may be anybody's; what it found stands
        found = _broken(f"the fix of {loaded.rule.code}", error, facts)
        facts.broken.setdefault(found.finding.what, found)
        return None
    if fix is None or not _has_its_cells(facts.notebook, fix) or not _stays_python(facts.notebook, fix):
        return None
    return fix


def _has_its_cells(notebook: Notebook, fix: Fix) -> bool:
    count = len(notebook.cells)
    return all(
        0 <= (each.before - 1 if isinstance(each, Inserted) else each.cell) < count
        or (isinstance(each, Inserted) and each.before == 0)
        for each in fix.changes
    )


def _stays_python(notebook: Notebook, fix: Fix) -> bool:
    """Say whether cells that are Python still are with a fix: else it would be promised and never applied."""
    wrong = {each.cell for each in notebook.refused if each.kind == "syntax"}
    sources = [each.source for each in fix.changes if isinstance(each, Source) and each.cell not in wrong]
    sources += [each.source for each in fix.changes if isinstance(each, Inserted)]
    return not any(syntax_problems(to_python(each).code, "") for each in sources)


def _of(facts: Facts, loaded: Loaded) -> list[Found]:
    """Return what one rule finds; where it raises, that is what is found, and the others go on."""
    try:
        asked = _asked(facts, loaded)
        found = list(loaded.check(**asked)) if asked is not None else []
        for each in found:
            refuse_unusable(each, len(facts.notebook.cells))
    except RecursionError:  # the notebook's code is nested too deeply, which is not the rule's fault
        return []
    except Exception as error:  # a rule may be anybody's
        return [_broken(f"the rule {loaded.rule.code}", error, facts)]
    return [Found(loaded.rule, without_secrets(each, facts.secrets)) for each in found] if found else []


def _asked(facts: Facts, loaded: Loaded) -> dict[str, Any] | None:
    """Return the facts that a rule asks for, ``None`` where one of them is not there."""
    asked, known = {}, facts.__dict__
    for name in asked_by(loaded.check):
        fact = known[name] if name in known else _fact(facts, name)
        if fact is None:
            return None
        asked[name] = fact
    return asked


def refuse_unusable(found: object, cells: int) -> None:
    """Raise ``TypeError`` or ``ValueError`` for what a rule has no right to yield, in a notebook of so many cells.

    That is what is no finding, is at a place that is not there, or has a picture that no page can draw.
    """
    if not isinstance(found, Finding):
        raise TypeError(f"it found {found!r:.100}, which is no Finding")
    if not all(isinstance(each, str) for each in (found.what, found.remedy, found.subject)):
        raise TypeError("what it found is not told as text")
    if not isinstance(found.line, int) or found.line < 0:
        raise ValueError(f"it found something in line {found.line!r:.100}")
    if found.cell is not None and not (isinstance(found.cell, int) and 0 <= found.cell < cells):
        raise ValueError(f"it found something in cell {found.cell!r:.100}, and there are {cells}, from 0")
    if found.picture is not None:
        json.loads(json.dumps(found.picture), parse_int=_drawable)


def _drawable(number: str) -> float:
    value = float(number)
    if math.isinf(value):
        raise ValueError("its picture has a number that is too large to be drawn")
    return value


def _broken(who: str, error: Exception, facts: Facts) -> Found:
    what = f"{who} raised {type(error).__name__}: {str(error)[:200]}"
    broken = Finding(what, remedy=TELL)
    return Found(BROKEN, without_secrets(broken, facts.secrets))


def without_secrets(finding: Finding, values: Sequence[str] = ()) -> Finding:
    """Return a finding that shows neither secrets nor personal data, even where it shows a piece of the notebook, of
    its data or of a run that has some; what mends it still knows them by ``subject``.

    ``values`` are the notebook's own secrets, see ``Facts.secrets``.
    """
    shown = finding.what, finding.remedy, finding.picture
    what, remedy, picture = (harmless(each, values) for each in shown)
    if (what, remedy, picture) == shown:
        return finding
    return replace(finding, what=what, remedy=remedy, picture=picture)


def _fact(facts: Facts, name: str) -> Any:
    """Return a fact; ``None`` for one that needs code that is nested too deeply, which is not tried again."""
    try:
        return getattr(facts, name)
    except RecursionError:
        facts.__dict__[name] = None
        return None


@cache
def asked_by(function: Check | Fixer) -> tuple[str, ...]:
    """Return the names of the facts that a check or a fix asks for."""
    return tuple(inspect.signature(function).parameters)


def _place(each: Found) -> tuple[int, int, str, str]:
    cell = -1 if each.finding.cell is None else each.finding.cell
    return cell, each.finding.line, each.rule.code, each.finding.what
