"""Put the style of generated code right, with ruff and the repository's own settings."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path


def tidy(folder: Path) -> None:
    """Sort imports, drop unused ones and format all Python code below the folder.

    Raises:
        RuntimeError: if some of it is not Python; that is a bug of ours.
    """
    config = str(folder / "pyproject.toml")
    run_ruff(["check", "--fix", "--exit-zero", "--quiet", "--config", config, "."], folder)
    run_ruff(["format", "--quiet", "--config", config, "."], folder)


def run_ruff(arguments: list[str], folder: Path) -> None:
    """Run ruff in the folder, uninfluenced by the user's environment."""
    from ruff.__main__ import find_ruff_bin

    environment = {name: value for name, value in os.environ.items() if not name.startswith("RUFF_")}
    done = subprocess.run(
        [find_ruff_bin(), *arguments[:1], "--no-cache", *arguments[1:]],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise RuntimeError(f"ruff {arguments[0]} failed in the generated repository:\n{done.stderr}{done.stdout}")
