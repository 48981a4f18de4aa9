"""A thousand tiny runs of one sweep, several at once: how many are lost, begun twice, or fail to start."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from runs_making import tagged

PART, TITLE = "b", "1,000 tiny runs of a sweep, 4 at once: lost, begun again, not succeeded"
WAYS = {"each run by itself": ["--no-sharing"], "forked from what they share": []}


def swept(notebook: Path, *arguments: object) -> dict[str, Any]:
    """Run a sweep and return what it printed."""
    command = [sys.executable, "-m", "nb2prod", "--quiet", "sweep", notebook, "--json", *arguments]
    done = subprocess.run([str(each) for each in command], capture_output=True, text=True, cwd=notebook.parent)
    return dict(json.loads(done.stdout))


def measure(quick: bool) -> Iterator[str]:
    count = 100 if quick else 1000
    for way, arguments in WAYS.items():
        with tempfile.TemporaryDirectory() as folder:
            cells = [("parameters", "n = 0"), ("", "base = 1"), ("evaluation", "score = n + base")]
            notebook = tagged(Path(folder), *cells)
            began = time.perf_counter()
            found = swept(notebook, "-g", f"n=1..{count}", "--workers", 4, *arguments)
            seconds = time.perf_counter() - began
            runs = found["runs"]
            statuses = Counter(run["status"] for run in runs)
            lost = sum(run["metrics"].get("score") != run["number"] + 1 for run in runs) + count - len(runs)
            again = sum(run["attempt"] != 1 for run in runs)
            told = ", ".join(f"{number} {status}" for status, number in statuses.items())
            pace = f"{seconds:.0f} s, {count / seconds:.1f} runs a second"
            yield f"{way}: {lost} lost, {again} begun again, {told}; {pace}"
