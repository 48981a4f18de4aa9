"""The labelled cases of ``benchmarks/leakage.py``: each rule finds the marked lines and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.leakage import CASES, cases, places
from nb2prod.rules.discovery import known_rules
from nb2prod.rules.facts import Facts


@pytest.mark.parametrize("path", sorted(CASES.glob("NB*.txt")), ids=lambda path: path.stem)
def test_a_leakage_rule_finds_the_marked_lines_of_the_labelled_cases_and_no_others(path: Path) -> None:
    rules = [each for each in known_rules() if each.rule.code == path.stem]
    for title, case in cases(path):
        found = {
            (each.finding.cell, each.finding.line, each.rule.code)
            for each in places(Facts(case.notebook, case.document), rules)
        }
        expected = {each for each in case.expected if each[2] == path.stem}
        assert found == expected, title
