"""Steps that look harmless and are not: whatever is split gives the notebook's rows, and the rest is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from nb2prod.analysis.preparation.model import NotSplit, Preparation
from tests.analysis.preparation.running import Ran, compare, found_in, tagged
from tests.analysis.preparation.test_idioms import ASK, HEAD, SPLIT, read_idioms

TRAPS = read_idioms("traps.txt")


@pytest.mark.parametrize("cell", TRAPS.values(), ids=TRAPS)
def test_what_is_split_is_right_and_the_rest_is_refused(cell: str, folder: Path) -> None:
    found, flow, inference = found_in(tagged(HEAD, cell, SPLIT, ASK))
    if isinstance(found, Preparation):
        compare(Ran(flow, inference, found, folder), ("y",))
    elif found is not None:
        assert isinstance(found, NotSplit)
        assert found.why
        assert found.remedy
        assert found.where.startswith("cell [")
