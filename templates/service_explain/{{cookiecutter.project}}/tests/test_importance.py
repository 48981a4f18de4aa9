"""What matters to the model: what is changed matters, what is not used does not, and the page shows it."""

from __future__ import annotations

from typing import Any

import pytest

from {{ cookiecutter.package }}.model import Model
from {{ cookiecutter.package }}.schema import REQUEST
from {{ cookiecutter.package }}.service import create_app
from {{ cookiecutter.package }}.service.explain import making
from {{ cookiecutter.package }}.service.explain.plots import page

from .parity import REQUESTS
from .server import loaded, running


@pytest.fixture(scope="module")
def found() -> dict[str, Any]:
    return making.importance(loaded(), REQUESTS[:20])


def test_every_field_has_an_importance(found: dict[str, Any]) -> None:
    if "why" in found:
        pytest.skip(found["why"])
    numbers = [each["importance"] for each in found["fields"]]
    assert numbers == sorted(numbers, reverse=True) and numbers[-1] >= 0
    for each in found["dependence"]:
        assert len(each["values"]) == len(each["means"]) >= 1
    assert making.importance(loaded(), REQUESTS[:20]) == found


def test_texts_are_shown_only_where_the_schema_names_them(found: dict[str, Any]) -> None:
    named = {field["name"]: field.get("categories") or () for field in REQUEST.get("fields", ()) if field["type"] == "string"}
    for each in found.get("dependence", ()):
        if each["name"] in named:
            assert set(each["values"]) <= set(named[each["name"]])


def test_a_field_that_is_not_used_does_not_matter(monkeypatch: pytest.MonkeyPatch, found: dict[str, Any]) -> None:
    if "why" in found or not isinstance(REQUESTS[0], dict):
        pytest.skip("its records have no fields")
    name = found["fields"][0]["name"]
    numbers = [each for each in REQUESTS[0] if each != name]
    monkeypatch.setattr(Model, "original", lambda self, batch: [float(len(str(each[name]))) for each in batch])
    without = making.importance(loaded(), REQUESTS[:20])
    assert all(each["importance"] == 0 for each in without["fields"] if each["name"] in numbers)


def test_the_page_shows_it(found: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    if "why" in found:
        pytest.skip(found["why"])
    text = page({**found, "of": "<b>"})
    assert "<script" not in text and "http" not in text and "<b>" not in text
    assert text.count("<article>") == len(found["dependence"])
    monkeypatch.setattr("{{ cookiecutter.package }}.service.explain.mattering.read", lambda version: found)
    with running(create_app()) as client:
        assert client.get("/importance").json() == found
        shown = client.send("GET", "/importance", b"", {"accept": "text/html"})
        assert shown.status == 200 and shown.content_type.startswith("text/html")
        assert client.get("/model").json()["importance"]["of"] == found["of"]
    monkeypatch.setattr("{{ cookiecutter.package }}.service.explain.mattering.read", lambda version: None)
    with running(create_app()) as client:
        assert client.get("/importance").status == 404
