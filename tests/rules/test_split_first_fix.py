"""NB301's fix: what is mended runs, holds back the same rows, and has measured the training rows alone."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.rules.test_reproducibility_fixes import document, mended, run

DATA = """import numpy as np, pandas as pd
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler
from sklearn.linear_model import LogisticRegression
df = pd.DataFrame(np.random.default_rng(0).normal(2, 3, (60, 3)), columns=list("abt"))
X, y = df[["a", "b"]], (df["t"] > 2).astype(int)"""
SPLIT = "X_train, X_test, y_train, y_test = train_test_split({}, y, test_size=0.25, random_state=1, stratify=y)"
FIT = "model = LogisticRegression().fit(X_train, y_train)\nscore = model.score(X_test, y_test)"

MENDED = {
    "a name of its own": [
        "scaler = StandardScaler()\nX_scaled = scaler.fit_transform(X)",
        SPLIT.format("X_scaled"),
        FIT,
    ],
    "the same name": ["scaler = StandardScaler()\nX = scaler.fit_transform(X)  # to one scale", SPLIT.format("X"), FIT],
    "a tool without a name": ["X = StandardScaler().fit_transform(X)", SPLIT.format("X"), FIT],
    "one cell": ["sc = StandardScaler()\nXs = sc.fit_transform(X)\n" + SPLIT.format("Xs") + "\n" + FIT],
    "the target between them": ["sc = StandardScaler()\nXs = sc.fit_transform(X)\ny = y", SPLIT.format("Xs"), FIT],
    "over several lines": [
        "sc = StandardScaler()\nXs = sc.fit_transform(X)",
        SPLIT.format("\n    Xs").replace("y, test", "\n    y,\n    test").replace("=y)", "=y\n)"),
        FIT,
    ],
}


@pytest.mark.parametrize("cells", MENDED.values(), ids=MENDED)
def test_the_tool_learns_from_training_rows_alone_and_the_same_rows_are_held_out(
    cells: list[str], tmp_path: Path
) -> None:
    after = mended(document(DATA, *cells), tmp_path, "NB301", unsafe=True)
    assert after != [DATA, *cells]
    was, now = run([DATA, *cells]), run(after)
    assert was["y_test"].equals(now["y_test"]) and was["y_train"].equals(now["y_train"])
    raw = (
        now["df"].loc[now["y_train"].index, ["a", "b"]].to_numpy(),
        now["df"].loc[now["y_test"].index, ["a", "b"]].to_numpy(),
    )
    mean, deviation = raw[0].mean(axis=0), raw[0].std(axis=0)
    assert np.allclose(now["X_train"], (raw[0] - mean) / deviation)
    assert np.allclose(now["X_test"], (raw[1] - mean) / deviation)
    assert type(now["X_train"]) is type(was["X_train"])
    assert 0 <= now["score"] <= 1
    assert mended(document(*after), tmp_path, "NB301", unsafe=True) == after


LEFT = {
    "what was scaled is shown": [
        "s = StandardScaler()\nXs = s.fit_transform(X)",
        "print(Xs[:3])",
        SPLIT.format("Xs"),
        FIT,
    ],
    "it is used again": ["s = StandardScaler()\nXs = s.fit_transform(X)", SPLIT.format("Xs"), FIT, "model.predict(Xs)"],
    "a magic needs it": [
        "s = StandardScaler()\nXs = s.fit_transform(X)",
        SPLIT.format("Xs"),
        FIT,
        "%timeit model.predict(Xs)",
    ],
    "a function needs it": [
        "def f():\n    return X\ns = StandardScaler()\nX = s.fit_transform(X)",
        SPLIT.format("X"),
        FIT,
    ],
    "rows change between": ["s = StandardScaler()\nXs = s.fit_transform(X)", "X.drop(0)", SPLIT.format("Xs"), FIT],
    "columns in place": [
        "s = StandardScaler()\nX = X.copy()\nX[['a']] = s.fit_transform(X[['a']])",
        SPLIT.format("X"),
        FIT,
    ],
    "nothing would be left": ["s = StandardScaler()", "Xs = s.fit_transform(X)", SPLIT.format("Xs"), FIT],
    "the name is taken": ["scaler = 3\nXs = StandardScaler().fit_transform(X)", SPLIT.format("Xs"), FIT],
    "three in one line": ["s = StandardScaler(); Xs = s.fit_transform(X)", SPLIT.format("Xs"), FIT],
    "stratified by it": [
        "s = StandardScaler()\nXs = s.fit_transform(X)",
        SPLIT.format("Xs").replace("=y)", "=Xs[:, 0] > 9)"),
        FIT,
    ],
    "a table again": ["s = StandardScaler()\nXs = pd.DataFrame(s.fit_transform(X))", SPLIT.format("Xs"), FIT],
}


@pytest.mark.parametrize("cells", LEFT.values(), ids=LEFT)
def test_it_is_not_offered_where_the_notebook_might_mean_something_else(cells: list[str], tmp_path: Path) -> None:
    assert mended(document(DATA, *cells), tmp_path, "NB301", unsafe=True) == [DATA, *cells]


def test_it_is_no_safe_fix(tmp_path: Path) -> None:
    cells = [DATA, *MENDED["the same name"]]
    assert mended(document(*cells), tmp_path, "NB301") == cells
