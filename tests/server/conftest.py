"""A real Jupyter server with our part in it; the jobs are real processes."""

from __future__ import annotations

import shutil
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from tests.making import write_notebook

EXAMPLES = Path(__file__).parents[2] / "example_notebooks"
API = ("nb2prod", "api", "v1")

Fetch = Callable[..., Awaitable[Any]]


@pytest.fixture
def jp_server_config() -> dict[str, Any]:
    return {
        "ServerApp": {"jpserver_extensions": {"nb2prod": True}, "allow_unauthenticated_access": False},
        "Nb2prod": {"max_jobs": 1},
    }


@pytest.fixture
def small(jp_root_dir: Path) -> Path:
    """A notebook that is exported in seconds, in the folder that the server shows."""
    cells = [
        ("data", "import time\ntime.sleep(0.2)\nX = [[0.0], [1.0], [2.0], [3.0]]\ny = [0, 0, 1, 1]"),
        ("training", "weights = [sum(y) / len(y)]"),
        ("inference", "sample = {'x': 1.0}\nprediction = sample['x'] * weights[0]"),
    ]
    return write_notebook(jp_root_dir / "small.ipynb", cells)


@pytest.fixture
def churn(jp_root_dir: Path) -> Path:
    """The churn example with its data."""
    shutil.copytree(EXAMPLES / "data", jp_root_dir / "data")
    return Path(shutil.copy(EXAMPLES / "churn.ipynb", jp_root_dir))
