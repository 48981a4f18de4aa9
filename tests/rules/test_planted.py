"""A clean example that is broken in one way is told exactly that, by each rule that needs no run."""

from __future__ import annotations

import inspect
from functools import cache
from pathlib import Path

import pytest

from nb2prod.notebook.read import read_document
from nb2prod.rules.discovery import known_rules
from nb2prod.rules.engine import findings
from nb2prod.rules.facts import Facts
from tests.rules.planting import FOLDER, NOTEBOOKS, facts_of, plant

STATIC = [each for each in known_rules() if "measured" not in inspect.signature(each.check).parameters]
"""Those that need no run; what is measured is planted where it is measured."""
NAMES = {each.rule.name.replace("-", "_"): each.rule.code for each in STATIC}
EXAMPLES = sorted(NOTEBOOKS.glob("*.ipynb"))


def codes(facts: Facts) -> frozenset[str]:
    return frozenset(each.rule.code for each in findings(facts, STATIC))


@cache
def codes_before(path: Path) -> frozenset[str]:
    return codes(facts_of(read_document(path), path))


@pytest.mark.parametrize("name", sorted(NAMES))
def test_exactly_the_rule_that_was_broken_is_told(name: str) -> None:
    planted = plant(FOLDER / f"{name}.txt")
    broken = {path: facts for path in EXAMPLES if (facts := planted.in_notebook(path)) is not None}
    assert broken, "no example admits it"
    told = {path.stem: sorted(codes(facts) - codes_before(path)) for path, facts in broken.items()}
    assert told == {path.stem: [NAMES[name]] for path in broken}


def test_every_plant_is_of_a_rule_that_needs_no_run() -> None:
    assert {path.stem for path in FOLDER.glob("*.txt")} == set(NAMES)
