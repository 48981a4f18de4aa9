"""Every address is for people who are logged in and allowed to; all of them, whatever is added later."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from jupyter_server.auth import Authorizer
from tornado.httpclient import HTTPClientError

from nb2prod import __version__
from nb2prod.server.routes import ROUTES
from tests.server.conftest import API, Fetch

VERBS = ("get", "post", "put", "patch", "delete")


class ReadOnly(Authorizer):  # type: ignore[misc]
    """Lets everybody look and nobody do anything."""

    def is_authorized(self, handler: Any, user: Any, action: str, resource: str) -> bool:
        return action == "read"


def _requests() -> list[Any]:
    found = []
    for path, handler in ROUTES:
        parts = ["0" * 16 if part.startswith("(") else part for part in path]
        for verb in VERBS:
            if verb in vars(handler):
                found.append(pytest.param(parts, verb.upper(), id=f"{verb} {'/'.join(parts)}"))
    return found


def _body(verb: str) -> str | None:
    return "{}" if verb in {"POST", "PUT", "PATCH"} else None


async def _status(fetch: Fetch, parts: list[str], verb: str, headers: dict[str, str] | None = None) -> int:
    try:
        sent = {} if headers is None else {"headers": headers}
        response = await fetch(*API, *parts, method=verb, body=_body(verb), follow_redirects=False, **sent)
    except HTTPClientError as error:
        return error.code
    return int(response.code)


@pytest.mark.parametrize("headers", [{"Authorization": ""}, {"Authorization": "token wrong"}], ids=["none", "wrong"])
@pytest.mark.parametrize(("parts", "verb"), _requests())
async def test_no_address_is_for_strangers(
    jp_fetch: Fetch, parts: list[str], verb: str, headers: dict[str, str]
) -> None:
    assert await _status(jp_fetch, parts, verb, headers) in {302, 401, 403}


@pytest.mark.parametrize(("parts", "verb"), [p for p in _requests() if p.values[1] != "GET"])
async def test_what_changes_something_wants_the_xsrf_token(
    jp_fetch: Fetch, jp_serverapp: Any, parts: list[str], verb: str
) -> None:
    """A browser that is logged in by its cookie, on another site's errand, has the cookie and not the token."""
    from tornado.web import create_signed_value

    settings = jp_serverapp.web_app.settings
    provider = jp_serverapp.identity_provider
    name = provider.get_cookie_name(type("H", (), {"request": type("R", (), {"host": "x"})()})())
    cookie = create_signed_value(settings["cookie_secret"], name, "somebody").decode()
    assert await _status(jp_fetch, parts, verb, {"Authorization": "", "Cookie": f"{name}={cookie}"}) in {302, 401, 403}


@pytest.mark.parametrize(("parts", "verb"), _requests())
async def test_who_may_only_look_starts_and_ends_nothing(
    jp_fetch: Fetch, jp_serverapp: Any, parts: list[str], verb: str
) -> None:
    jp_serverapp.web_app.settings["authorizer"] = ReadOnly(parent=jp_serverapp)
    status = await _status(jp_fetch, parts, verb)
    looks = verb == "GET" or parts in (["outline"], ["findings"], ["fix"], ["runs", "form"])
    assert (status == 403) is not looks, status


async def test_the_version_is_told(jp_fetch: Fetch) -> None:
    assert json.loads((await jp_fetch(*API, "version")).body) == {"version": __version__}


async def test_a_body_that_is_no_json_is_refused(jp_fetch: Fetch) -> None:
    with pytest.raises(HTTPClientError) as refused:
        await jp_fetch(*API, "outline", method="POST", body="[")
    assert refused.value.code == 422


@pytest.mark.parametrize("setting", ["max_jobs", "max_body"])
def test_a_setting_that_makes_no_sense_is_said_when_the_server_starts(
    setting: str, jp_configurable_serverapp: Callable[..., Any], caplog: pytest.LogCaptureFixture
) -> None:
    config = {"ServerApp": {"jpserver_extensions": {"nb2prod": True}}, "Nb2prod": {setting: -1}}
    app = jp_configurable_serverapp(config=config)
    assert "nb2prod_parts" not in app.web_app.settings
    said = [record.getMessage() for record in caplog.records if "nb2prod" in record.getMessage()]
    assert any(f"'{setting}'" in each and "-1" in each for each in said), said
