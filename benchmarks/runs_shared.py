"""A sweep whose runs have their loading in common: nb2prod against papermill in a loop and in a pool of processes."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import papermill
from runs_making import tagged
from runs_parallel import swept

PART, TITLE = (
    "c",
    "20 runs of which each loads for 20 s and trains for 2 s, two at once: seconds, as ratios to nb2prod's",
)
AT_ONCE = 2


def cells(loading: float, training: float) -> list[tuple[str, str]]:
    """Return a notebook that waits where others load and train: what competes for processors is measured in (b)."""
    return [
        ("parameters", "lr = 0.1"),
        ("data", f"import time\ntime.sleep({loading})\nrows = list(range(1000))"),
        ("training", f"time.sleep({training})\nmodel = sum(rows) * lr"),
        ("evaluation", "score = model"),
    ]


def one(work: tuple[Path, float]) -> None:
    notebook, lr = work
    out = notebook.with_name(f"out-{lr}.ipynb")
    papermill.execute_notebook(str(notebook), str(out), {"lr": lr}, progress_bar=False, cwd=str(notebook.parent))


def in_a_loop(notebook: Path, values: list[float]) -> None:
    for lr in values:
        one((notebook, lr))


def in_a_pool(notebook: Path, values: list[float]) -> None:
    with ProcessPoolExecutor(AT_ONCE) as pool:
        list(pool.map(one, [(notebook, lr) for lr in values]))


def by_nb2prod(notebook: Path, values: list[float], *arguments: str) -> None:
    found = swept(notebook, "-g", f"lr={','.join(map(str, values))}", "--workers", AT_ONCE, *arguments)
    assert [run["metrics"]["score"] for run in found["runs"]] == [sum(range(1000)) * lr for lr in values]


def each_by_itself(notebook: Path, values: list[float]) -> None:
    by_nb2prod(notebook, values, "--no-sharing")


WAYS: dict[str, Callable[[Path, list[float]], None]] = {
    "nb2prod": by_nb2prod,
    "nb2prod --no-sharing": each_by_itself,
    "papermill in a pool": in_a_pool,
    "papermill in a loop": in_a_loop,
}


def measure(quick: bool) -> Iterator[str]:
    loading, training = (2.0, 0.2) if quick else (20.0, 2.0)
    values = [round(0.01 * (number + 1), 2) for number in range(20)]
    seconds: dict[str, float] = {}
    for way, run in WAYS.items():
        with tempfile.TemporaryDirectory() as folder:
            notebook = tagged(Path(folder), *cells(loading, training))
            began = time.perf_counter()
            run(notebook, values)
            seconds[way] = time.perf_counter() - began
        yield f"{way}: {seconds[way]:.0f} s, {seconds[way] / seconds['nb2prod']:.1f} times nb2prod's"
