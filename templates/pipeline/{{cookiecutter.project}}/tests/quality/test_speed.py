"""One record is answered within its budget of time, and a process that serves within its budget of memory.

The budgets are in ``pyproject.toml``, as ``[tool.budget]``.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys

import pytest

from {{ cookiecutter.package }}.files import ROOT

pytestmark = pytest.mark.quality

SERVE = """
import json, statistics, sys, time
from pathlib import Path
from {{ cookiecutter.package }}.model import Model

requests = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
model = Model.load()
model.predict(requests[:1])
taken = []
for number in range(21):
    began = time.perf_counter()
    model.predict([requests[number % len(requests)]])
    taken.append(1000 * (time.perf_counter() - began))
status = Path("/proc/self/status")
memory = None
if status.exists():  # Linux counts the memory of whoever started a process in getrusage
    lines = dict(line.split(":", 1) for line in status.read_text().splitlines())
    memory = int(lines["VmHWM"].split()[0]) / 1000
elif sys.platform == "darwin":
    import resource

    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
print(json.dumps({"milliseconds": statistics.median(taken), "megabytes": memory}))
"""
"""What a process does that serves and nothing else: this one has trained models."""


def budget(name: str) -> float:
    """Return a budget of ``pyproject.toml``."""
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    table = text.partition("[tool.budget]")[2].partition("\n[")[0]
    found = re.search(rf"^{name}\s*=\s*([\d_.]+)", table, re.MULTILINE)
    assert found, f"pyproject.toml has no {name} in [tool.budget]"
    return float(found[1])


def test_one_record_is_within_its_budget() -> None:
    requests = str(ROOT / "tests" / "parity" / "requests.json")
    done = subprocess.run(
        [sys.executable, "-c", SERVE, requests],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout.splitlines()[-1])
    print(
        f"one record: {found['milliseconds']:.1f} ms in the median; {found['megabytes']} MB at most"
    )
    assert found["milliseconds"] <= budget("milliseconds")
    assert found["megabytes"] is None or found["megabytes"] <= budget("megabytes")
