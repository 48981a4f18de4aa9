"""The cell-flow benchmark: edges against human labels."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SCORE = ROOT.parent / "shared" / "benchmarks" / "cell_flow" / "score.py"


@pytest.mark.skipif(not SCORE.is_file(), reason="../shared with the labelled notebooks is not there")
def test_the_score_stays_where_it_is() -> None:
    command = [sys.executable, str(SCORE), "--", sys.executable, "-m", "nb2prod", "sections", "--json"]
    run = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)
    assert run.returncode == 0, run.stderr
    found = re.search(r"F1 ([\d.]+)", run.stdout)
    assert found is not None
    assert float(found.group(1)) >= 0.99
