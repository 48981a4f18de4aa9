"""Each sample is rendered, trained and given the notebook's rows once."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from nb2prod.render import render
from tests.shared import once
from tests.templates.sample import finish, plan_of


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Return the folder of a finished repository; not to be changed."""
    finished: dict[str, Path] = {}

    def get(name: str) -> Path:
        if name not in finished:
            made = once(tmp_path_factory, f"sample-{name}", lambda folder: finish(render(plan_of(name), folder)))
            # a copy for each worker of pytest-xdist: services and tests run in it, and would meet each other's files
            finished[name] = Path(shutil.copytree(made / name, tmp_path_factory.mktemp("samples") / name))
        return finished[name]

    return get


@pytest.fixture
def sample_copy(sample: Callable[[str], Path], tmp_path: Path) -> Callable[[str], Path]:
    """Return a copy of a finished repository, free to be changed."""
    return lambda name: Path(shutil.copytree(sample(name), tmp_path / name))
