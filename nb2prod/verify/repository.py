"""A service repository in its environment: what can be asked of it, each in a process of its own."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nb2prod.environment import Environment
from nb2prod.environment.process import Finished, run
from nb2prod.verify.compare import Failure
from nb2prod.verify.model import RunArtifacts

SCRIPTS = Path(__file__).parent / "scripts"

NOT_INHERITED = frozenset(
    {
        *("ARTIFACTS_DIR", "DATA_DIR", "HOST", "PORT", "MPLBACKEND", "VIRTUAL_ENV", "CONDA_PREFIX"),
        *("PYTHONPATH", "PYTHONHOME", "PYTHONSTARTUP", "PYTHONWARNINGS", "PYTHONDONTWRITEBYTECODE"),
        *("PYTEST_ADDOPTS", "PYTEST_PLUGINS", "PYTEST_CURRENT_TEST"),
    }
)
"""Variables that say how somebody else's process runs."""


@dataclass(frozen=True)
class Answers:
    """What the repository's model answered."""

    single: tuple[Any, ...] = ()
    """One a record, each asked by itself; a ``Failure`` where the model raised."""
    batch: tuple[Any, ...] | Failure | None = None
    """The same records asked at once; ``None`` where that was not wanted."""
    version: str = ""
    error: str = ""
    """Why there are no answers at all."""


@dataclass(frozen=True)
class Repository:
    """A repository on disk, the name of its package, and the environment that it is installed in."""

    folder: Path
    package: str
    environment: Environment
    timeout: float
    """Seconds for any one of its processes."""
    settings: Mapping[str, str] = field(default_factory=dict)
    """More environment variables for its processes."""

    def train(self, artifacts: Path | None = None) -> Finished:
        """Run its pipeline from scratch; the artifacts go to its own folder, or to ``artifacts``."""
        return self.run(["-m", f"{self.package}.pipeline"], _in(artifacts))

    def import_run(self, artifacts: RunArtifacts) -> Finished:
        """Have its own code save the fitted objects of the notebook's run as its artifacts."""
        job = {
            "files": {name: str(Path(path).absolute()) for name, path in artifacts.files.items()},
            "definitions": dict(artifacts.definitions),
            "modules": dict(artifacts.modules),
            "parameters": dict(artifacts.parameters),
            "metrics": dict(artifacts.metrics),
            "run": artifacts.run,
        }
        return self._script("import_run.py", job)[0]

    def answers(self, requests: Sequence[Any], *, batch: bool, artifacts: Path | None = None) -> Answers:
        """Have its model answer every record by itself, and with ``batch`` all of them at once as well."""
        job = {"requests": list(requests), "batch": batch}
        done, said = self._script("predict_rows.py", job, _in(artifacts))
        if not done.ok or said is None:
            return Answers(error=f"the model could not be asked: {done.complaint()}")
        return Answers(
            single=tuple(
                answer["value"] if "value" in answer else Failure(answer["error"]) for answer in said["single"]
            ),
            batch=_batch(said["batch"]),
            version=said["version"],
        )

    def run(self, arguments: Sequence[str], variables: Mapping[str, str] | None = None) -> Finished:
        """Run its interpreter in its folder, as somebody would who just came by."""
        command = [str(self.environment.python), *arguments]
        return run(command, cwd=self.folder, env=self.variables(variables), timeout=self.timeout)

    def variables(self, more: Mapping[str, str] | None = None) -> dict[str, str]:
        """Return the environment variables for its processes: the caller's, but nothing that steers Python."""
        inherited = {name: value for name, value in os.environ.items() if name not in NOT_INHERITED}
        binaries = self.environment.python.parent
        return {
            **inherited,
            "PATH": f"{binaries}{os.pathsep}{inherited.get('PATH', '')}",
            "VIRTUAL_ENV": str(self.environment.folder),
            "PYTHONNOUSERSITE": "1",
            # the repository is handed over without our bytecode in it
            "PYTHONPYCACHEPREFIX": str(self.environment.bytecode),
            "HYPOTHESIS_STORAGE_DIRECTORY": str(self.environment.folder / ".hypothesis"),
            "MPLBACKEND": "Agg",
            # threads that wait must not spin: beside another busy process that is many times slower. Their number
            # stays what it was in the notebook, since results may depend on it.
            "OMP_WAIT_POLICY": "PASSIVE",
            **self.settings,
            **(more or {}),
        }

    def forget_bytecode(self) -> None:
        """Drop what earlier runs compiled of this folder: Python tells sources apart by size and second only."""
        for folder in {self.folder.absolute(), self.folder.resolve()}:
            shutil.rmtree(self.environment.bytecode / folder.relative_to(folder.anchor), ignore_errors=True)

    def _script(
        self, name: str, job: Mapping[str, Any], variables: Mapping[str, str] | None = None
    ) -> tuple[Finished, Any]:
        with tempfile.TemporaryDirectory(prefix="nb2prod-job-") as folder:
            asked, answered = Path(folder) / "job.json", Path(folder) / "answer.json"
            asked.write_text(json.dumps({**job, "package": self.package, "out": str(answered)}), encoding="utf-8")
            # -I: the scripts' own folder must not be importable; -X: -I ignores PYTHONPYCACHEPREFIX
            options = ["-I", "-X", f"pycache_prefix={self.environment.bytecode}"]
            done = self.run([*options, str(SCRIPTS / name), str(asked)], variables)
            if not answered.exists():
                return done, None
            return done, json.loads(answered.read_text(encoding="utf-8"))


def _in(artifacts: Path | None) -> dict[str, str]:
    return {} if artifacts is None else {"ARTIFACTS_DIR": str(artifacts)}


def _batch(said: Mapping[str, Any] | None) -> tuple[Any, ...] | Failure | None:
    if said is None:
        return None
    return Failure(said["error"]) if "error" in said else tuple(said["values"])
