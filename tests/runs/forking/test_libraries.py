"""Libraries that have threads of their own work behind a fork, with the threads that they had before it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import nbformat
import pytest

from nb2prod.notebook.read import read_notebook
from tests.runs.forking.twice import forked, plainly, shown

SHARED = """
import warnings; warnings.simplefilter("ignore")
import lightgbm, numpy as np, pandas as pd, torch
from sklearn.datasets import load_digits
from sklearn.cluster import KMeans
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_info
torch.manual_seed(1); np.random.seed(1)
X, y = (each[:400] for each in load_digits(return_X_y=True))
print(sorted({(pool["internal_api"], pool["num_threads"]) for pool in threadpool_info()}))
"""
EACH = {
    "linear algebra": "big = np.random.rand(700, 700)\nround(float(np.linalg.svd(big @ big)[1].sum()), 3)",
    "histograms": "HistGradientBoostingClassifier(max_iter=5, random_state=levels).fit(X, y).score(X, y)",
    "clusters": "KMeans(10, n_init=1, random_state=levels).fit(X).inertia_ > 0",
    "LightGBM": """
        model = lightgbm.LGBMClassifier(n_estimators=5, max_depth=levels, verbose=-1, n_jobs=2, deterministic=True)
        model.fit(X, y).score(X, y)
    """,
    "threads of joblib": "RandomForestClassifier(20, max_depth=levels, n_jobs=2, random_state=0).fit(X, y).score(X, y)",
    "processes of joblib": """
        from joblib import Parallel, delayed
        Parallel(n_jobs=2)(delayed(pow)(i, levels) for i in range(5))
    """,
    "regression": "LogisticRegression(max_iter=50).fit(X / 16, y).score(X / 16, y)",
    "PyTorch": """
        net = torch.nn.Sequential(torch.nn.Linear(64, 128), torch.nn.ReLU(), torch.nn.Linear(128, 10))
        step = torch.optim.Adam(net.parameters())
        for _ in range(3):
            loss = torch.nn.functional.cross_entropy(net(torch.tensor(X).float()), torch.tensor(y))
            step.zero_grad(); loss.backward(); step.step()
        round(loss.item(), 4), torch.get_num_threads()
    """,
    "pandas": "pd.DataFrame(X).assign(y=y).groupby('y').mean().sum().sum().round(6)",
}


@pytest.fixture(scope="module")
def documents(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Any, Any]]:
    import textwrap

    cells = [textwrap.dedent(source).strip() for source in EACH.values()]
    made = [
        nbformat.v4.new_code_cell("levels = 2", metadata={"tags": ["parameters"]}),
        nbformat.v4.new_code_cell(SHARED),
    ]
    made += [nbformat.v4.new_code_cell(source.replace("levels", "3")) for source in cells]
    made += [nbformat.v4.new_code_cell(source) for source in cells]
    path = tmp_path_factory.mktemp("libraries") / "n.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=made), path)
    notebook = read_notebook(path)
    with pytest.MonkeyPatch.context() as patch:
        for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
            patch.setenv(name, "2")
        patch.setenv("OMP_WAIT_POLICY", "passive")  # else they spin, which takes minutes on a machine that is busy
        both = forked(notebook, 2 + len(cells) - 1, [{"levels": 2}, {"levels": 4}])
        yield plainly(notebook, {"levels": 4}), both[1]


@pytest.mark.parametrize("number", range(2 * len(EACH)), ids=[f"{n} {w}" for w in ("before", "behind") for n in EACH])
def test_it_gives_what_it_gives_in_a_plain_run(documents: tuple[Any, Any], number: int) -> None:
    plain, fork = map(shown, documents)
    assert fork[3 + number] == plain[3 + number]


def test_the_pools_had_threads(documents: tuple[Any, Any]) -> None:
    assert "('openblas', 2)" in documents[1].cells[2].outputs[0].text
    assert "('openmp', 2)" in documents[1].cells[2].outputs[0].text
