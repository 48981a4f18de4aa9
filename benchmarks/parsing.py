"""Parse the notebooks below a folder and do nothing else, in as many processes as there are processors.

python benchmarks/parsing.py FOLDER        what benchmarks/readiness.py compares with
"""

from __future__ import annotations

import ast
import os
import sys
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path


def parse_one(path: Path) -> int:
    """Do what no checker can do without: nbformat's reading, and Python's of each cell that is Python."""
    import nbformat

    parsed = 0
    for cell in nbformat.read(path, as_version=4).cells:
        if cell.cell_type == "code":
            try:
                ast.parse(cell.source)
                parsed += 1
            except SyntaxError:
                continue
    return parsed


def parse_some(paths: Sequence[Path]) -> int:
    """Parse a few notebooks, in a worker."""
    return sum(parse_one(path) for path in paths)


def parse_all(paths: Sequence[Path], workers: int) -> int:
    """Parse all notebooks in so many processes."""
    parts = [paths[at : at + 25] for at in range(0, len(paths), 25)]
    with ProcessPoolExecutor(workers) as pool:
        return sum(pool.map(parse_some, parts))


if __name__ == "__main__":
    parse_all(sorted(Path(sys.argv[1]).rglob("*.ipynb")), os.cpu_count() or 1)
