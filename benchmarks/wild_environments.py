"""Environments and kernels for notebooks of a folder: made once for each requirements file, and kept."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

PYTHON = "3.11"
OWN = "current"
"""The name of the kernel that runs in the environment that this script runs in."""

KERNEL = (
    ("ipykernel", "ipykernel"),
    ("ipywidgets", "ipywidgets"),  # progress bars and CatBoost's plots want it
    ("matplotlib_inline.backend_inline", "matplotlib-inline<0.2"),  # later ones do not import with old matplotlibs
)
"""What a kernel needs: a module that has to import, and what is installed where it does not."""

Say = Callable[[str], None]


def make_kernels(folder: Path, wanted: Sequence[str], environments: Path, jupyter: Path, say: Say) -> None:
    """Register a kernel below ``jupyter`` for each name in ``wanted``, in an environment made from
    ``folder/requirements-NAME.txt``; the empty name stands for the environment that this script runs in."""
    for name in sorted(set(wanted)):
        if not name:
            _register(OWN, Path(sys.executable), jupyter)
            continue
        requirements = folder / f"requirements-{name}.txt"
        if not requirements.is_file():
            raise SystemExit(f"there is no {requirements}, and the manifest names the environment {name!r}")
        _register(name, _environment(name, requirements, environments, say), jupyter)


def _register(name: str, python: Path, jupyter: Path) -> None:
    folder = jupyter / "kernels" / name
    folder.mkdir(parents=True, exist_ok=True)
    argv = [str(python), "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    spec = {"argv": argv, "display_name": name, "language": "python"}
    folder.joinpath("kernel.json").write_text(json.dumps(spec), encoding="utf-8")


def _environment(name: str, requirements: Path, environments: Path, say: Say) -> Path:
    """Return the interpreter of an environment with what ``requirements`` asks for and what a kernel needs."""
    text = requirements.read_text(encoding="utf-8")
    folder = environments / f"{name}-{hashlib.sha256(text.encode()).hexdigest()[:12]}"
    python = folder / "bin" / "python"
    done = folder / "made.json"
    if not done.exists():
        say(f"making the environment {name}")
        shutil.rmtree(folder, ignore_errors=True)
        folder.parent.mkdir(parents=True, exist_ok=True)
        made = _uv("venv", "--quiet", "--python", PYTHON, str(folder))
        if made.returncode:
            raise SystemExit(f"no environment with Python {PYTHON} can be made: {made.stderr.strip()}")
        wanted = [line.split("#")[0].strip() for line in text.splitlines()]
        done.write_text(json.dumps({"refused": _install(python, [w for w in wanted if w])}), encoding="utf-8")
    for refused in json.loads(done.read_text(encoding="utf-8"))["refused"]:
        say(f"environment {name} is without {refused}")
    return python


def _install(python: Path, wanted: list[str]) -> list[str]:
    """Install what is wanted, and a kernel; return the requirements that were refused, each with the reason."""
    refused: list[str] = []
    if _pip(python, wanted).returncode:
        for requirement in list(wanted):  # which are at fault by themselves
            alone = _pip(python, ["--dry-run", "--no-deps", requirement])
            if alone.returncode:
                wanted.remove(requirement)
                refused.append(f"{requirement}: {_reason(alone.stderr)}")
        if _pip(python, wanted).returncode:  # which do not go with those before them
            kept: list[str] = []
            for requirement in wanted:
                together = _pip(python, [*kept, requirement])
                if together.returncode:
                    refused.append(f"{requirement}: {_reason(together.stderr)}")
                else:
                    kept.append(requirement)
    for module, requirement in KERNEL:
        if not _imports(python, module):
            made = _pip(python, [requirement])
            if made.returncode:
                raise SystemExit(f"{requirement} cannot be installed: {_reason(made.stderr)}")
    return refused


def _imports(python: Path, module: str) -> bool:
    top = module.split(".")[0]
    code = f"import importlib.util as u\nif u.find_spec({top!r}) is None: raise SystemExit(1)\nimport {module}"
    return subprocess.run([str(python), "-c", code], capture_output=True, check=False).returncode == 0


def _reason(stderr: str) -> str:
    return " ".join(stderr.split())[:300]


def _pip(python: Path, arguments: Sequence[str]) -> subprocess.CompletedProcess[str]:
    return _uv("pip", "install", "--quiet", "--python", str(python), *arguments)


def _uv(*arguments: str) -> subprocess.CompletedProcess[str]:
    from nb2prod.environment.pip_configuration import pip_options, uv_variables
    from nb2prod.environment.uv import find

    environment = {name: value for name, value in os.environ.items() if name not in {"VIRTUAL_ENV", "CONDA_PREFIX"}}
    environment |= uv_variables(pip_options(), os.environ)
    return subprocess.run([find(), *arguments], env=environment, capture_output=True, text=True, check=False)
