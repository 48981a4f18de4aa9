"""What ``docs/runs.md`` and the README say of Python is run as it stands there."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.making import Cells, write_notebook

ROOT = Path(__file__).parents[2]
SALES: Cells = [
    ("parameters", "learning_rate: float = 0.1\ndepth = 3"),
    ("evaluation", "r2 = 1 - (learning_rate - 0.05) ** 2 * depth"),
]


@pytest.mark.parametrize(("document", "codes"), [("docs/runs.md", 1), ("README.md", 1)])
def test_code_runs_as_it_stands_there(document: str, codes: int, tmp_path: Path) -> None:
    text = (ROOT / document).read_text()
    found = [code for code in re.findall(r"```python\n(.*?)```", text, re.DOTALL) if "nb2prod." in code]
    found = [
        code for code in found if not code.startswith("# training")
    ]  # a cell, of which test_pruned.py makes a notebook
    assert len(found) == codes
    write_notebook(tmp_path / "sales.ipynb", SALES)
    for code in found:
        script = f"import nb2prod\n{code}\nassert swept.status == {{'succeeded': len(swept)}}, swept"
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        command = [sys.executable, "-W", "error", "-c", script]
        done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=300)
        assert (done.returncode, done.stderr) == (0, ""), done.stderr


def test_names_that_are_named_are_there() -> None:
    import nb2prod
    from nb2prod.python.results import RecordedRun, RecordedSweep

    text = (ROOT / "docs" / "runs.md").read_text().split("## From Python")[1].split("\n## ")[0]
    assert not [name for name in re.findall(r"nb2prod\.([a-z_]+)\b(?!\.)", text) if name not in dir(nb2prod)]
    said = set(re.findall(r"(?:done|swept)\.(?:best\.)?([a-z]+)", text))
    assert said and not [name for name in said if not hasattr(RecordedRun, name) and not hasattr(RecordedSweep, name)]
