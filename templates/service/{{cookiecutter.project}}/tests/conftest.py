"""What holds for all tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest


@pytest.fixture(scope="session", autouse=True)
def writes_elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Have services that tests start write nothing that stays."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("VAR_DIR", str(tmp_path_factory.mktemp("var")))
        yield
