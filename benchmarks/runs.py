"""Runs and sweeps, against nbclient and papermill and against what goes wrong: python benchmarks/runs.py [PART ...]

Each part is a file `runs_*.py` beside this one with a letter, a title and a function that yields lines.
"""

from __future__ import annotations

import argparse
import importlib
import os
import sys
import warnings
from pathlib import Path
from types import ModuleType

HERE = Path(__file__).resolve().parent


def parts() -> dict[str, ModuleType]:
    """Return the parts by their letters."""
    found = [importlib.import_module(path.stem) for path in sorted(HERE.glob("runs_*.py"))]
    return {module.PART: module for module in found if hasattr(module, "PART")}


def main() -> None:
    sys.path[:0] = [str(HERE), str(HERE.parent)]
    os.environ["PYTHONPATH"] = os.pathsep.join([str(HERE.parent), os.environ.get("PYTHONPATH", "")]).rstrip(os.pathsep)
    warnings.simplefilter("ignore")
    known = parts()
    titles = "; ".join(f"{letter}: {module.TITLE}" for letter, module in sorted(known.items()))
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("parts", nargs="*", metavar="PART", help=titles)
    parser.add_argument("--quick", action="store_true", help="a tenth of everything, to see that it works")
    given = parser.parse_args()
    for letter in given.parts or sorted(known):
        print(f"({letter}) {known[letter].TITLE}", flush=True)
        for line in known[letter].measure(given.quick):
            print(f"    {line}", flush=True)


if __name__ == "__main__":
    main()
