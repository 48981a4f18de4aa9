"""What holds for all tests."""

from __future__ import annotations

import signal
from collections.abc import Iterator

import pytest

from .process import Service, service


@pytest.fixture(scope="session", autouse=True)
def writes_elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Have services that tests start write nothing that stays."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("VAR_DIR", str(tmp_path_factory.mktemp("var")))
        yield


@pytest.fixture(scope="session")
def two_workers(
    writes_elsewhere: None, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Service]:
    """Return a service with two workers, which all tests share that leave it as it was."""
    with service(tmp_path_factory.mktemp("workers") / "log.txt", WORKERS=2) as found:
        yield found
    assert found.process.returncode in (0, -signal.SIGTERM)
