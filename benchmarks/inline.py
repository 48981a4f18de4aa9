"""What the inline view costs the thread that runs the cells, in a real kernel: after each cell, and while it looks.

python benchmarks/inline.py [--cells 100] [--outputs 0]

*Taken* is the processor time of the kernel's other threads while a cell counts: the most that its interpreter can have
been kept from the cell; what the same cell sees with nobody looking is taken off. The *longest gap* is the longest time
between two steps of the cell's loop, the system's own pauses included.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))
from tests.inline.frontend import Frontend, frontend
from tests.making import as_notebook

ROUNDS = 5
AT_HAND = """
import threading
import time
from types import SimpleNamespace

def counting(seconds):
    idle = threading.Event()
    idle.set()
    if 'view' in globals():
        idle = view._refreshing._idle
    until = time.perf_counter() + seconds
    others, last, gap = time.process_time() - time.thread_time(), time.perf_counter(), 0.0
    while last < until or not idle.is_set():
        now = time.perf_counter()
        gap, last = max(gap, now - last), now
    return (time.process_time() - time.thread_time() - others) * 1000, gap * 1000

def after_cells(rounds):
    from nb2prod.inline import show
    took = []
    for number in range(rounds):
        info = SimpleNamespace(raw_cell='x = 1', cell_id='cell-1', silent=False, store_history=True)
        began = time.perf_counter()
        show._last._following._after(SimpleNamespace(info=info, execution_count=number))
        took.append((time.perf_counter() - began) * 1000)
    return sorted(took)[rounds // 2], max(took)

def looking():
    from nb2prod.inline import show
    began = time.perf_counter()
    show._last.refresh()
    assert show._last.wait()
    return (time.perf_counter() - began) * 1000,
"""
FIRST = """
began = time.perf_counter()
from nb2prod import readiness
imported = time.perf_counter()
view = readiness()
print((imported - began) * 1000, (time.perf_counter() - imported) * 1000)
"""


def notebook(cells: int, outputs: float) -> dict[str, Any]:
    """Return a notebook of cells as people write them, with so many megabytes of pictures in it."""
    sources = ["import pandas as pd\nimport numpy as np\ndf = pd.DataFrame({'a': range(50)})"]
    sources += [f"df['c{n}'] = df.a * {n}\nmean_{n} = df.c{n}.mean()\nprint(mean_{n})" for n in range(cells - 1)]
    made = as_notebook([(None, each) for each in sources])
    pictures = 10
    for cell in made["cells"][:pictures] if outputs else ():
        data = {"image/png": "iVBORw0KGgo" * int(outputs * 1e6 / pictures / 11), "text/plain": "<Figure>"}
        cell["outputs"] = [{"output_type": "display_data", "data": data, "metadata": {}}]
    return made


def said(page: Frontend, source: str) -> tuple[float, ...]:
    """Return the numbers that a cell prints."""
    page.printed = ""
    page.runs(source)
    assert not page.errors, page.errors[-1]
    return tuple(float(each) for each in page.printed.split())


def counted(page: Frontend, asking: str) -> tuple[float, float]:
    """Return what is taken from a cell, and its longest gap, where the cell before it was ``asking``."""
    said(page, asking)
    taken, gap = said(page, "print(*counting(2.0))")
    said(page, "show._last.wait()")
    return taken, gap


def main(cells: int, outputs: float) -> None:
    """Print what it costs."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "mine.ipynb").write_text(json.dumps(notebook(cells, outputs)))
        with frontend(Path(folder), "mine.ipynb") as page:
            said(page, AT_HAND)
            quiet = [said(page, "print(*counting(2.0))") for _ in range(ROUNDS)]
            imported, first = said(page, FIRST)
            said(page, "from nb2prod.inline import show")
            started = counted(page, "x = 1")
            looks = [counted(page, "x = 1") for _ in range(ROUNDS)]
            (took,) = zip(*(said(page, "print(*looking())") for _ in range(ROUNDS)), strict=True)
            after, most = said(page, "print(*after_cells(200))")
    nothing = statistics.median(each[0] for each in quiet)
    print(f"notebook of {cells} cells, {outputs:g} MB of outputs")
    print(f"import {imported:.0f} ms, shown for the first time {first:.0f} ms")
    print(f"after a cell, in its thread: {after * 1000:.0f} µs, at most {most:.2f} ms")
    print(f"asked to shown: {statistics.median(took):.0f} ms")
    rows = ("nobody looks", quiet), ("the look that starts the process", [started]), ("a later look", looks)
    for name, seen in rows:
        taken = [each[0] - nothing for each in seen]
        gaps = [each[1] for each in seen]
        print(f"{name}: taken {statistics.median(taken):.0f} ms (most {max(taken):.0f}), "
              f"longest gap {statistics.median(gaps):.0f} ms (most {max(gaps):.0f})")  # fmt: skip


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cells", type=int, default=100)
    parser.add_argument("--outputs", type=float, default=0, help="megabytes")
    asked = parser.parse_args()
    main(asked.cells, asked.outputs)
