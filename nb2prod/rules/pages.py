"""The rules to the pages of ``docs/rules``: one for each, and an index by family."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from nb2prod.rules.discovery import OWN_FAMILIES, known_rules
from nb2prod.rules.engine_rules import PAGES
from nb2prod.rules.model import Fixing, Rule

FOLDER = "docs/rules"
TITLES = {
    "order": "Order and hidden state",
    "reproducibility": "Reproducibility",
    "data": "Data",
    "models": "Models",
    "serving": "Serving",
    "security": "Security and law",
    "structure": "Structure and cost",
}
"""Families, in the order of their codes."""


def pages() -> dict[str, str]:
    """Return the text of each file of the folder, by its name. Rules of other distributions have their pages there."""
    own = [each for each in known_rules() if each.family in OWN_FAMILIES]
    texts = {page_file(each.rule): _page(each.rule, each.page) for each in own}
    texts |= {page_file(rule): _page(rule, page) for rule, page in PAGES.items()}
    families = {
        TITLES.get(family, family): [each.rule for each in own if each.family == family] for family in OWN_FAMILIES
    }
    texts["README.md"] = "\n".join(_index({"The check itself": list(PAGES), **families})) + "\n"
    return texts


def page_file(rule: Rule) -> str:
    """Return the name of a rule's file."""
    return f"{rule.name}.md"


def _page(rule: Rule, page: str) -> str:
    words = [rule.severity.value, *([f"{rule.fixing.value} fix"] if rule.fixing != Fixing.NONE else [])]
    words += ["preview"] if rule.preview else []
    return f"# {rule.name} ({rule.code})\n\n{', '.join(words)} · [all rules](README.md)\n\n{page.rstrip()}\n"


def _index(families: dict[str, Sequence[Rule]]) -> Iterator[str]:
    count = sum(map(len, families.values()))
    yield "# Readiness rules"
    yield ""
    yield f"What `nb2prod check` finds: {count} rules. `nb2prod explain CODE` prints a page. An *error* is what the"
    yield "service would fail on, or answer differently; a *warning* is what may go wrong, or come out differently in"
    yield "another run; *advice* makes it better. A *safe* fix changes nothing that the notebook computes; *preview*"
    yield "rules only run where somebody selects them. The pages are written by `make docs` from the rules' own source."
    for title, rules in families.items():
        yield from ("", f"## {title}", "", "| code | rule | severity | fix |", "|---|---|---|---|")
        for rule in rules:
            fix = "" if rule.fixing == Fixing.NONE else rule.fixing.value
            preview = " (preview)" if rule.preview else ""
            yield f"| {rule.code} | [{rule.name}]({page_file(rule)}){preview} | {rule.severity.value} | {fix} |"
