"""Export the churn notebook, start the service that came out, and ask it what the notebook was asked.

make demo
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import Request, urlopen

from rich.console import Console
from rich.table import Table

NOTEBOOK = Path(__file__).with_name("churn.ipynb")
PATIENCE = 60
"""Seconds that the service may take to be ready."""

console = Console()


def main() -> int:
    """Return 0 if the service answered what the notebook answered."""
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "out/churn")
    console.rule("1. the notebook becomes a repository")
    command = [sys.executable, "-m", "nb2prod", "export", _shown(NOTEBOOK), str(folder)]
    console.print(f"[dim]$ nb2prod {' '.join(command[3:])}")
    exported = subprocess.run(command).returncode
    if exported:
        return exported

    console.rule("2. its service starts, in an environment of its own")
    requests, notebook = _three_rows(_parity(folder, "requests"), _parity(folder, "responses"))
    with _service(folder) as url:
        console.print(f"[dim]$ curl {url}/predict --json '{{\"records\": [...]}}'")
        service = _ask(url, requests)

    console.rule("3. three rows of the notebook's own")
    console.print(_side_by_side(requests, notebook, service))
    same = service == notebook
    console.print("[green]The same answers." if same else "[red]The answers differ!")
    _what_next(folder)
    return 0 if same else 1


def _shown(path: Path) -> str:
    return os.path.relpath(path)


def _parity(folder: Path, name: str) -> list[Any]:
    rows: list[Any] = json.loads((folder / "tests" / "parity" / f"{name}.json").read_text())
    return rows


def _three_rows(requests: list[Any], answers: list[Any]) -> tuple[list[Any], list[Any]]:
    """Return three of the rows and their answers, different answers where there are any."""
    firsts = {str(answer): place for place, answer in reversed(list(enumerate(answers)))}
    places = sorted([*firsts.values(), *(p for p in range(len(answers)) if p not in firsts.values())][:3])
    return [requests[p] for p in places], [answers[p] for p in places]


@contextmanager
def _service(folder: Path) -> Iterator[str]:
    """Run the repository as its README says, on a free port; yield its address and stop it afterwards."""
    # what was said to the make that called us is not meant for the repository's
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("MAKE", "MFLAGS", "VENV"))}
    make = ["make", "--no-print-directory", "-C", str(folder), f"PYTHON={sys.executable}"]
    subprocess.run([*make, "setup"], check=True, env=environment)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = folder.parent / "demo-service.log"
    with log.open("w") as output:
        process = subprocess.Popen(
            [*make, "run", f"PORT={port}"],
            stdout=output, stderr=output, env=environment, start_new_session=True,
        )  # fmt: skip
        try:
            url = f"http://127.0.0.1:{port}"
            _wait(url, process, log)
            yield url
        finally:
            # make does not pass signals on: the whole group gets it
            os.killpg(process.pid, signal.SIGTERM)
            process.wait(timeout=20)
    log.unlink()


def _wait(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and process.poll() is None:
        try:
            urlopen(f"{url}/readyz", timeout=5).close()
            return
        except (URLError, OSError):
            time.sleep(0.2)
    raise SystemExit(f"The service did not start. What it said:\n{log.read_text()}")


def _ask(url: str, records: list[Any]) -> list[Any]:
    body = json.dumps({"records": records}).encode()
    with urlopen(Request(f"{url}/predict", body, {"Content-Type": "application/json"}), timeout=30) as response:
        predictions: list[Any] = json.load(response)["predictions"]
    return predictions


def _side_by_side(requests: list[Any], notebook: list[Any], service: list[Any]) -> Table:
    table = Table(show_lines=True)
    for heading in ("question", "the notebook said", "the service says"):
        table.add_column(heading)
    for question, expected, answer in zip(requests, notebook, service, strict=True):
        fields = ", ".join(f"{key}: {value}" for key, value in question.items())
        table.add_row(fields, str(expected), str(answer), style=None if expected == answer else "red")
    return table


def _what_next(folder: Path) -> None:
    console.print(f"\nThe repository is in [bold]{folder}[/bold]. Next:\n")
    steps = {
        f"cd {folder}": "",
        "cat README.md": "what is where, and which cell went into which file",
        "make run": "the service, with its own page at http://127.0.0.1:8000",
        "make test": "its own tests, your rows among them",
        "make train": "a new model from the data",
    }
    width = max(map(len, steps)) + 4
    for step, why in steps.items():
        console.print(f"    [bold]{step.ljust(width)}[/bold][dim]{why}", highlight=False)


if __name__ == "__main__":
    if shutil.which("make") is None:
        raise SystemExit("make is needed to start the service.")
    raise SystemExit(main())
