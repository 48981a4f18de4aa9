"""Parameters cells from their source."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from nb2prod.runs.parameters.declaring import declared
from nb2prod.runs.parameters.model import Declared, by_name
from tests.runs.conftest import Make


@pytest.fixture
def declare(make: Make) -> Callable[[str], dict[str, Declared]]:
    """Return a function that gives the parameters of a parameters cell by their names."""
    return lambda source: by_name(declared(make((source, "parameters"))))
