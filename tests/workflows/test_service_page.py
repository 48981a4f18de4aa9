"""The walk through a service in docs/service.md, typed as it stands there, in a repository that was really exported."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from nb2prod.environment.create import create
from tests.making import exported, nb2prod

ROOT = Path(__file__).parents[2]
PLACE = "127.0.0.1:8000"
PATIENCE = 60
"""Seconds until a service is ready."""


@dataclass(frozen=True)
class Block:
    """Something to type, and what has to come."""

    typed: str
    shown: str = ""

    @property
    def starts(self) -> bool:
        """Whether it is typed in the terminal in which the service runs."""
        return self.typed.strip().endswith("make run")


def walk() -> list[Block]:
    """Return what is typed and shown in the section."""
    page = (ROOT / "docs" / "service.md").read_text(encoding="utf-8")
    section = page.partition("\n## A walk\n")[2].partition("\n## ")[0]
    blocks: list[Block] = []
    for kind, text in re.findall(r"^```(\w+)\n(.*?)^```$", section, re.MULTILINE | re.DOTALL):
        if kind == "sh":
            blocks.append(Block(text))
        else:
            assert not blocks[-1].shown, "two outputs of one input"
            blocks[-1] = Block(blocks[-1].typed, text)
    return blocks


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The exported example, with the environment that ``make setup`` would make; compiled, as by a full proof."""
    folder = tmp_path_factory.mktemp("walk")
    asked = ("export", ROOT / "example_notebooks/churn.ipynb", "churn", "--verify", "fast", "--json")
    exported(nb2prod(*asked, cwd=folder))
    made = folder / "churn"
    create(made / ".venv", sys.executable, made / "requirements.txt", made)
    (made / ".venv" / ".ready").touch()
    subprocess.run(["make", "compile"], cwd=made, check=True, timeout=300)
    return made


@dataclass
class Terminal:
    """The terminal in which the service runs."""

    folder: Path
    port: int
    running: subprocess.Popen[bytes] | None = None

    def starts(self, command: str) -> None:
        """Start the service anew, and wait until it is ready."""
        self.ends()
        variables = {**os.environ, "PORT": str(self.port)}
        self.running = subprocess.Popen(["bash", "-c", command], cwd=self.folder, env=variables, start_new_session=True)
        until = time.monotonic() + PATIENCE
        while not self._is_ready():
            assert self.running.poll() is None and time.monotonic() < until, f"{command!r} gives no service"
            time.sleep(0.1)

    def _is_ready(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/readyz", timeout=5) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, ConnectionError):
            return False

    def ends(self) -> None:
        """Stop it as Ctrl-C would."""
        if self.running is not None:
            os.killpg(self.running.pid, signal.SIGINT)
            self.running.wait(PATIENCE)
            self.running = None


@pytest.fixture
def terminal(repository: Path) -> Iterator[Terminal]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    found = Terminal(repository, port)
    yield found
    found.ends()


def matches(shown: str, seen: str) -> bool:
    """Whether an output is what the page shows, where ``...`` may be anything."""
    pattern = ".*?".join(map(re.escape, " ".join(shown.split()).split("...")))
    return re.fullmatch(pattern.removesuffix(".*?") + (".*" if shown.strip().endswith("...") else ""), seen) is not None


@pytest.mark.skipif(not shutil.which("curl") or not shutil.which("make"), reason="the page needs curl and make")
def test_what_the_page_has_one_type_does_what_it_says(repository: Path, terminal: Terminal) -> None:
    blocks = walk()
    assert len(blocks) > 8 and blocks[0].starts
    for block in blocks:
        if block.starts:
            terminal.starts(block.typed)
            continue
        typed = block.typed.replace(PLACE, f"127.0.0.1:{terminal.port}")
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", typed], cwd=repository, capture_output=True, text=True, timeout=120
        )
        assert done.returncode == 0, (typed, done.stderr)
        assert not block.shown or matches(block.shown, " ".join(done.stdout.split())), (typed, done.stdout)
