"""Ten thousand broken notebooks: each is told of in findings, and neither nb2prod nor a rule stumbles on one."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.rules.mutating import stumbles

PARTS = 20
"""So that several processes share them; ``make fuzz`` checks ten times as many others."""

SHARE = 6
"""Of each broken notebook one rule in so many has its turn here, and all of them in ``make fuzz``."""


@pytest.mark.parametrize("seed", range(PARTS))
@pytest.mark.filterwarnings("ignore")  # what Python warns of in code that is broken is the notebook's
def test_nothing_stumbles(seed: int, tmp_path: Path) -> None:
    found = stumbles(seed, 10_000 // PARTS, tmp_path, SHARE)
    assert [what for what, _ in found] == []
