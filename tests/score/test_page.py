"""``docs/ml-test-score.md`` is what the code says, and what it names in repositories is in the templates."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from nb2prod.score.page import page
from nb2prod.score.rubric import TESTS

ROOT = Path(__file__).parents[2]
TEMPLATES = ROOT / "templates"
NAMES = sorted({name for test in TESTS for name in test.repeated_by})


def test_the_page_is_what_the_code_says() -> None:
    written = (ROOT / "docs/ml-test-score.md").read_text(encoding="utf-8")
    assert written == page(), "python -m nb2prod.score.page > docs/ml-test-score.md"


def test_all_28_are_on_it() -> None:
    assert re.findall(r"^### (\w+): ", page(), re.MULTILINE) == [test.id for test in TESTS]


@pytest.mark.parametrize("name", NAMES)
def test_what_counts_is_in_the_templates(name: str) -> None:
    place, _, function = name.partition("::")
    texts = [path.read_text(encoding="utf-8") for path in TEMPLATES.glob(f"*/*/{place}")]
    assert any(f"def {function}(" in text for text in texts)
