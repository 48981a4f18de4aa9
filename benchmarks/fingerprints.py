"""What looking at the objects behind each cell costs a run: seconds in all, and the share of the notebook's own.

python benchmarks/fingerprints.py [FOLDER]     the notebooks below FOLDER (default: example_notebooks)
"""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import Any

from nb2prod.capture.probe.fingerprints import Watch
from nb2prod.notebook.read import read_notebook


def cost(path: Path) -> tuple[float, float, int, int]:
    """Run a notebook's cells here; return its seconds, those of looking, and how many changes and certainties."""
    watch, namespace = Watch(), {"__name__": "__main__", "display": print}
    running = looking = 0.0
    changed = unchanged = 0
    for cell in read_notebook(path).cells:
        before = time.perf_counter()
        exec(compile(cell.code, f"cell {cell.index}", "exec"), namespace)
        between = time.perf_counter()
        found: tuple[list[Any], list[Any]] = watch.look(namespace, set(namespace), between - before)
        running += between - before
        looking += time.perf_counter() - between
        changed += len(found[0])
        unchanged += len(found[1])
    return running, looking, changed, unchanged


def main() -> None:
    """Print a line for each notebook."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parents[1] / "example_notebooks"
    for path in sorted(folder.rglob("*.ipynb")):
        try:
            running, looking, changed, unchanged = cost(path)
        except Exception as error:
            print(f"{path.name}: did not run: {type(error).__name__}")
            continue
        print(f"{looking / running:6.1%} of {running:6.2f} s, {changed} changed, {unchanged} unchanged  {path.name}")


if __name__ == "__main__":
    main()
