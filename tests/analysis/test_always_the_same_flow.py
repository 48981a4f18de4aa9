"""The dataflow is the same in every process, whatever order Python's sets have in it."""

from __future__ import annotations

import os
import subprocess
import sys
from itertools import permutations
from pathlib import Path

from nb2prod.analysis.flow import FEW, Flow, Step

ROOT = Path(__file__).parents[2]
SHOW = """
import random, sys
from nb2prod.analysis.dataflow import analyse
from pathlib import Path
from nb2prod.notebook.read import draft_of
from tests.making import as_notebook

TABLES = "train = pd.read_csv('a.csv')", "test = pd.read_csv('b.csv')", "both = [train, test]"
CELLS = (
    *TABLES,
    "for each in both:\\n    each['x'] = each['y'].fillna(each['y'].mean())",
    "for each in both:\\n    if limit:\\n        found = each\\n    else:\\n        found = train\\n    last = found",
    "train['z'] = train['x'] * 2",
    "test = test.dropna()",
    "both = [train, test]",
    "kept = [each.copy() for each in both]",
    "first, second = both",
    "first['w'] = second['w']",
    "train.drop(columns='x', inplace=True)",
    "model.fit(train, kept)",
)
draw = random.Random(5)
for _ in range(40):
    document = as_notebook([(None, each) for each in ("import pandas as pd", *draw.choices(CELLS, k=40))])
    flow = analyse(draft_of(document, Path("made.ipynb")))
    print([sorted((name, sorted(found)) for name, found in each.items()) for each in flow.sources])
    print(sorted((name, sorted(found)) for name, found in flow.final.items()))
"""


def test_what_one_name_comes_from_does_not_depend_on_the_order_of_the_others() -> None:
    found = set()
    for joins in permutations(("few", "many", "more")):
        flow = Flow()
        for _ in range(FEW + 2):
            flow.take(Step(reads=(), direct_reads=(), kills=(), joins=("many", "more"), gone=()))
        flow.take(Step(reads=("many",), direct_reads=(), kills=("list", "few"), joins=(), gone=()))
        flow.take(Step(reads=("few",), direct_reads=(), kills=(), joins=("list",), gone=()))
        flow.take(Step(reads=("list",), direct_reads=(), kills=(), joins=joins, gone=()))
        found.add(tuple(sorted((name, tuple(sorted(sources))) for name, sources in flow.current.items())))
    assert len(found) == 1


def test_notebooks_have_the_same_dataflow_under_every_order_of_sets() -> None:
    shown = set()
    for seed in ("1", "2", "3"):
        environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)}
        done = subprocess.run([sys.executable, "-c", SHOW], env=environment, capture_output=True, text=True, cwd=ROOT)
        assert done.returncode == 0, done.stderr
        shown.add(done.stdout)
    assert len(shown) == 1
