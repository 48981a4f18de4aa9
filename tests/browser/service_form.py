"""The page of a service, as a person uses it: a form that is filled in, an answer that is read."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, Page


@contextmanager
def watched(browser: Browser, **options: Any) -> Iterator[Page]:
    """Give a page that has met no error, and asked no other host, when the block is over."""
    context = browser.new_context(**options)
    page = context.new_page()
    said: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    try:
        yield page
    finally:
        context.close()
    elsewhere = [url for url in asked if not url.startswith("http://127.0.0.1:")]
    assert not elsewhere, f"other hosts were asked: {elsewhere}"
    unexpected = [text for text in said if "status of 4" not in text]
    assert not unexpected, f"errors in the page: {unexpected}"


def fill(page: Page, record: Any) -> None:
    """Fill in a record: an object by its fields, anything else into the only control."""
    values = record.items() if isinstance(record, dict) else [(page.locator("#fields label").text_content(), record)]
    for name, value in values:
        control = page.get_by_label(name, exact=True)
        if control.evaluate("each => each.tagName") == "SELECT":
            control.select_option(json.dumps(value) if value is not None else "")
        else:
            control.fill(typed(value))


def typed(value: Any) -> str:
    """Return what a person types for a value."""
    if value is None:
        return ""
    return json.dumps(value) if isinstance(value, (list, dict)) else str(value)


def answered(page: Page, expected: Any) -> Any:
    """Return the answer that is shown, its values read as those are meant that are expected at their places."""
    shown = page.locator("#prediction")
    if shown.locator("pre").count():
        return json.loads(shown.locator("pre").inner_text())
    if shown.locator("dl").count():
        names, values = (shown.locator(each).all_inner_texts() for each in ("dt", "dd"))
        wanted = expected if isinstance(expected, dict) else {}
        return {name: meant(value, wanted.get(name)) for name, value in zip(names, values, strict=True)}
    return meant(shown.inner_text(), expected)


def meant(text: str, expected: Any) -> Any:
    """Return the value that a text shows: numbers and truth values where such are expected."""
    if text == "null" and expected is None:
        return None
    if isinstance(expected, str) or expected is None:
        return text
    try:
        return json.loads(text)
    except ValueError:
        return text
