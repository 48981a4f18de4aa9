"""The service itself, over HTTP: started as its users start it, asked the notebook's rows, and always stopped."""

from __future__ import annotations

import contextlib
import http.client
import json
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from nb2prod.environment.process import started, tail
from nb2prod.verify.compare import Failure, Tolerance, compare
from nb2prod.verify.model import Comparison
from nb2prod.verify.repository import Repository

READY_SECONDS = 120.0
"""For a start with cold caches: large frameworks take half a minute to import on a busy machine."""
ANSWER_SECONDS = 120.0
CHUNK = 50
"""Records in one request."""
ALONE = 3
"""Records that are also asked one by one."""
ATTEMPTS = 3
"""At a free port: between looking and binding somebody else may take it."""
IN_USE = ("address already in use", "Errno 98", "Errno 48", "WinError 10048")


class NotServedError(Exception):
    """The service did not start, or did not answer as a service of this kind does."""


class PortTakenError(Exception):
    """Somebody else took the port first."""


@dataclass(frozen=True)
class Service:
    """A running service."""

    port: int
    version: str
    """Of the model that it is expected to name."""
    process: subprocess.Popen[bytes]

    def predict(self, records: Sequence[Any]) -> list[Any]:
        """Return one prediction for each record; raise ``NotServedError`` for anything but a complete answer."""
        body = json.dumps({"records": list(records)}).encode()
        status, content = _ask(self.port, "POST", "/predict", body, ANSWER_SECONDS)
        if status != 200:
            raise NotServedError(f"HTTP {status}: {content[:500].decode('utf-8', 'replace')}")
        try:
            answer = json.loads(content)
            predictions, version = answer["predictions"], answer["model_version"]
        except (ValueError, KeyError, TypeError):
            raise NotServedError(f"not an answer: {content[:500].decode('utf-8', 'replace')}") from None
        if not isinstance(predictions, list) or len(predictions) != len(records):
            raise NotServedError(f"{len(records)} records were sent, and not as many predictions came back")
        if self.version and version != self.version:
            raise NotServedError(f"it answers as model {version}, where {self.version} was proven")
        return predictions


def compare_over_http(
    repository: Repository, requests: Sequence[Any], responses: Sequence[Any], tolerance: Tolerance, version: str = ""
) -> Comparison:
    """Ask the service every record and compare with ``responses``; what it logged goes into the error, if any."""
    for _ in range(ATTEMPTS):
        try:
            with tempfile.TemporaryDirectory() as scratch, serving(repository, version, var=scratch) as service:
                answers = _answers(service, requests, responses, tolerance)
            return compare(responses, answers, tolerance, requests)
        except PortTakenError:
            continue
        except NotServedError as error:
            return _nothing(responses, tolerance, str(error))
    return _nothing(responses, tolerance, f"no free port on this machine in {ATTEMPTS} attempts")


def _answers(service: Service, requests: Sequence[Any], responses: Sequence[Any], tolerance: Tolerance) -> list[Any]:
    answers: list[Any] = []
    for start in range(0, len(requests), CHUNK):
        chunk = requests[start : start + CHUNK]
        try:
            answers += service.predict(chunk)
        except NotServedError:  # one bad record must not hide the others
            answers += [_alone(service, record) for record in chunk]
    for row in range(min(ALONE, len(requests))):
        alone = _alone(service, requests[row])
        if not compare([responses[row]], [alone], tolerance).ok:
            answers[row] = alone
    return answers


def _alone(service: Service, record: Any) -> Any:
    try:
        return service.predict([record])[0]
    except NotServedError as error:
        return Failure(str(error))


@contextlib.contextmanager
def serving(repository: Repository, version: str = "", port: int = 0, var: str = "") -> Iterator[Service]:
    """Run the service at ``port`` of this machine, or at a free one; it has answered that it is ready. What it writes
    goes to the folder ``var``, where that is said.

    Raises ``NotServedError`` with what it said where it does not get ready, ``PortTakenError`` where the port is not
    free.
    """
    port = port or _free_port()
    command = [str(repository.environment.python), "-m", f"{repository.package}.service"]
    variables = repository.variables({"HOST": "127.0.0.1", "PORT": str(port), "PYTHONUNBUFFERED": "1"})
    variables |= {"VAR_DIR": var} if var else {}
    with tempfile.TemporaryFile() as log:
        descriptor = log.fileno()
        with started(command, cwd=repository.folder, env=variables, stdout=descriptor, stderr=descriptor) as process:
            _wait_until_ready(process, port, descriptor)
            yield Service(port, version, process)


def _wait_until_ready(process: subprocess.Popen[bytes], port: int, log: int) -> None:
    deadline = time.monotonic() + READY_SECONDS
    status = 0
    while time.monotonic() < deadline:
        if process.poll() is not None:
            said = tail(log)
            if any(words in said for words in IN_USE):
                raise PortTakenError
            raise NotServedError(f"the service ended with exit code {process.returncode} at its start:\n{_end(said)}")
        with contextlib.suppress(NotServedError):
            status, _ = _ask(port, "GET", "/readyz", None, 5.0)
            if status == 200:
                return
        time.sleep(0.05)
    seen = f"/readyz answered {status}" if status else "nothing listened"
    raise NotServedError(f"the service was not ready after {READY_SECONDS:.0f} s ({seen}):\n{_end(tail(log))}")


def _ask(port: int, method: str, path: str, body: bytes | None, timeout: float) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
    try:
        connection.request(method, path, body, {"Content-Type": "application/json"} if body else {})
        response = connection.getresponse()
        return response.status, response.read()
    except (OSError, http.client.HTTPException) as error:
        raise NotServedError(f"no answer to {method} {path}: {type(error).__name__}: {error}") from None
    finally:
        connection.close()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def is_taken(port: int) -> bool:
    """Return whether another program listens at a port of this machine; it may answer as a service of ours does."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as the service does
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return True
    return False


def _nothing(responses: Sequence[Any], tolerance: Tolerance, error: str) -> Comparison:
    return Comparison(rows=len(responses), equal=0, tolerance=tolerance.relative, error=error)


def _end(said: str, lines: int = 15) -> str:
    return "\n".join(said.strip().splitlines()[-lines:]) or "it said nothing"
