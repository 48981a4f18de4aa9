"""The page says what has drifted, escapes what it is told, and needs nothing from elsewhere."""

from __future__ import annotations

from html.parser import HTMLParser

from {{ cookiecutter.package }}.service import drift
from {{ cookiecutter.package }}.service.drift.baseline import Baseline
from {{ cookiecutter.package }}.service.drift.columns import columns_of
from {{ cookiecutter.package }}.service.drift.saying import said_of
from {{ cookiecutter.package }}.service.drift.window import Window

from .drifting import ALARMS, rows


class Well(HTMLParser):
    """Whether each element that begins ends, and nothing comes from elsewhere."""

    open: list[str]

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        assert not {"src", "href"} & {name for name, _ in attributes} and tag != "script"
        if tag not in ("meta", "rect", "line"):
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        pass

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_the_page_says_the_same_and_escapes_what_it_is_told() -> None:
    name = '<img src="x" onerror=alert(1)>'
    records = [{name: each["amount"], "plan": each["plan"]} for each in rows(0, 500)]
    fields = tuple(columns_of(records, {"plan": {"categories": ["basic"]}}))
    found = Baseline("0123", "<b>rows</b>", 500, 0, fields, ())
    window = Window(fields, (), 500)
    for each in records:
        window.add({name: each[name] + 50, "plan": "<script>"}, None)
    own = {"model_version": "0123", "since": 1.0, "counts": window.counts}
    said = said_of(found, own, (), ALARMS)
    assert said["state"] == "drift"
    text = drift.page(said)
    reader = Well()
    reader.open = []
    reader.feed(text)
    assert not reader.open and "<h1>Drift</h1>" in text and text.count("<svg") == 2
    assert "<img" not in text and "<b>" not in text
