"""The extension's folder, and what is needed to work in it: Node and its packages."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]
LABEXTENSION = ROOT / "labextension"
HOW = "`make labextension` gets Node, the packages and the build"


def tools() -> str:
    """Return a PATH with what ``make labextension`` has installed beside Python in front."""
    return os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])


@pytest.fixture(scope="session")
def jlpm() -> str:
    """The package manager, where it has something to run."""
    found = shutil.which("jlpm", path=tools())
    if found is None or shutil.which("node", path=tools()) is None:
        pytest.skip(f"the extension's TypeScript was not tested: there is no Node here; {HOW}")
    if not (LABEXTENSION / "node_modules" / ".yarn-state.yml").is_file():
        pytest.skip(f"the extension's TypeScript was not tested: its packages are not installed; {HOW}")
    return found


def run_script(jlpm: str, *arguments: str) -> str:
    """Run a script of ``package.json`` and return what it printed; fail with that where it fails."""
    environment = {**os.environ, "PATH": tools(), "NO_COLOR": "1"}
    done = subprocess.run(
        [jlpm, *arguments],
        cwd=LABEXTENSION,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    if done.returncode:
        pytest.fail(f"jlpm {' '.join(arguments)}:\n{done.stdout}", pytrace=False)
    return done.stdout


@cache
def hook_module() -> ModuleType:
    """Return what builds the extension into the wheel, as a module."""
    spec = importlib.util.spec_from_file_location("labextension_hook", LABEXTENSION / "hatch_build.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def hook() -> ModuleType:
    """The same, for tests."""
    return hook_module()


def is_stale(folder: Path) -> bool:
    """Return whether ``built/`` was made from other sources than those that are there.

    What was built for development does not say what it was built from: there the time tells.
    """
    hook = hook_module()
    if not any(hook._of_development(folder / "built")):
        return not hook.is_current(folder)
    made = (folder / "built" / "package.json").stat().st_mtime
    return any(file.stat().st_mtime > made for file in hook.source_files(folder))
