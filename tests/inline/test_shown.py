"""What is shown as JSON, HTML and text: complete, in order, and harmless whatever a notebook says."""

from __future__ import annotations

import json
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from nb2prod.errors import UsageError
from nb2prod.inline.as_html import as_html
from nb2prod.inline.as_text import as_text
from nb2prod.inline.model import LongCheck, State, View
from nb2prod.inline.show import readiness
from nb2prod.inline.shown import MOST_FINDINGS, MOST_TEXT, shown
from nb2prod.rules.model import Severity
from tests.inline.making import HOSTILE, found

HARMLESS = {"div", "p", "strong", "em", "ul", "li", "br", "code"}


class Elements(HTMLParser):
    """Collects the elements of some HTML, and their attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.attributes: list[Any] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.add(tag)
        self.attributes += attrs

    def handle_comment(self, data: str) -> None:
        self.names.add("comment")

    def handle_decl(self, decl: str) -> None:
        self.names.add("declaration")

    unknown_decl = handle_pi = handle_decl


def everywhere(text: str) -> View:
    """Return a view that has a text wherever a text can be."""
    return View(
        notebook=text,
        found=(found(text, code=text, remedy=text, cell=0, line=1, picture={text: text, "kind": text}),),
        cells={0: text},
        checks=(LongCheck(text, text, State.FAILED, text),),
        notes=(text,),
        problems=(text,),
        pages={"NB999": text},
    )


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_html_has_the_elements_that_we_wrote_and_no_attributes(text: str) -> None:
    elements = Elements(as_html(shown(everywhere(text))))
    assert elements.names <= HARMLESS
    assert elements.attributes == []


@given(st.text(st.characters(exclude_categories=())))
@example("\ud800")
def test_any_text_can_be_sent_and_shown(text: str) -> None:
    data = shown(everywhere(text))
    json.dumps(data, ensure_ascii=False, allow_nan=False).encode("utf-8")
    assert Elements(as_html(data)).names <= HARMLESS
    as_text(data).encode("utf-8")


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_text_does_not_turn_a_terminal_round(text: str) -> None:
    said = as_text(shown(everywhere(text)))
    assert not set("\x00\x1b\u202e") & set(said)
    assert all(len(line) <= 3 * MOST_TEXT for line in said.splitlines())


def test_errors_come_first_and_each_severity_in_the_order_of_the_notebook() -> None:
    some = (found("one", Severity.ADVICE), found("two", Severity.ERROR, cell=3, line=2), found("three", Severity.ERROR))
    data = shown(View("a.ipynb", some))
    assert [each["what"] for each in data["findings"]] == ["two", "three", "one"]
    assert data["findings"][0]["place"] == "cell [4], line 2"
    assert as_text(data).splitlines()[:2] == [
        "Readiness of a.ipynb: 2 errors, 1 piece of advice",
        "  error: cell [4], line 2: NB999 two [a-rule]",
    ]


def test_more_than_anybody_reads_is_counted() -> None:
    data = shown(View("a.ipynb", tuple(found(str(number)) for number in range(MOST_FINDINGS + 7))))
    assert len(data["findings"]) == MOST_FINDINGS
    assert data["more"] == 7
    assert data["counts"]["warning"] == MOST_FINDINGS + 7
    assert "and 7 more" in as_text(data)
    assert "and 7 more" in as_html(data)


def test_pictures_keep_what_can_be_drawn() -> None:
    picture = {"kind": "bars", "values": (1, float("nan"), 2.5, float("inf")), "odd": {1, 2}, "deep": [[[[[[1]]]]]]}
    drawn = shown(View("a.ipynb", (found(picture=picture),)))["findings"][0]["picture"]
    assert drawn["values"] == [1, None, 2.5, None]
    assert drawn["odd"] is None
    json.dumps(drawn, allow_nan=False)


def test_names_of_the_notebook_are_code_in_html() -> None:
    html = as_html(shown(View("a.ipynb", (found("`df` is read before `x < 1`"),))))
    assert "<code>df</code> is read before <code>x &lt; 1</code>" in html


def test_nothing_found_is_said() -> None:
    assert as_text(shown(View("a.ipynb"))) == "Readiness of a.ipynb: nothing found"


def test_what_is_no_path_is_refused_in_words() -> None:
    with pytest.raises(UsageError, match="int is not the path of a notebook"):
        readiness(5)  # type: ignore[arg-type]
