"""Routes that read a notebook: hostile paths, bodies and contents, and what of them is answered or logged."""

from __future__ import annotations

import json
import logging
from pathlib import Path
from typing import Any

import pytest
from tornado.httpclient import HTTPClientError, HTTPResponse

from tests.making import as_notebook
from tests.server.conftest import API, Fetch

READING = ("findings", "fix", "outline", "running")
MORE: dict[str, dict[str, Any]] = {"fix": {"finding": None}, "running": {"kernel": "none"}}
OUTSIDE = (
    "../n.ipynb", "a/../../n.ipynb", "/../n.ipynb", "..\\n.ipynb", "out/n.ipynb", "out.ipynb", ".hidden/n.ipynb", "",
    "n\x00.ipynb", "a/./n.ipynb", "x" * 5000,
)  # fmt: skip
SECRET = "ghp_" + "a1B2c3D4e5" * 3 + "F6g7H8"
DEEP = 100_000


async def _asked(fetch: Fetch, route: str, body: str, method: str = "POST") -> HTTPResponse:
    """Return the answer, also where it is a refusal."""
    sent = {"body": body} if method == "POST" else {}
    try:
        return await fetch(*API, *route.split("/"), method=method, request_timeout=60, **sent)
    except HTTPClientError as error:
        assert error.response is not None
        return error.response


def _body(route: str, path: str, content: dict[str, Any]) -> str:
    return json.dumps({"path": path, "content": content, **MORE.get(route, {})})


@pytest.mark.parametrize("route", READING)
async def test_a_path_that_leads_out_is_refused(route: str, jp_fetch: Fetch, jp_root_dir: Path, tmp_path: Path) -> None:
    """Also where the notebook is in the body: what lies beside it is read, such as modules and settings."""
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "n.ipynb").write_text("{}")
    (jp_root_dir / "out").symlink_to(outside)
    (jp_root_dir / "out.ipynb").symlink_to(outside / "n.ipynb")
    for path in OUTSIDE:
        answer = await _asked(jp_fetch, route, _body(route, path, as_notebook([(None, "x = 1")])))
        assert (path, answer.code) == (path, 422)
        assert str(tmp_path) not in answer.body.decode()
        assert json.loads(answer.body)["problems"]


async def test_changes_of_a_folder_outside_are_not_told(jp_fetch: Fetch) -> None:
    for path in ("..", "../x", "a/../..", "%2e%2e/x", "/etc", ".git"):
        with pytest.raises(HTTPClientError) as refused:
            await jp_fetch(*API, "changes", params={"path": path}, request_timeout=60)
        assert refused.value.code in {404, 422}, path


@pytest.mark.parametrize("route", READING)
async def test_a_body_that_is_nested_without_end_is_refused(route: str, jp_fetch: Fetch) -> None:
    start = _body(route, "n.ipynb", as_notebook([(None, "x = 1")]))[:-1]
    for odd in ("[" * DEEP + "]" * DEEP, '{"a":' * DEEP + "1" + "}" * DEEP):
        answer = await _asked(jp_fetch, route, f'{start}, "content": {{"cells": {odd}}}}}')
        assert answer.code == 422, answer.body[:500]
        assert json.loads(answer.body)["problems"]


async def test_an_answer_is_no_page_that_a_browser_would_show(jp_fetch: Fetch) -> None:
    """A notebook has whatever markup; a rule's page is text too."""
    html = "<script>alert(1)</script>"
    document = as_notebook([(None, f"from math import *\nx = nowhere['{html}']"), (None, html)])
    asked = [(route, "POST", _body(route, f"{html}.ipynb", document)) for route in READING]
    asked += [(f"rules/{code}", "GET", "") for code in ("NB107", "NB999")] + [
        ("version", "GET", ""),
        ("jobs", "GET", ""),
    ]
    for route, method, body in asked:
        answer = await _asked(jp_fetch, route, body, method)
        assert answer.headers["Content-Type"].split(";")[0] == "application/json", route
        assert answer.headers["X-Content-Type-Options"] == "nosniff", route
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"], route


@pytest.mark.parametrize("route", READING)
async def test_no_secret_of_a_notebook_is_answered_or_logged(
    route: str, jp_fetch: Fetch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    whole = as_notebook([(None, f"token = '{SECRET}'\nfrom math import *\n!curl -H {SECRET} x\nprint(sqrt(2))")])
    odd = as_notebook([(None, "x = 1")], nb2prod={SECRET: SECRET, "check": {SECRET: SECRET, "max-cell-lines": SECRET}})
    broken = {**whole, "cells": [SECRET, *whole["cells"]]}
    for content in (whole, odd, broken, {"nbformat": SECRET}):
        answer = await _asked(jp_fetch, route, _body(route, "n.ipynb", content))
        assert answer.code in {200, 422}
        said = json.loads(answer.body)
        for change in said.get("changes", ()):
            change.pop("source"), change.pop("before", None)  # they go back into the notebook
        assert SECRET not in json.dumps(said)
    bad = _body(route, "n.ipynb", whole)[:-1] + f', "{SECRET}": "{SECRET}"}}'
    answer = await _asked(jp_fetch, route, bad)
    assert (answer.code, SECRET in answer.body.decode()) == (422, False)
    assert SECRET not in caplog.text
