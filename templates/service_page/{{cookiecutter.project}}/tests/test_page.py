"""The page at ``/``: three files, nothing from elsewhere, no data in them."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from {{ cookiecutter.package }}.service import create_app
from {{ cookiecutter.package }}.service.page import FILES
from {{ cookiecutter.package }}.service.settings import Settings

from .server import Client, running


@pytest.fixture(scope="module")
def client() -> Iterator[Client]:
    with running(create_app()) as client:
        yield client


@pytest.mark.parametrize("path", FILES)
def test_nothing_comes_from_another_host(client: Client, path: str) -> None:
    answer = client.get(path)
    assert answer.status == 200
    assert answer.content_type.startswith(FILES[path][1])
    assert not re.search(r"(src|href)=\"?(https?:)?//|@import|url\(", answer.body.decode())
    assert "default-src 'none'" in answer.headers["content-security-policy"]


def test_all_that_the_page_asks_for_is_there(client: Client) -> None:
    page, script = (client.get(path).body.decode() for path in ("/", "/page.js"))
    for path in re.findall(r'(?:src|href)="([^"]+)"', page):
        assert client.get(f"/{path}").status == 200, path
    for path in re.findall(r'fetched\("([a-z.]+)"\)', script):
        assert client.get(f"/{path}").status == 200, path


def test_it_can_be_switched_off() -> None:
    with running(create_app(Settings(page=False))) as client:
        assert client.get("/").status == 404
