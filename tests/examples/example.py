"""An example as the checks meet it: its repository, the environment in there, and the notebook's rows and answers."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from nb2prod.verify.compare import Tolerance, compare
from tests.templates.sample import run_in
from tests.templates.test_samples import service

FOREIGN = ("PYTEST", "PYTHON", "MAKE", "MFLAGS", "VENV", "VIRTUAL_ENV")
"""Variables that are not meant for the repository."""


@dataclass(frozen=True)
class How:
    """What is asked of the checks."""

    bodies: int
    restarts: int
    rate: float
    pictures: Path


@dataclass(frozen=True)
class Example:
    """A notebook and what was exported of it; the folder has the package's name."""

    notebook: Path
    repository: Path

    @property
    def python(self) -> Path:
        """Return the interpreter that `make setup` has made."""
        return self.repository / ".venv" / "bin" / "python"

    @cached_property
    def requests(self) -> list[Any]:
        """Return the notebook's rows."""
        return list(self._parity("requests"))

    @cached_property
    def responses(self) -> list[Any]:
        """Return the notebook's answers."""
        return list(self._parity("responses"))

    def _parity(self, name: str) -> Any:
        return json.loads((self.repository / "tests" / "parity" / f"{name}.json").read_text())

    def agree(self, answers: Sequence[Any], places: Sequence[int]) -> None:
        """Raise with the first difference unless these are the notebook's answers at those places."""
        said = self._parity("tolerance")
        rows, wanted = ([each[place] for place in places] for each in (self.requests, self.responses))
        found = compare(wanted, list(answers), Tolerance(**said), rows)
        assert found.ok, found.error or f"{found.rows - found.equal} of {found.rows} differ: {found.differences[0]}"

    def make(self, target: str, **variables: str) -> None:
        """Run `make` as somebody does who has this Python; raise with what was said where it fails."""
        own = {key: value for key, value in os.environ.items() if not key.startswith(FOREIGN)}
        command = ["make", "--no-print-directory", target, f"PYTHON={sys.executable}"]
        environment = {**own, **variables}
        done = subprocess.run(command, cwd=self.repository, env=environment, capture_output=True, text=True)
        assert done.returncode == 0, (done.stdout + done.stderr)[-5000:]

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a module of the repository by its own interpreter; raise with what it said where it fails."""
        done = run_in(self.repository, *arguments, python=self.python)
        assert done.returncode == 0, f"{' '.join(arguments)}:\n{(done.stdout + done.stderr)[-3000:]}"
        return done

    @contextmanager
    def serving(self, **settings: str) -> Iterator[int]:
        """Start the service and give its port; it writes nothing that stays."""
        with (
            tempfile.TemporaryDirectory() as var,
            service(self.repository, self.python, VAR_DIR=var, **settings) as port,
        ):
            yield port
