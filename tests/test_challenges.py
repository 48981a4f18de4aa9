"""``docs/challenges.md``: all 44 rows, and every rule, test, file and address that it names is there."""

from __future__ import annotations

import re
from pathlib import Path

from nb2prod.rules.discovery import known_rules
from nb2prod.score.rubric import TESTS

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs/challenges.md").read_text(encoding="utf-8")
ROWS = [line.strip("| ").split(" | ") for line in PAGE.splitlines() if re.match(r"\| (?!step)\w", line)]
TEMPLATES = [path for path in (ROOT / "templates").rglob("*") if path.is_file()]
MADE_BY_THE_PLAN = {"data.py", "schema.json", "policy.json", "manifest.json"}


def test_all_44_rows_are_there_and_say_something() -> None:
    assert len(ROWS) == 44
    assert len({tuple(row[:2]) for row in ROWS}) == 44
    assert all(len(row) == 3 and row[2].endswith(".") for row in ROWS)


def test_every_rule_that_is_named_exists() -> None:
    assert set(re.findall(r"NB\d{3}", PAGE)) <= {each.rule.code for each in known_rules()}


def test_every_test_of_the_score_that_is_named_is_automatic_or_a_persons() -> None:
    automatic = {test.id for test in TESTS if test.repeated_by}
    named = set(re.findall(r"\b[DMIN][1-7]\b", PAGE))
    assert named - automatic == {"M2"}
    assert f"{_word(28 - len(automatic))} of its 28 tests are a person's to attest" in PAGE


def _word(number: int) -> str:
    return {6: "six", 7: "seven", 8: "eight", 9: "nine"}[number]


def test_every_file_and_address_that_is_named_exists() -> None:
    files = {name.rpartition("/")[2] for name in re.findall(r"`([\w/]+\.(?:py|json|toml))`", PAGE)}
    assert files - MADE_BY_THE_PLAN <= {path.name for path in TEMPLATES}
    texts = "\n".join(path.read_text(encoding="utf-8") for path in TEMPLATES if path.suffix == ".py")
    addresses = set(re.findall(r"`(/[a-z]+)`", PAGE)) - {"/docs"}
    assert all(f'"{address}"' in texts for address in addresses)
    for setting in re.findall(r"`([A-Z_]{6,})`", PAGE):
        assert setting.lower() in texts
