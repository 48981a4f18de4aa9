"""Tokens of an issuer: a real one on this machine, whose keys are fetched once."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from {{ cookiecutter.package }}.service import create_app, tokens
from {{ cookiecutter.package }}.service.settings import Settings
from {{ cookiecutter.package }}.service.tokens import Issuer

from .parity import REQUESTS
from .server import Client, running

jwt = pytest.importorskip("jwt", reason="AUTH=jwt needs the extra jwt")
rsa = pytest.importorskip("cryptography.hazmat.primitives.asymmetric.rsa")


@dataclass
class Made:
    """An issuer that runs, and what was fetched from it."""

    url: str = ""
    fetched: list[str] = field(default_factory=list)
    key: Any = field(default_factory=lambda: rsa.generate_private_key(65537, 2048))

    def token(self, key: Any = None, algorithm: str = "RS256", **claims: Any) -> str:
        headers = {"kid": claims.pop("kid", "one")}
        said = {name: value for name, value in self.claims(**claims).items() if value is not None}
        return str(jwt.encode(said, key or self.key, algorithm, headers=headers))

    def claims(self, **others: Any) -> dict[str, Any]:
        end = time.time() + 600
        right = {"iss": self.url, "aud": "us", "sub": "shop", "scope": "predict", "exp": end}
        return {**right, **others}


@pytest.fixture(scope="module")
def issuer() -> Iterator[Made]:
    made = Made()

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            made.fetched.append(self.path)
            public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(made.key.public_key()))
            pages = {
                "/.well-known/openid-configuration": {"jwks_uri": made.url + "/keys"},
                "/keys": {"keys": [{**public, "kid": "one", "use": "sig", "alg": "RS256"}]},
            }
            body = json.dumps(pages[self.path]).encode()
            self.send_response(200)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    made.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield made
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def client(issuer: Made) -> Iterator[Client]:
    settings = Settings(auth="jwt", jwt_issuer=issuer.url, jwt_audience="us")
    with running(create_app(settings)) as client:
        yield client


def status(client: Client, token: str) -> int:
    body = json.dumps({"records": REQUESTS[:1]}).encode()
    headers = {"content-type": "application/json", "authorization": f"Bearer {token}"}
    return client.send("POST", "/predict", body, headers).status


def test_a_right_token_is_believed_and_keys_are_fetched_once(client: Client, issuer: Made) -> None:
    assert [status(client, issuer.token()) for _ in range(5)] == [200] * 5
    assert issuer.fetched == ["/.well-known/openid-configuration", "/keys"]


@pytest.mark.parametrize(
    "claims",
    [
        {"exp": 1_000_000_000},
        {"exp": None},
        {"aud": "others"},
        {"aud": None},
        {"iss": "http://127.0.0.1:1"},
        {"sub": None},
    ],
    ids=str,
)
def test_a_wrong_token_is_not(client: Client, issuer: Made, claims: dict[str, Any]) -> None:
    wrong = issuer.token(**claims)
    assert [status(client, wrong) for _ in range(3)] == [401] * 3


def test_a_token_that_somebody_else_signed_is_not(client: Client, issuer: Made) -> None:
    assert status(client, issuer.token(rsa.generate_private_key(65537, 2048))) == 401
    assert status(client, issuer.token("a secret of thirty-two letters...", "HS256")) == 401
    unsigned = jwt.encode(issuer.claims(), None, "none", headers={"kid": "one"})
    assert status(client, unsigned) == 401
    for odd in ("", "a.b.c", "." * 2, "x" * 10_000, issuer.token()[:-4]):
        assert status(client, odd) == 401


def test_a_token_may_do_what_it_says(client: Client, issuer: Made) -> None:
    assert status(client, issuer.token(scope="metrics read")) == 403
    assert status(client, issuer.token(scope=None, scp=["predict"])) == 200


def test_an_issuer_must_be_safe_to_ask() -> None:
    with pytest.raises(ValueError, match="https"):
        Issuer("http://issuer.example", "us")
    with pytest.raises(ValueError, match="JWT_AUDIENCE"):
        Issuer("https://issuer.example", "")


def test_an_issuer_that_is_away_is_no_fault_of_the_token(
    issuer: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings(auth="jwt", jwt_issuer="http://127.0.0.1:1", jwt_audience="us")
    with running(create_app(settings)) as client:
        assert status(client, issuer.token()) == 503
        monkeypatch.setattr(tokens, "urlopen", None)  # nobody asks again at once
        assert status(client, issuer.token()) == 503
        assert status(client, "no token") == 401


def test_keys_that_are_kept_count_while_the_issuer_is_away(
    issuer: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings(auth="jwt", jwt_issuer=issuer.url, jwt_audience="us")
    with running(create_app(settings)) as client:
        assert status(client, issuer.token()) == 200
        monkeypatch.setattr("urllib.request.OpenerDirector.open", away)
        assert status(client, issuer.token(sub="another")) == 200
        assert status(client, issuer.token(kid="unknown")) in (401, 503)


def away(*given: Any) -> None:
    raise OSError
