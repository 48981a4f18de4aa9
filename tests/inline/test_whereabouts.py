"""The notebook is found by what each frontend says; where none does, nobody guesses."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from nb2prod.inline.whereabouts import colab_document, find_notebook
from tests.making import PLAIN, as_notebook, write_notebook


@pytest.fixture
def notebook(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("JPY_SESSION_NAME", raising=False)
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path / "runtime"))
    (tmp_path / "runtime").mkdir()
    return write_notebook(tmp_path / "my notebook.ipynb", PLAIN)


@contextmanager
def jupyter(root: Path, runtime: Path, sessions: Any) -> Iterator[list[str]]:
    """Run a server that answers as a Jupyter server does; yield the tokens that it was shown."""
    tokens: list[str] = []

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            tokens.append(self.headers["Authorization"])
            self.send_response(200 if self.path == "/base/api/sessions" else 404)
            self.end_headers()
            self.wfile.write(json.dumps(sessions).encode())

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Answer) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        url = f"http://127.0.0.1:{server.server_port}/base/"
        runtime.joinpath("jpserver-1.json").write_text(json.dumps({"url": url, "token": "t", "root_dir": str(root)}))
        yield tokens
        server.shutdown()
        thread.join()


def test_vs_code_sets_a_variable(notebook: Path) -> None:
    assert find_notebook({"__vsc_ipynb_file__": str(notebook)}) == notebook


def test_jupyter_servers_set_an_environment_variable(notebook: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JPY_SESSION_NAME", str(notebook))
    assert find_notebook({}) == notebook


def test_one_that_was_renamed_is_asked_for_at_the_server(notebook: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JPY_SESSION_NAME", str(notebook.with_name("old name.ipynb")))
    sessions = [
        {"kernel": {"id": "other"}, "type": "notebook", "path": "other.ipynb"},
        {"kernel": None, "type": "notebook", "path": "x.ipynb"},
    ]
    runtime = notebook.parent / "runtime"
    with jupyter(notebook.parent, runtime, sessions) as tokens:
        assert find_notebook({}, "/run/kernel-one.json") is None
        sessions[:] = [{"kernel": {"id": "one"}, "type": "notebook", "path": notebook.name}]
        assert find_notebook({}, "/run/kernel-one.json") == notebook
        assert tokens == ["token t", "token t"]


@pytest.mark.parametrize("text", ["", "no JSON", "[]", '{"url": 3}', '{"url": "http://127.0.0.1:9/", "token": ""}'])
def test_servers_that_do_not_answer_are_passed_over(notebook: Path, text: str) -> None:
    (notebook.parent / "runtime" / "jpserver-1.json").write_text(text)
    assert find_notebook({}, "/run/kernel-one.json") is None


@pytest.mark.parametrize("said", [None, 3, "", "untitled", "/not/there.ipynb"])
def test_what_is_no_notebook_is_none(notebook: Path, said: Any) -> None:
    assert find_notebook({"__vsc_ipynb_file__": said}) is None


def colab(answer: Any) -> dict[str, Any]:
    """Return modules with Colab's among them, whose page answers so."""

    def blocking_request(kind: str, request: str, timeout_sec: float) -> Any:
        assert kind == "get_ipynb"
        return answer

    return {"google.colab": SimpleNamespace(_message=SimpleNamespace(blocking_request=blocking_request))}


def test_colab_hands_the_notebook_over() -> None:
    found = colab_document(colab({"ipynb": as_notebook(PLAIN, colab={"name": "mine.ipynb"})}))
    assert found is not None
    assert found.path == Path("mine.ipynb")
    assert len(found.content["cells"]) == len(PLAIN)


@pytest.mark.parametrize("answer", [None, {}, {"ipynb": None}, {"ipynb": {"cells": 3}}])
def test_colab_may_also_not_answer(answer: Any) -> None:
    assert colab_document(colab(answer)) is None
