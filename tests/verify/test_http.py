from __future__ import annotations

import socket
from pathlib import Path

import pytest

from nb2prod.verify import Comparison, Tolerance, http
from nb2prod.verify.repository import Repository

from .conftest import Tiny

ASKED = tuple(float(value) for value in range(120))
ANSWERED = tuple({"score": 2.0 * x + 1.0, "label": "high" if 2.0 * x + 1.0 > 10 else "low"} for x in ASKED)


@pytest.fixture
def served(repository: Tiny) -> Repository:
    found = Repository(repository.folder, "tiny", repository.environment, 60.0)
    found.forget_bytecode()
    assert found.train().ok
    return found


def _compare(served: Repository, version: str = "") -> Comparison:
    return http.compare_over_http(served, ASKED, ANSWERED, Tolerance(), version)


def _services() -> list[str]:
    commands = []
    for process in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            commands.append(process.read_text().replace("\0", " "))
        except OSError:
            continue
    return [command for command in commands if "tiny.service" in command]


def test_more_rows_than_one_request_holds(served: Repository) -> None:
    comparison = _compare(served)
    assert comparison.ok, comparison
    assert comparison.rows == 120


def test_a_port_that_somebody_else_takes_first_is_given_up(served: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    free = http._free_port
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        ports = iter([taken.getsockname()[1], free()])
        monkeypatch.setattr(http, "_free_port", lambda: next(ports))
        assert _compare(served).ok


def test_a_service_that_never_gets_ready_is_stopped_and_its_log_shown(
    served: Repository, repository: Tiny, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository.put(
        "src/tiny/service/__main__.py", "import time\n\nprint('waiting for a licence', flush=True)\ntime.sleep(600)\n"
    )
    monkeypatch.setattr(http, "READY_SECONDS", 2.0)
    comparison = _compare(served)
    assert "not ready after 2 s (nothing listened)" in comparison.error
    assert "waiting for a licence" in comparison.error
    if Path("/proc").exists():
        assert not [command for command in _services() if str(served.environment.folder) in command]


def test_a_service_that_answers_as_another_model_is_no_proof(served: Repository) -> None:
    comparison = _compare(served, version="000000")
    assert comparison.equal == 0
    assert "where 000000 was proven" in comparison.differences[0].service["error"]


def test_an_answer_of_another_shape_is_no_answer(served: Repository, repository: Tiny) -> None:
    repository.change("src/tiny/service/__init__.py", '"predictions": ', '"answers": ')
    comparison = _compare(served)
    assert comparison.differences[0].service["error"].startswith("not an answer: ")


def test_a_record_that_is_answered_otherwise_alone_than_among_others_is_found(
    served: Repository, repository: Tiny
) -> None:
    repository.change(
        "src/tiny/service/__init__.py",
        'model.predict(body["records"])',
        'model.predict([x + (len(body["records"]) == 1) for x in body["records"]])',
    )
    comparison = _compare(served)
    assert (comparison.rows, comparison.equal) == (120, 117)
