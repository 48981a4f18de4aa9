"""What analysing a notebook costs, beside reading it and parsing its cells; and whether it grows linearly.

python benchmarks/analysis.py [FOLDER]     the notebooks below FOLDER (default: example_notebooks), then made ones
                                           of many shapes and sizes
"""

from __future__ import annotations

import ast
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from nb2prod.analysis.dataflow import analyse
from nb2prod.errors import Nb2ProdError
from nb2prod.notebook.read import read_notebook

ROUNDS = 3
SIZES = (1_000, 3_000, 10_000)


def seconds(work: Callable[[], object]) -> float:
    """Return the median wall time of some runs."""
    times = []
    for _ in range(ROUNDS):
        before = time.perf_counter()
        work()
        times.append(time.perf_counter() - before)
    return statistics.median(times)


def read_and_parse(path: Path) -> None:
    """Do what no analysis can do without."""
    for cell in read_notebook(path).cells:
        ast.parse(cell.code)


def ratio(path: Path) -> tuple[float, float]:
    """Return seconds for analysing, and the ratio of reading and analysing to reading and parsing."""
    notebook = read_notebook(path)
    analysing = seconds(lambda: analyse(notebook))
    base = seconds(lambda: read_and_parse(path))
    return analysing, analysing / base


def chain(cells: int) -> list[str]:
    """Each cell reads what the one before made, and adds a column to the one table."""
    first = "import pandas as pd\ndf = pd.DataFrame({'a': [1.0, 2.0]})\nx0 = 0"
    rest = [f"df['c{i}'] = df['a'] * x{i - 1}\nx{i} = x{i - 1} + df['c{i}'].sum()" for i in range(1, cells)]
    return [first, *rest]


def one_table(cells: int) -> list[str]:
    """Every cell changes the same table, by its name, in place, or through a copy that takes its name."""
    lines = ["df['c{i}'] = df['a'].fillna(0)", "df.drop(columns=['c{i}'], inplace=True)", "df = df[df['a'] > {i}]"]
    made = [lines[i % 3].format(i=i) + f"\ndf.loc[df.a > {i}, 'b'] = {i}\ndf.head()" for i in range(1, cells)]
    return ["import pandas as pd\ndf = pd.read_csv('a.csv')", *made]


def many_functions(cells: int) -> list[str]:
    """Functions that call the one before, change what they are handed and read a global; each is called."""
    first = "total = []\ndef f0(x):\n    x.append(len(total))\n    return x"
    rest = [
        f"def f{i}(x):\n    y = f{i - 1 if i % 10 else 0}(x)\n    total.append(y)\n    return y\nr{i} = f{i}([{i}])"
        for i in range(1, cells)
    ]
    return [first, *rest]


def one_function(cells: int) -> list[str]:
    """A function that changes what it is handed and a list that it captures, called in every cell."""
    first = "seen = []\ndef note(x, kept=seen):\n    kept.append(x)\n    x['n'] = len(kept)\n    return x"
    return [first, *(f"d{i} = note({{'a': {i}}})" for i in range(1, cells))]


def one_class(cells: int) -> list[str]:
    """Objects of one class, each made from the one before, with methods that change them."""
    first = "class Node:\n    def __init__(self, up):\n        self.up, self.n = up, 0\n"
    first += "    def grow(self):\n        self.n += 1\n        return self\no0 = Node(None)"
    return [first, *(f"o{i} = Node(o{i - 1})\no{i}.grow().grow()" for i in range(1, cells))]


def aliases(cells: int) -> list[str]:
    """Every cell puts one more object in the one list, under a name that it keeps, and changes it through the list."""
    return ["kept = []", *(f"a{i} = [{i}]\nkept.append(a{i})\nkept[-1].append({i})" for i in range(1, cells))]


def one_name(cells: int) -> list[str]:
    """Twenty names for one object, which is changed through each, and then twenty for the next."""
    return ["a0 = []", *(f"a{i} = {f'a{i - 1}' if i % 20 else []}\na{i}.append({i})" for i in range(1, cells))]


def loops(cells: int) -> list[str]:
    """Loops five deep over a table, with branches in them."""
    text = "for a in rows:\n for b in a:\n  for c in b:\n   for d in c:\n    for e in d:\n"
    text += "     if e > {i}:\n      total += e\n      rows[{i}] = e\n     else:\n      d.append(e)"
    return ["rows, total = load(), 0", *(text.format(i=i) for i in range(1, cells))]


def branches(cells: int) -> list[str]:
    """Names that each cell may or may not define anew."""
    text = (
        "if x > {i}:\n    x = y + {i}\nelif y:\n    y = x\ntry:\n    z = x / y\nexcept ZeroDivisionError:\n    z = {i}"
    )
    return ["x = y = z = 1", *(text.format(i=i) for i in range(1, cells))]


def models(cells: int) -> list[str]:
    """What notebooks do: split, fit, score, plot."""
    first = "from sklearn.linear_model import Ridge\nfrom sklearn.pipeline import make_pipeline\nimport numpy as np\n"
    first += "import matplotlib.pyplot as plt\nX, y = np.ones((9, 2)), np.ones(9)\nscores = {}"
    text = "m{i} = make_pipeline(Ridge(alpha={i}))\nm{i}.fit(X, y)\nscores['m{i}'] = m{i}.score(X, y)\n"
    text += "fig, ax = plt.subplots()\nax.plot(m{i}.predict(X))\nax.set_title(f'model {{scores}}')"
    return [first, *(text.format(i=i) for i in range(1, cells))]


def one_cell(cells: int) -> list[str]:
    """The same as the chain, in a single cell."""
    return ["\n".join(chain(cells))]


def one_expression(cells: int) -> list[str]:
    """A literal, a sum and a call with very many parts."""
    names = ", ".join(f"x{i % 50}" for i in range(cells))
    return [
        "\n".join(f"x{i} = [{i}]" for i in range(50)),
        f"everything = [{names}]",
        f"table = {{{', '.join(f'{i}: x{i % 50}' for i in range(cells))}}}",
        f"print({names})",
        "everything[0].append(1)",
    ]


SHAPES = (
    chain, one_table, many_functions, one_function, one_class, aliases, one_name, loops, branches, models, one_cell,
    one_expression,
)  # fmt: skip


def written(sources: list[str], path: Path) -> Path:
    """Write a notebook of these code cells."""
    made = [
        {"cell_type": "code", "id": f"c{n}", "metadata": {}, "execution_count": None, "outputs": [], "source": source}
        for n, source in enumerate(sources)
    ]
    path.write_text(json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": made}))
    return path


def main() -> None:
    """Print a line a notebook, then the medians."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parents[1] / "example_notebooks"
    ratios = []
    for path in sorted(folder.rglob("*.ipynb")):
        try:
            analysing, times = ratio(path)
        except Nb2ProdError as error:
            print(f"{path.name}: {error.problems[0].what}")
            continue
        ratios.append(times)
        print(f"{times:5.2f} x reading and parsing, {analysing * 1000:8.1f} ms  {path.name}")
    if ratios:
        print(f"median {statistics.median(ratios):.2f}, largest {max(ratios):.2f}, {len(ratios)} notebooks")
    print(f"made notebooks, {ROUNDS} rounds each: times reading and parsing, and µs a cell")
    with tempfile.TemporaryDirectory() as scratch:
        for shape in SHAPES:
            found = []
            for size in SIZES:
                analysing, times = ratio(written(shape(size), Path(scratch) / "giant.ipynb"))
                found.append(f"{size:6}: {times:5.2f} x {analysing / size * 1e6:5.0f} µs")
            print(f"{shape.__name__:15}", *found, flush=True)


if __name__ == "__main__":
    main()
