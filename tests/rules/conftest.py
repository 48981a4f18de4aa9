"""A database of vulnerabilities on this machine, for the rule that asks one."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

VULNERABLE = {("pyyaml", "5.1"): ["PYSEC-2021-142", "GHSA-8q59-q68h-6hv4"], ("requests", "2.19.0"): ["PYSEC-2018-28"]}


class Database(BaseHTTPRequestHandler):
    """What OSV answers to a batch of queries."""

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["queries"]
        known = [VULNERABLE.get((each["package"]["name"], each["version"]), []) for each in asked]
        results = [{"vulns": [{"id": name} for name in names]} if names else {} for names in known]
        body = json.dumps({"results": results}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def database(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of a database that knows some vulnerabilities."""
    monkeypatch.setenv("no_proxy", "*")
    server = ThreadingHTTPServer(("127.0.0.1", 0), Database)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture(autouse=True)
def installed(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """Have a package under the GPL in the cases of the rule about licences."""
    if "[copyleft_dependency]" in request.node.name:
        folder = tmp_path / "gpl_for_tests-1.0.dist-info"
        folder.mkdir()
        text = "Metadata-Version: 2.4\nName: gpl-for-tests\nVersion: 1.0\nLicense-Expression: GPL-3.0-only\n"
        (folder / "METADATA").write_text(text)
        monkeypatch.syspath_prepend(tmp_path)
    yield


@pytest.fixture(autouse=True)
def asked(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the database asked in the cases of the rule that does."""
    monkeypatch.delenv("NB2PROD_ADVISORIES", raising=False)
    if "[vulnerable_version]" in request.node.name:
        monkeypatch.setenv("NB2PROD_ADVISORIES", request.getfixturevalue("database"))
