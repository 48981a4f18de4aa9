"""The pages of the rules are what the rules say."""

from __future__ import annotations

from pathlib import Path

from nb2prod.rules.pages import pages
from tests.rules.pages import stale, write

ROOT = Path(__file__).parents[2]


def test_the_pages_are_what_the_rules_say() -> None:
    assert stale(ROOT / "docs" / "rules") == [], "make docs writes them anew"


def test_stale_pages_are_noticed_and_written(tmp_path: Path) -> None:
    assert stale(tmp_path) == sorted(pages())
    write(tmp_path)
    assert stale(tmp_path) == []
    (tmp_path / "star-import.md").write_text("old")
    (tmp_path / "no-rule-any-more.md").write_text("old")
    assert stale(tmp_path) == ["no-rule-any-more.md", "star-import.md"]
    write(tmp_path)
    assert stale(tmp_path) == []


def test_the_index_leads_to_every_page() -> None:
    texts = pages()
    assert all(f"]({name})" in texts["README.md"] for name in texts if name != "README.md")
