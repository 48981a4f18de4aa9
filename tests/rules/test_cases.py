"""Every rule finds what is marked in its example, and nothing in the one that is clean."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from nb2prod.rules.discovery import known_rules
from nb2prod.rules.engine import findings
from nb2prod.rules.facts import Facts
from nb2prod.rules.model import Fixing, Loaded
from tests.rules.examples import FOLDER, WHOLE, example
from tests.rules.running import measured_of

FAMILIES = {
    "order": "NB1",
    "reproducibility": "NB2",
    "data": "NB3",
    "models": "NB4",
    "serving": "NB5",
    "security": "NB6",
    "structure": "NB7",
}
RULES = {each.rule.name.replace("-", "_"): each for each in known_rules()}


def found_in(path: Path) -> set[tuple[int, int, str]]:
    case = example(path)
    facts = Facts(case.notebook, case.document)
    if case.measured is not None:
        facts = facts.with_measured(measured_of(facts, case.measured, path))
    found = findings(facts, known_rules())
    said = [re.sub(r"`[^`]*`", "`", f"{each.finding.what}|{each.finding.remedy}") for each in found]
    assert [each for each in said if "\n" in each or "  " in each] == []
    return {
        (WHOLE if each.finding.cell is None else each.finding.cell, each.finding.line, each.rule.code) for each in found
    }


@pytest.mark.parametrize("name", sorted(RULES))
def test_it_finds_what_is_marked(name: str) -> None:
    path = FOLDER / f"{name}.txt"
    code = RULES[name].rule.code
    expected = {place for place in example(path).expected if place[2] == code}
    assert expected
    assert {place for place in found_in(path) if place[2] == code} == expected


@pytest.mark.parametrize("name", sorted(RULES))
def test_it_passes_over_what_is_clean(name: str) -> None:
    path = FOLDER / f"{name}_not.txt"
    assert example(path).expected == frozenset()
    assert {place for place in found_in(path) if place[2] == RULES[name].rule.code} == set()


def test_every_case_is_of_a_rule() -> None:
    assert {path.stem.removesuffix("_not") for path in FOLDER.glob("*.txt")} == set(RULES)


@pytest.mark.parametrize("loaded", RULES.values(), ids=RULES)
def test_every_rule_says_what_people_want_to_know(loaded: Loaded) -> None:
    headings = [line for line in loaded.page.splitlines() if line.startswith("## ")]
    assert headings[:4] == ["## What it does", "## Why is this bad", "## Example", "## Use instead"]
    assert loaded.rule.code[:3] == FAMILIES[loaded.family]
    assert (loaded.rule.fixing == Fixing.NONE) == (loaded.fix is None)
