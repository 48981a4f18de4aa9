"""The walk through the examples, tried on a sample: what it sees, and that it sees what is wrong."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.templates.sample import run_in

ROOT = Path(__file__).parents[2]
TIMES = 10
"""The sample has 20 rows; it takes more of them to tell drift by."""


@pytest.fixture
def repository(sample_copy: Callable[[str], Path]) -> Path:
    """Return a repository with this environment for its own, and rows enough."""
    made = sample_copy("tariff")
    for name in ("requests", "responses"):
        path = made / "tests" / "parity" / f"{name}.json"
        path.write_text(json.dumps(TIMES * json.loads(path.read_text())))
    assert run_in(made, "-m", "tariff.service.drift.making").returncode == 0
    (made / ".venv").symlink_to(sys.prefix)
    return made


def walk(repository: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "tests.examples.walk", "--folder", repository.parent, "--only", repository.name]
    return subprocess.run([*command, *arguments], cwd=ROOT, capture_output=True, text=True, timeout=300)


@pytest.mark.skipif(
    not shutil.which("chromium") or not shutil.which("initdb"), reason="it needs chromium and PostgreSQL"
)
def test_what_is_right_is_seen(repository: Path) -> None:
    checks = ("hostile", "restarts", "drift", "oip", "postgresql", "page")
    done = walk(repository, "--check", *checks, "--bodies", "300", "--restarts", "1", "--rate", "50")
    assert done.returncode == 0, done.stdout + done.stderr
    for words in (
        "tariff hostile: ok",
        "300 bodies: ",
        "0 failures in 1 restarts",
        "1 moved, each found alone in 300 records: minutes; the model has no answer where these move: country, peak",
        "200 as JSON and 200 as bytes of 200 rows equal",
        "400 rows of 202 requests, each with the notebook's answer",
        "3 answers equal, light and dark",
    ):
        assert words in done.stdout
    taken = [repository.parent / "pictures" / f"tariff-{scheme}.png" for scheme in ("light", "dark")]
    assert all(path.read_bytes().startswith(b"\x89PNG") for path in taken)
    assert taken[0].read_bytes() != taken[1].read_bytes()


def test_what_is_wrong_is_seen_and_the_rest_goes_on(repository: Path) -> None:
    path = repository / "tests" / "parity" / "responses.json"
    path.write_text(json.dumps([{**each, "amount": each["amount"] + 1} for each in json.loads(path.read_text())]))
    (repository / "artifacts" / "drift-baseline.json").unlink()
    done = walk(repository, "--check", "oip", "drift", "hostile", "--bodies", "10")
    assert done.returncode == 1
    assert "tariff oip: FAILED" in done.stdout and "200 of 200 differ" in done.stdout
    assert "tariff drift: FAILED" in done.stdout and "tariff hostile: ok" in done.stdout
