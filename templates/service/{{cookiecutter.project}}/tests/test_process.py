"""The service as processes: nobody's request is lost while they are replaced, and TLS is by settings."""

from __future__ import annotations

import gc
import http.client
import shutil
import signal
import ssl
import subprocess
import sys
import time
from pathlib import Path

import pytest

from {{ cookiecutter.package }}.service.starting import create, misspelt

from .load import BODY
from .process import Service, refused, service
from .restarts import restarted


@pytest.mark.parametrize("workers", [1, 2])
def test_settings_that_make_no_sense_are_told_all_at_once(workers: int) -> None:
    said = refused(PORT="what-was-set", DRAIN_SECONDS=-1, SSL_KEYFILE="nowhere.pem", WORKERS=workers)
    assert [line.split(":")[0].strip() for line in said[1:]] == ["PORT", "SSL_KEYFILE", "DRAIN_SECONDS"]
    assert "what-was-set" not in "".join(said)


WRONG = {
    "ARTIFACTS_KEY must have at least 32 characters": {"ARTIFACTS_KEY": "0123456789"},
    "is not signed": {"ARTIFACTS_KEY": 4 * "0123456789"},
    "With SLIM": {"SLIM": "true", "COMPILED": "false"},
    "SSL_CERTFILE and SSL_KEYFILE": {"SSL_CERTFILE": __file__},
    "SSL_CERTFILE does not say": {"SSL_KEYFILE": __file__},
}


def test_a_setting_that_is_misspelt_is_told_and_others_lines_are_not() -> None:
    said = ["MAX_RECORD", "max_records", "WORKER", "COMPOSE_PROJECT_NAME", "ARTIFACTS_KEY", "DATA_DIR", "COMPILED"]
    assert misspelt(said) == [
        "MAX_RECORD in .env is no setting; MAX_RECORDS is one",
        "WORKER in .env is no setting; WORKERS is one",
    ]


@pytest.mark.parametrize("words", WRONG)
def test_what_cannot_be_served_is_told_as_wrong_settings_are(
    words: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, value in WRONG[words].items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(sys, "meta_path", [*sys.meta_path])
    before = signal.getsignal(signal.SIGTERM)
    try:
        with pytest.raises(SystemExit) as ended:
            create()
    finally:
        signal.signal(signal.SIGTERM, before)
        gc.unfreeze()
    said = capsys.readouterr().err.splitlines()
    assert ended.value.code == 2 and len(said) == 2
    assert words in said[1] and "0123456789" not in said[1]


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGTERM here")
def test_told_to_stop_before_it_serves_it_ends_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    found = []

    def load(slim: bool) -> None:
        found.append(signal.getsignal(signal.SIGTERM))

    monkeypatch.setattr("{{ cookiecutter.package }}.model.Model.load", load)
    before = signal.signal(signal.SIGTERM, lambda number, frame: None)  # as the server does
    try:
        wanted = signal.getsignal(signal.SIGTERM)
        create()
        assert (found, signal.getsignal(signal.SIGTERM)) == ([signal.SIG_DFL], wanted)
    finally:
        signal.signal(signal.SIGTERM, before)
        gc.unfreeze()


@pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="there is no SIGHUP here")
def test_no_request_is_lost_while_workers_are_replaced(two_workers: Service) -> None:
    said = restarted(two_workers, times=1, rate=200)
    assert set(said["answers"]) == {"200"}, (said, two_workers.log.read_text())
    assert sum(said["answers"].values()) >= 100 * said["seconds"]


def tls(folder: Path) -> tuple[dict[str, Path], ssl.SSLContext | None]:
    """Return settings with a new certificate, and who trusts it; nothing where there is no openssl to make one."""
    if shutil.which("openssl") is None:
        return {}, None
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    made = f"req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -keyout {key} -out {certificate}"
    named = ["-addext", "subjectAltName=DNS:localhost"]
    subprocess.run(["openssl", *made.split(), *named], check=True, capture_output=True)
    settings = {"SSL_KEYFILE": key, "SSL_CERTFILE": certificate}
    return settings, ssl.create_default_context(cafile=str(certificate))


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGTERM here")
def test_it_speaks_tls_and_told_to_stop_it_says_so_first_and_goes_on_answering(tmp_path: Path) -> None:
    settings, trusted = tls(tmp_path)
    with service(tmp_path / "log.txt", DRAIN_SECONDS=600, **settings) as (process, port, _):
        assert ask(port, "GET", "/readyz", trusted) == 200
        process.terminate()
        while ask(port, "GET", "/readyz", trusted) == 200:
            time.sleep(0.05)
        assert ask(port, "GET", "/readyz", trusted) == 503
        assert ask(port, "POST", "/predict", trusted) == 200
        process.terminate()  # a second time: now
        process.wait(60)
    with pytest.raises(ConnectionRefusedError):
        ask(port, "GET", "/readyz", trusted)
    if trusted is None:
        pytest.skip("all but TLS was seen: there is no openssl to make a certificate")


def ask(port: int, method: str, path: str, context: ssl.SSLContext | None) -> int:
    """Return the status of the answer."""
    if context is None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    else:
        connection = http.client.HTTPSConnection("localhost", port, timeout=60, context=context)
    try:
        connection.request(method, path, BODY, {"content-type": "application/json"})
        return connection.getresponse().status
    finally:
        connection.close()
