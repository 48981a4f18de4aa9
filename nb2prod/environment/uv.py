"""uv, found and run as pip is configured on this machine."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from nb2prod.environment import process
from nb2prod.environment.pip_configuration import pip_options, uv_variables
from nb2prod.errors import Problem, UnusableInput

TIMEOUT_SECONDS = 1800.0
"""For one call of uv: a first download of a large framework on a slow line."""


def find() -> str:
    """Return the path of the uv binary; raise ``UnusableInput`` where there is none."""
    try:
        from uv import find_uv_bin

        return str(find_uv_bin())
    except (ImportError, FileNotFoundError):
        raise UnusableInput(
            Problem(
                what="uv was not found, and without it there is no environment to prove the repository in",
                remedy="python -m pip install uv",
            )
        ) from None


def run(arguments: Sequence[str], *, cwd: Path, local: bool = True) -> process.Finished:
    """Run ``uv <arguments>`` in ``cwd``, which should hold no ``pyproject.toml`` or ``uv.toml`` of anybody's.

    ``local=False`` hides from it the folders of this machine that pip is configured with.
    """
    # what was set for the caller's own environment must not steer another one
    env = {name: value for name, value in os.environ.items() if name not in {"VIRTUAL_ENV", "CONDA_PREFIX"}}
    env |= uv_variables(pip_options(), os.environ, local=local)
    env.setdefault("UV_PYTHON_DOWNLOADS", "never")  # a Python that nobody asked for is not fetched unasked
    env |= {"UV_NO_PROGRESS": "1", "NO_COLOR": "1"}
    return process.run([find(), *arguments], cwd=cwd, env=env, timeout=TIMEOUT_SECONDS)
