"""What the inline view costs the thread that runs the cells: after each cell, when it first shows, and while it looks.

python benchmarks/inline.py [--cells 100]
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

from nb2prod.inline.checking import Source
from nb2prod.inline.long_checks_in_copy import measuring_in
from nb2prod.inline.widget import Readiness

ROUNDS = 200
SPIN = 2.0


def notebook(cells: int) -> dict[str, Any]:
    """Return a notebook of cells as people write them."""
    sources = ["import pandas as pd\nimport numpy as np\ndf = pd.DataFrame({'a': range(50)})"]
    sources += [f"df['c{n}'] = df.a * {n}\nmean_{n} = df.c{n}.mean()\nprint(mean_{n})" for n in range(cells - 1)]
    return {
        "nbformat": 4,
        "nbformat_minor": 5,
        "metadata": {"language_info": {"name": "python"}},
        "cells": [
            {"cell_type": "code", "id": f"c{n}", "metadata": {}, "source": each, "execution_count": None, "outputs": []}
            for n, each in enumerate(sources)
        ],
    }


def spinning(seconds: float) -> int:
    """Return how far a loop of Python counts in that time."""
    count, until = 0, time.perf_counter() + seconds
    while time.perf_counter() < until:
        count += 1
    return count


def main(cells: int) -> None:
    """Print what it costs."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "mine.ipynb")
        path.write_text(json.dumps(notebook(cells)))
        shell = InteractiveShell.instance()
        with capture_output():
            for _ in range(3):
                shell.run_cell("x = 1", store_history=True)
        began = time.perf_counter()
        view = Readiness(Source(path, shell.user_ns), measuring_in(shell.user_ns), shell)
        first = time.perf_counter() - began
        following = view._following
        assert following is not None
        after = []
        for number in range(ROUNDS):
            info = SimpleNamespace(raw_cell="x = 1", cell_id="c1", silent=False, store_history=True)
            began = time.perf_counter()
            following._after(SimpleNamespace(info=info, execution_count=number))
            after.append(time.perf_counter() - began)
        view.wait()
        view._look_apart()  # starts the process
        looks = []
        for _ in range(5):
            began = time.perf_counter()
            view._look_apart()
            looks.append(time.perf_counter() - began)
        alone = spinning(SPIN)
        view.refresh()
        beside = spinning(SPIN)
        view.close()
    print(f"notebook of {cells} cells")
    print(f"shown for the first time: {first * 1000:.0f} ms (rules are imported with it)")
    print(f"after a cell, in its thread: {statistics.median(after) * 1e6:.0f} µs, at most {max(after) * 1000:.2f} ms")
    print(f"a look, in another process: {statistics.median(looks) * 1000:.0f} ms")
    print(f"what a cell that runs meanwhile loses: {max(0.0, 1 - beside / alone) * SPIN * 1000:.0f} ms")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cells", type=int, default=100)
    main(parser.parse_args().cells)
