"""Puts the JupyterLab extension into the wheel, and builds it before where that is needed.

A source distribution, and a clone after ``make lab``, have it built for production from the very sources that are
there: it is taken as it is, with nothing but Python. Otherwise Node comes from PyPI, and ``jlpm`` builds it from the
lock file. What was built for development, or from other sources, gets into no wheel; only an editable install, which
is one person's, takes whatever is built. ``NB2PROD_PYTHON_ONLY=1`` leaves the extension out, and says so.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

HOME = "share/jupyter/labextensions/nb2prod"
SOURCES = ("package.json", "yarn.lock", "tsconfig.json", "schema", "src", "style")
MARK = "sources.sha256"
"""Beside what was built for production: what it was built from."""
BUILDS = (["install", "--immutable"], ["build:prod"])
ELSE = "NB2PROD_PYTHON_ONLY=1 installs nb2prod without it: the command line then works, JupyterLab shows nothing of it."


class LabextensionHook(BuildHookInterface):  # type: ignore[misc]
    """Hatch's hook; see the module."""

    PLUGIN_NAME = "custom"

    @property
    def folder(self) -> Path:
        """The folder of the TypeScript."""
        return Path(self.root, "labextension")

    def is_left_out(self) -> bool:
        """Return whether somebody wants the Python only."""
        return bool(os.environ.get("NB2PROD_PYTHON_ONLY"))

    def dependencies(self) -> list[str]:
        """Return what the build needs besides hatchling: nothing where nothing is built."""
        if self.is_left_out() or is_current(self.folder):
            return []
        project = tomllib.loads(Path(self.root, "pyproject.toml").read_text(encoding="utf-8"))["project"]
        return list(project["optional-dependencies"]["labextension"])

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build if need be, and add the files to the wheel."""
        if self.is_left_out():
            self.app.display_warning("nb2prod is installed without its JupyterLab extension (NB2PROD_PYTHON_ONLY)")
            return
        is_enough = version == "editable" and (self.folder / "built" / "package.json").is_file()
        if not is_enough and not is_current(self.folder):
            build(self.folder)
        if self.target_name == "wheel":
            built = self.folder / "built"
            shared = build_data["shared_data"]
            for file in sorted(path for path in built.rglob("*") if path.is_file() and path.name != MARK):
                shared[str(file)] = f"{HOME}/{file.relative_to(built).as_posix()}"
            shared[str(self.folder / "install.json")] = f"{HOME}/install.json"


def is_current(folder: Path) -> bool:
    """Return whether ``folder`` has the extension built for production from the sources that are there now."""
    mark = folder / "built" / MARK
    if any(_of_development(folder / "built")) or not mark.is_file():
        return False
    return mark.read_text(encoding="utf-8").strip() == _sources(folder)


def build(folder: Path) -> None:
    """Build the extension in ``folder`` for production. Raises ``SystemExit`` with the words of what failed."""
    tools = str(Path(sys.executable).parent)
    path = os.pathsep.join([tools, os.environ.get("PATH", "")])
    environment = {**os.environ, "PATH": path}
    if registry := _registry(path):
        environment.setdefault("YARN_NPM_REGISTRY_SERVER", registry)  # yarn does not ask npm for it
    shutil.rmtree(folder / "built", ignore_errors=True)
    for arguments in BUILDS:
        jlpm = shutil.which("jlpm", path=path)
        if jlpm is None:
            raise SystemExit(f"the JupyterLab extension cannot be built: there is no jlpm in {tools}. {ELSE}")
        if subprocess.run([jlpm, *arguments], cwd=folder, env=environment, check=False).returncode:
            raise SystemExit(f"the JupyterLab extension could not be built: jlpm {arguments[0]} failed. {ELSE}")
    (folder / "built" / MARK).write_text(_sources(folder) + "\n", encoding="utf-8")
    if not is_current(folder):
        raise SystemExit(f"the JupyterLab extension was not built for production: see {folder / 'built'}")


def _of_development(built: Path) -> Iterator[Path]:
    """Yield files that a build for production does not make; they have paths of the machine in them."""
    yield from built.rglob("build_log.json")
    yield from built.rglob("*.map")


def _sources(folder: Path) -> str:
    """Return a hash of all that the extension is built from."""
    found = hashlib.sha256()
    for file in source_files(folder):
        found.update(f"{file.relative_to(folder).as_posix()}\0{file.stat().st_size}\0".encode())
        found.update(file.read_bytes())
    return found.hexdigest()


def source_files(folder: Path) -> Iterator[Path]:
    """Yield all that the extension is built from, in one order."""
    for name in SOURCES:
        top = folder / name
        for file in sorted(path for path in (top, *top.rglob("*")) if path.is_file()):
            if "__tests__" not in file.parts:
                yield file


def _registry(path: str) -> str:
    """Return where npm gets its packages from, as it is set on this machine; empty where it does not say."""
    npm = shutil.which("npm", path=path)
    if npm is None:
        return ""
    asked = subprocess.run([npm, "config", "get", "registry"], capture_output=True, text=True, check=False)
    return asked.stdout.strip()


if __name__ == "__main__":
    here = Path(__file__).resolve().parent
    if not is_current(here):
        build(here)
    (here / "built" / MARK).touch()  # make looks at the time
