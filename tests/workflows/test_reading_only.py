"""Whoever only reads a notebook runs nothing of it, asks no network, and imports nothing that lies beside it."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from nb2prod.workflows.asked import Asked
from nb2prod.workflows.edited import fix_in, found_in
from nb2prod.workflows.looking import looked_at
from nb2prod.workflows.outline import outline
from tests.making import as_notebook, nb2prod

MODULES = (
    "click", "rich", "yaml", "json5", "libcst", "platformdirs", "nbformat", "papermill", "tomllib", "difflib", "random",
    "pyflakes", "detect_secrets", "packaging", "numpy", "pandas", "sklearn", "joblib", "own",
)  # fmt: skip
COMMANDS = [
    ("check", "--no-cache"), ("check", "--no-cache", "--fix"), ("check", "--diff", "--unsafe-fixes"), ("sections",),
    ("sections", "--suggest"), ("score",), ("explain", "NB101"),
]  # fmt: skip


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A folder of somebody else's: whatever is run or imported there leaves a file ``ran``."""
    evil = "import pathlib\npathlib.Path(__file__).with_name('ran').write_text(__name__)\n"
    for name in MODULES:
        (tmp_path / f"{name}.py").write_text(evil)
    code = "from own import *\nimport pandas as pd\ndf = pd.read_csv('rows.csv')\nopen('ran', 'w').write('ran')"
    cells = [
        ("data", code), (None, "%run own.py"), (None, "%load_ext own\n!touch ran\n%%bash\ntouch ran"),
        ("training", "import joblib\nmodel = joblib.load('model.joblib')"),
        ("inference", "sample = df.head(1)\nprediction = model.predict(sample)"),
    ]  # fmt: skip
    (tmp_path / "n.ipynb").write_text(json.dumps(as_notebook(cells)))
    (tmp_path / "model.joblib").write_bytes(b"cpathlib\nPath\n(Vran\ntR.")
    (tmp_path / "setup.cfg").write_text("[metadata]\nname = x\n")
    (tmp_path / "setup.py").write_text(evil)
    return tmp_path


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_no_command_runs_or_imports_what_lies_there(command: tuple[str, ...], place: Path) -> None:
    given = command[1:] if command[0] == "explain" else ("n.ipynb", *command[1:])
    done = nb2prod(command[0], *given, cwd=place)
    assert "Traceback" not in done.stderr
    assert not (place / "ran").exists(), (place / "ran").read_text()


def test_a_job_of_the_server_imports_nothing_from_its_folder(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server stands in the folder that it shows."""
    code = (
        "import sys, time, pathlib\nfrom nb2prod.server.jobs import Jobs\nsys.path[:] = [p for p in sys.path if p]\n"
        "jobs = Jobs(pathlib.Path(sys.argv[1]), pathlib.Path.cwd(), 1)\n"
        "job = jobs.start({'kind': 'check'}, ['check', '--no-cache', '--exit-zero', '--json', 'n.ipynb'], {'a': '1'})\n"
        "while job.ended() is None: time.sleep(0.05)\nprint(job.ended()['state'])"
    )
    command = [sys.executable, "-P", "-c", code, str(place / "jobs")]
    done = subprocess.run(command, cwd=place, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["done"]
    assert not (place / "ran").exists(), (place / "ran").read_text()


@pytest.fixture
def listener() -> Iterator[tuple[int, list[bytes]]]:
    """A port of this machine, and what was asked there."""
    asked: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer() -> None:
            while True:
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                asked.append(connection.recv(100))
                connection.close()

        thread = threading.Thread(target=answer, daemon=True)
        thread.start()
        yield server.getsockname()[1], asked
        server.shutdown(socket.SHUT_RDWR)
        thread.join(20)


def test_no_address_in_a_notebook_is_asked(
    place: Path, listener: tuple[int, list[bytes]], monkeypatch: pytest.MonkeyPatch
) -> None:
    port, asked = listener
    address = f"http://127.0.0.1:{port}/x"
    code = f"import pandas as pd\ndf = pd.read_csv('{address}.csv')\n%run {address}.py\n%load {address}.py"
    document = as_notebook([("data", code), (None, f"import requests\nrequests.get('{address}')")])
    document["cells"][0]["outputs"] = [{"output_type": "display_data", "metadata": {}, "data": {
        "text/html": f"<img src='{address}'>", "image/svg+xml": f"<svg><image href='{address}'/></svg>"}}]  # fmt: skip
    document["metadata"]["nb2prod"] = {"check": {"extend": address}, "card": {"licence": address}}
    (place / "requirements.txt").write_text(f"pandas @ {address}.whl\n-r {address}.txt\n-i {address}\npandas==1.0\n")
    path = place / "n.ipynb"
    path.write_text(json.dumps(document))
    for command in COMMANDS[:-1]:
        nb2prod(command[0], "n.ipynb", *command[1:], cwd=place)
    monkeypatch.setenv("NB2PROD_ADVISORIES", address)  # of an editor nobody asks, however often it looks
    ways: list[Callable[[], Any]] = [
        lambda: found_in(document, str(path)), lambda: fix_in(document, str(path), None),
        lambda: outline(document, str(path), suggesting=True), lambda: looked_at(Asked(path)),
    ]  # fmt: skip
    for way in ways:
        assert way()
    assert asked == []


@pytest.mark.parametrize(
    "prefix", ["http://127.0.0.1:{}/n.ipynb", "s3://127.0.0.1:{}/n.ipynb", "//127.0.0.1:{}/n.ipynb"]
)
def test_an_address_is_no_path(prefix: str, tmp_path: Path, listener: tuple[int, list[bytes]]) -> None:
    """papermill reads such; no command hands it one that is no file."""
    port, asked = listener
    address = prefix.format(port)
    for command in ("check", "score", "sections", "export"):
        done = nb2prod(command, address, cwd=tmp_path)
        assert done.returncode in {2, 6}, done.stderr
        assert "Traceback" not in done.stderr
    assert looked_at(Asked(Path(address))).problems
    assert asked == []
