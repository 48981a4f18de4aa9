"""What is mended runs: seeds make two runs alike, and nothing else changes what a notebook computes."""

from __future__ import annotations

import os
from collections.abc import Sequence
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest

from nb2prod.rules.discovery import known_rules
from nb2prod.workflows.fixing import mend


def document(*cells: str | tuple[str, str]) -> dict[str, Any]:
    """A notebook with cells, each a source, or a source and its tag."""
    given = [each if isinstance(each, tuple) else (each, "") for each in cells]
    return {
        "nbformat": 4,
        "nbformat_minor": 5,
        "metadata": {"kernelspec": {"name": "python3", "language": "python", "display_name": "Python 3"}},
        "cells": [
            {
                "cell_type": "code",
                "id": f"c{number}",
                "metadata": {"tags": [tag]} if tag else {},
                "execution_count": None,
                "outputs": [],
                "source": source,
            }
            for number, (source, tag) in enumerate(given)
        ],
    }


def mended(content: dict[str, Any], folder: Path, *codes: str, unsafe: bool = False) -> list[str]:
    rules = [each for each in known_rules() if each.rule.code in codes]
    after = mend(content, folder / "n.ipynb", rules, unsafe=unsafe).after.document
    return ["".join(cell["source"]) for cell in after["cells"]]


def run(sources: Sequence[str]) -> dict[str, Any]:
    names: dict[str, Any] = {}
    for source in sources:
        exec(source, names)
    return names


SEEDED = {
    "the generator of Python": ("NB201", ["import random", "x = [random.random() for _ in range(3)]"]),
    "NumPy's": ("NB201", ["import numpy as np", "# noise\nx = list(np.random.normal(size=3))  # wide"]),
    "NumPy's by a name of its own": ("NB201", ["from numpy.random import rand", "x = list(rand(3))"]),
    "NumPy's, whose usual name comes below": (
        "NB201",
        ["from numpy.random import rand\nx = list(rand(3))", "import numpy as np"],
    ),
    "NumPy's, whose usual name was something else": (
        "NB201",
        ["import numpy as np\nfrom numpy.random import rand\nnp = 3", "x = list(rand(3))"],
    ),
    "in a loop": ("NB201", ["import random", "x = []\nfor i in range(3):\n    x.append(random.random())"]),
    "in a function": ("NB201", ["import numpy as np", "def f():\n    return np.random.rand()\nx = f()"]),
    "one of its own": ("NB201", ["import numpy as np", "rng = np.random.default_rng()\nx = list(rng.normal(size=3))"]),
    "PyTorch's": ("NB202", ["import torch", "x = torch.randn(3).tolist()"]),
    "a split": (
        "NB203",
        [
            "from sklearn.model_selection import train_test_split",
            "x = train_test_split(list(range(50)), test_size=0.2)",
        ],
    ),
    "an estimator over several lines": (
        "NB203",
        [
            "from sklearn.ensemble import RandomForestClassifier\nX = [[i, i % 7] for i in range(40)]",
            "model = RandomForestClassifier(\n    n_estimators=3,  # few\n    max_depth=2,\n)\n"
            "x = model.fit(X, [i % 2 for i in range(40)]).predict_proba(X).tolist()",
        ],
    ),
    "an estimator that is told to have none": (
        "NB203",
        [
            "from sklearn.cluster import KMeans\nX = [[i, i % 7] for i in range(90)]",
            "x = KMeans(\n    # nine\n    n_clusters=9,\n    random_state=None,\n).fit(X).labels_.tolist()",
        ],
    ),
    "an estimator without arguments": (
        "NB203",
        [
            "from sklearn.cluster import KMeans\nX = [[i, i % 7] for i in range(90)]",
            "x = KMeans().fit(X).labels_.tolist()",
        ],
    ),
}


@pytest.mark.parametrize("name", SEEDED)
def test_with_its_seed_two_runs_are_alike(name: str, tmp_path: Path) -> None:
    code, cells = SEEDED[name]
    sources = mended(document(*cells), tmp_path, code)
    assert sources[0] == "SEED = 0"
    assert len(sources) == len(cells) + 1
    first, second = run(sources)["x"], run(sources)["x"]
    assert first == second
    if code != "NB203":
        assert [run(["import torch; torch.seed()", *cells])["x"] for _ in range(3)] != [first] * 3
    comments = [line for cell in cells for line in cell.split("\n") if "#" in line]
    assert all(line in "\n".join(sources) for line in comments)


@pytest.mark.parametrize(
    "cells",
    [
        ["import numpy as np; x = np.random.rand(3)"],
        ["from random import random", "xs = [random() for _ in range(3)]"],
        ["from random import random, randint\nx = randint(1, 2)"],
        ["from random import randint", "random = 3", "x = randint(1, random)"],
    ],
)
def test_there_is_no_seed_where_its_line_or_its_name_is_taken(cells: list[str], tmp_path: Path) -> None:
    assert mended(document(*cells), tmp_path, "NB201", "NB202", "NB203") == cells


def test_a_seed_that_is_something_else_by_then_is_not_used(tmp_path: Path) -> None:
    cells = ["seed = 3\nseed = 'abc'", "import random\nx = random.random()"]
    assert "random.seed(SEED)" in mended(document(*cells), tmp_path, "NB201")[2]


def test_none_gives_way_to_a_seed_and_those_that_are_written_alike_differ(tmp_path: Path) -> None:
    cells = [
        "from sklearn.cluster import KMeans",
        "a = KMeans(random_state=None, n_clusters=2)\nb = KMeans(random_state=None, n_clusters=2)\nc = KMeans(3)",
    ]
    assert mended(document(*cells), tmp_path, "NB203")[-1].split("\n") == [
        "a = KMeans(random_state=SEED, n_clusters=2)",
        "b = KMeans(random_state=SEED + 1, n_clusters=2)",
        "c = KMeans(3, random_state=SEED)",
    ]


def test_the_seed_goes_to_the_parameters_and_one_that_is_there_is_used(tmp_path: Path) -> None:
    split = "from sklearn.model_selection import train_test_split\nX_train, X_test = train_test_split(X)"
    sources = mended(document(("rate = 0.1", "parameters"), "X = [1, 2, 3]", split), tmp_path, "NB203")
    assert sources[0] == "rate = 0.1\nSEED = 0"
    assert sources[2].endswith("train_test_split(X, random_state=SEED)")
    sources = mended(document("RANDOM_STATE = 7", "X = [1, 2, 3]", split), tmp_path, "NB203")
    assert sources[0] == "RANDOM_STATE = 7"
    assert sources[2].endswith("train_test_split(X, random_state=RANDOM_STATE)")


def test_a_loop_keeps_its_different_splits(tmp_path: Path) -> None:
    cells = [
        "from sklearn.model_selection import train_test_split",
        "for i in range(3):\n    train_test_split([1, 2, 3])",
    ]
    assert mended(document(*cells), tmp_path, "NB203") == cells


def test_pins_are_those_that_are_installed(tmp_path: Path) -> None:
    cells = ['!pip install -q pandas "scikit-learn"  # for tables', "x = 1"]
    (line, rest) = mended(document(*cells), tmp_path, "NB205")
    pandas, sklearn = metadata.version("pandas"), metadata.version("scikit-learn")
    assert line == f'!pip install -q pandas=={pandas} "scikit-learn=={sklearn}"  # for tables'
    assert rest == "x = 1"


@pytest.mark.parametrize("other", ["nobody-has-this", "'numpy>=1'"])
def test_all_of_a_command_is_pinned_or_nothing(other: str, tmp_path: Path) -> None:
    cells = [f"!pip install -q pandas {other}"]
    assert mended(document(*cells), tmp_path, "NB205") == cells


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("NB211", '"/home/nobody-at-all/work/data/rows.csv"'),
        ("NB211", "'/kaggle/input/rows/data/rows.csv'"),
        ("NB212", 'r"C:\\Users\\ada\\data\\rows.csv"'),
        ("NB212", '"data\\\\rows.csv"'),
    ],
)
def test_paths_become_relative_where_the_file_is_there(code: str, name: str, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "rows.csv").write_text("1,2\n")
    (source,) = mended(document(f"text = open({name}).read()  # rows"), tmp_path, code)
    assert source == 'text = open("data/rows.csv").read()  # rows'
    before = Path.cwd()
    os.chdir(tmp_path)
    try:
        assert run(["import warnings; warnings.simplefilter('ignore')", source])["text"] == "1,2\n"
    finally:
        os.chdir(before)


def test_paths_stay_where_the_file_is_not_there_or_another(tmp_path: Path) -> None:
    other = tmp_path / "elsewhere" / "rows.csv"
    other.parent.mkdir()
    other.write_text("others\n")
    folder = tmp_path / "home"
    folder.mkdir()
    cells = ['x = open("/home/nobody-at-all/rows.csv")', f'y = "{other}"']
    assert mended(document(*cells), folder, "NB211") == cells
    (folder / "rows.csv").write_text("mine\n")
    assert mended(document(cells[1]), folder, "NB211") == [cells[1]]


def test_a_listing_is_sorted(tmp_path: Path) -> None:
    for name in ("b", "a", "c"):
        (tmp_path / name).write_text("")
    cell = f"import os\nnames = os.listdir({str(tmp_path)!r})  # all"
    (source,) = mended(document(cell), tmp_path, "NB216", unsafe=True)
    assert source.endswith("))  # all") and run([source])["names"] == ["a", "b", "c"]
    assert mended(document(cell), tmp_path, "NB216") == [cell]
