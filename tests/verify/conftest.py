from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from nb2prod.environment import Environment, create, lock
from nb2prod.verify import Proof, RunArtifacts, prove

from . import tiny_repository as tiny


@dataclass(frozen=True)
class Tiny:
    """The tiny repository on disk and the environment that it is installed in."""

    folder: Path
    environment: Environment

    def put(self, name: str, text: str) -> None:
        (self.folder / name).write_text(text, encoding="utf-8")

    def change(self, name: str, old: str, new: str) -> None:
        text = (self.folder / name).read_text(encoding="utf-8")
        assert old in text
        self.put(name, text.replace(old, new))

    def prove(self, depth: str = "full", **overrides: Any) -> Proof:
        arguments: dict[str, Any] = {
            "package": "tiny",
            "environment": self.environment,
            "depth": depth,
            "requests": tiny.REQUESTS,
            "responses": tiny.RESPONSES,
            "batch": True,
        }
        return prove(self.folder, **{**arguments, **overrides})


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Tiny:
    """Lock, install and import once: the environment is real and takes a few seconds."""
    folder = tmp_path_factory.mktemp("house") / "tiny"
    tiny.write(folder)
    pins = folder.parent / "requirements.txt"
    pins.write_text(lock(tiny.REQUIREMENTS, (), f"{sys.version_info.major}.{sys.version_info.minor}"), encoding="utf-8")
    return Tiny(folder, create(folder.parent / "environment", sys.executable, pins, folder))


@pytest.fixture
def repository(installed: Tiny) -> Tiny:
    """The tiny repository as written, always in the same place, since that is what was installed."""
    tiny.write(installed.folder)
    return installed


@pytest.fixture
def run_artifacts(tmp_path: Path) -> Callable[..., RunArtifacts]:
    """Pickle a notebook's own object, whose class is in ``__main__`` there."""

    def make(
        *, slope: float = 2.0, intercept: float = 1.0, definitions: Mapping[str, str] | None = None
    ) -> RunArtifacts:
        source = tiny.DEFINITIONS + (
            f"\nimport pickle\nwith open({str(tmp_path / 'line.pickle')!r}, 'wb') as file:\n"
            f"    pickle.dump(Line({slope}, {intercept}), file)\n"
        )
        subprocess.run([sys.executable, "-c", source], check=True)
        known = {"Line": "tiny.definitions"} if definitions is None else definitions
        return RunArtifacts(files={"line": tmp_path / "line.pickle"}, definitions=known)

    return make
