"""The service as processes: nobody's request is lost while they are replaced, and TLS is by settings."""

from __future__ import annotations

import http.client
import shutil
import signal
import ssl
import subprocess
import sys
import time
from pathlib import Path

import pytest

from .load import BODY
from .process import refused, service
from .restarts import restarted


@pytest.mark.parametrize("workers", [1, 2])
def test_settings_that_make_no_sense_are_told_all_at_once(workers: int) -> None:
    said = refused(PORT="what-was-set", DRAIN_SECONDS=-1, SSL_KEYFILE="nowhere.pem", WORKERS=workers)
    assert [line.split(":")[0].strip() for line in said[1:]] == ["PORT", "SSL_KEYFILE", "DRAIN_SECONDS"]
    assert "what-was-set" not in "".join(said)


@pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="there is no SIGHUP here")
def test_no_request_is_lost_while_workers_are_replaced(tmp_path: Path) -> None:
    log = tmp_path / "log.txt"
    said = restarted(log, times=1, rate=200)
    assert set(said["answers"]) == {"200"}, (said, log.read_text())
    assert sum(said["answers"].values()) >= 100 * said["seconds"]
    assert said["ended"] in (0, -signal.SIGTERM)


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGTERM here")
def test_told_to_stop_it_says_so_first_and_goes_on_answering(tmp_path: Path) -> None:
    with service(tmp_path / "log.txt", DRAIN_SECONDS=600) as (process, port):
        assert ask(port, "GET", "/readyz") == 200
        process.terminate()
        while ask(port, "GET", "/readyz") == 200:
            time.sleep(0.05)
        assert ask(port, "GET", "/readyz") == 503
        assert ask(port, "POST", "/predict") == 200
        process.terminate()  # a second time: now
        process.wait(60)
    with pytest.raises(ConnectionRefusedError):
        ask(port, "GET", "/readyz")


def ask(port: int, method: str, path: str, context: ssl.SSLContext | None = None) -> int:
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


@pytest.mark.skipif(shutil.which("openssl") is None, reason="there is no openssl to make a certificate")
def test_it_speaks_tls(tmp_path: Path) -> None:
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    made = f"req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -keyout {key} -out {certificate}"
    named = ["-addext", "subjectAltName=DNS:localhost"]
    subprocess.run(["openssl", *made.split(), *named], check=True, capture_output=True)
    log = tmp_path / "log.txt"
    with service(log, SSL_KEYFILE=key, SSL_CERTFILE=certificate) as (_, port):
        trusted = ssl.create_default_context(cafile=str(certificate))
        assert ask(port, "POST", "/predict", trusted) == 200
