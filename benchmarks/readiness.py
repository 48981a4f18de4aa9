"""What the static readiness rules cost: for one notebook, as notebooks grow, and for a folder of many.

python benchmarks/readiness.py [--notebooks FOLDER] [--rules] [--shapes] [--sizes 100 1000 10000] [--files 1000]

FOLDER has the notebooks that cells are taken from (default: example_notebooks). --rules says which rules take longest,
--shapes takes the made notebooks of benchmarks/analysis.py instead.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]

from analysis import SHAPES, written  # noqa: E402

from nb2prod.analysis.statements import kept_statements  # noqa: E402
from nb2prod.errors import Nb2ProdError  # noqa: E402
from nb2prod.notebook.language import is_python_2  # noqa: E402
from nb2prod.notebook.read import draft_of, read_document  # noqa: E402
from nb2prod.notebook.syntax import _wrong_with, kept_tree  # noqa: E402
from nb2prod.rules.data.personal_data import _in_short, in_source  # noqa: E402
from nb2prod.rules.discovery import known_rules  # noqa: E402
from nb2prod.rules.engine import findings  # noqa: E402
from nb2prod.rules.facts import Facts  # noqa: E402
from nb2prod.rules.secret_texts import _harmless_short, _short_secrets, secrets_in_cell  # noqa: E402
from nb2prod.rules.understood import _kept  # noqa: E402

ROUNDS = 5
CLOCK = time.process_time
"""Seconds of the processor: other work on the machine does not count."""
REMEMBERED = (
    _wrong_with,
    kept_tree,
    kept_statements,
    is_python_2,
    secrets_in_cell,
    _short_secrets,
    _harmless_short,
    in_source,
    _in_short,
    _kept,
)
"""What is kept of cells while a notebook is edited."""
RULES = [each for each in known_rules() if not each.rule.preview]


def forget() -> None:
    """Let nothing of any notebook be remembered, and no garbage be left."""
    for kept in REMEMBERED:
        kept.cache_clear()
    gc.collect()


def check_one(path: Path) -> int:
    """Read a notebook and apply all rules; return how much was found."""
    document = read_document(path)
    return len(findings(Facts(draft_of(document, path), document), RULES))


def seconds(work: Callable[[], object], rounds: int = ROUNDS, between: Callable[[], object] = gc.collect) -> float:
    """Return the median time of some runs, behind one that is not counted.

    Garbage is collected between them, as by those who check: JupyterLab's process does it behind its answers, those
    that check folders hardly ever. ``between`` is done before each, off the clock.
    """
    gc.disable()
    work()
    times = []
    for _ in range(rounds):
        between()
        before = CLOCK()
        work()
        times.append(CLOCK() - before)
    gc.enable()
    return statistics.median(times)


def sources_below(folder: Path) -> list[list[str]]:
    """Return the code cells of each notebook below a folder that can be read."""
    found = []
    for path in sorted(folder.rglob("*.ipynb")):
        try:
            found.append([cell.source for cell in draft_of(read_document(path), path).cells])
        except Nb2ProdError:
            continue
    return found


def repeated(sources: Sequence[str], cells: int) -> list[str]:
    """Return so many cells; where there are too few, they come again."""
    return [sources[at % len(sources)] for at in range(cells)]


def growth(name: str, make: Callable[[int], list[str]], sizes: Iterable[int], scratch: Path) -> None:
    """Print milliseconds, and microseconds a cell, for notebooks of some sizes."""
    parts, first = [], 0.0
    for size in sizes:
        path = written(make(size), scratch / "grown.ipynb")
        took = seconds(lambda path=path: check_one(path), ROUNDS if size <= 1000 else 1, forget)
        first = first or took / size
        parts.append(f"{size:6}: {took * 1e3:8.1f} ms {took / size * 1e6:6.0f} µs a cell, {took / size / first:4.2f} x")
        if size <= 1000:
            edited = seconds(lambda path=path: check_one(path), between=lambda: (_kept.cache_clear(), gc.collect()))
            parts.append(f"texts seen before: {edited * 1e3:.1f} ms")
    print(f"{name:15}", *parts, sep="  ", flush=True)


def slowest_rules(path: Path, most: int = 12) -> None:
    """Print what each rule takes by itself, where all facts are there already."""
    document = read_document(path)
    facts = Facts(draft_of(document, path), document)
    for name in {name for each in RULES for name in each.check.__code__.co_varnames[: each.check.__code__.co_argcount]}:
        before = CLOCK()
        getattr(facts, name)
        print(f"  fact {name:20}{(CLOCK() - before) * 1e3:8.2f} ms (with what it asks for itself)")
    findings(facts, RULES)
    rows = sorted(
        ((seconds(lambda rule=rule: findings(facts, [rule])), rule) for rule in RULES), key=lambda row: -row[0]
    )
    for took, rule in rows[:most]:
        print(f"  {rule.rule.code} {rule.rule.name:35}{took * 1e3:8.2f} ms")


def make_folder(folder: Path, notebooks: Sequence[Sequence[str]], files: int) -> list[Path]:
    """Write so many notebooks, of one to four of those there are behind each other, each different."""
    draw = random.Random(7)
    made = []
    for number in range(files):
        parts = draw.choices(notebooks, k=draw.randint(1, 4))
        cells = [f"notebook = {number}", *(f"{cell}\n# {number}" for part in parts for cell in part)]
        made.append(written(cells, folder / f"n{number:04}.ipynb"))
    return made


def spent(command: Sequence[str | Path], environment: dict[str, str]) -> tuple[float, float]:
    """Run a command; return its seconds by the clock, and those of processors that it and its processes took."""
    before, wall = os.times(), time.perf_counter()
    subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    after = os.times()
    used = after.children_user - before.children_user + after.children_system - before.children_system
    return time.perf_counter() - wall, used


def folder_of_many(notebooks: Sequence[Sequence[str]], files: int, scratch: Path) -> None:
    """Print what a folder costs, beside parsing its notebooks with as many processes; the commands whole."""
    # three folders down in a repository: what others put into the temporary folder has no part in the keys of the cache
    folder, workers = scratch / "repository" / "notebooks" / "many", os.cpu_count() or 1
    folder.mkdir(parents=True)
    (scratch / "repository" / ".git").mkdir()
    paths = make_folder(folder, notebooks, files)
    environment = {**os.environ, "NB2PROD_CACHE_DIR": str(scratch / "cache"), "PYTHONPATH": str(ROOT)}
    wall, used = spent([sys.executable, Path(__file__).with_name("parsing.py"), folder], environment)
    print(f"{len(paths)} notebooks, {workers} processes: {wall:.2f} s ({used:.2f} s of processors) to parse them")
    check = [sys.executable, "-m", "nb2prod", "check", folder, "--exit-zero", "--quiet"]
    ruff = ["ruff", "check", "--select", "ALL", "--no-cache", "--quiet", "--exit-zero", folder]
    commands = {"nothing in the cache": check, "all in the cache": check, "ruff, all rules": ruff}
    for name, command in commands.items():
        took, cost = spent(command, environment)
        print(f"  {name:22}{took:7.2f} s, {took / wall:5.2f} x; processors {cost:7.2f} s, {cost / used:5.2f} x")


def main() -> None:
    """Print one block for each question."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--notebooks", type=Path, default=ROOT / "example_notebooks")
    parser.add_argument("--sizes", type=int, nargs="+", default=[100, 1000, 10_000])
    parser.add_argument("--files", type=int, default=1000)
    parser.add_argument("--rules", action="store_true")
    parser.add_argument("--shapes", action="store_true")
    given: Any = parser.parse_args()
    notebooks = sources_below(given.notebooks)
    sources = [cell for cells in notebooks for cell in cells]
    print(f"{len(RULES)} rules, cells from {given.notebooks}: {len(sources)}")
    with tempfile.TemporaryDirectory() as name:
        scratch = Path(name)
        growth("as people write", lambda size: repeated(sources, size), given.sizes, scratch)
        for shape in SHAPES if given.shapes else ():
            growth(shape.__name__, shape, given.sizes, scratch)
        if given.rules:
            slowest_rules(written(repeated(sources, given.sizes[-1]), scratch / "slow.ipynb"))
        if given.files:
            folder_of_many(notebooks, given.files, scratch)
    print(json.dumps({"python": sys.version.split()[0], "rules": len(RULES)}))


if __name__ == "__main__":
    main()
