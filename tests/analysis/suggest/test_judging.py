"""What measures the model outside the evaluation section, and what cannot be told apart there."""

from __future__ import annotations

import pytest

from nb2prod.analysis.dataflow import analyse
from nb2prod.analysis.inference import find_inference
from nb2prod.analysis.suggest.judging import find_judgements
from nb2prod.notebook.model import Cell, Notebook
from tests.analysis.cells import notebook_of
from tests.analysis.suggest.suggesting import DATA, FIT, SCORE, SPLIT

ASK = ("inference", "sample = X_test[:5]\nprediction = model.predict(sample)")
METRICS = "from sklearn.metrics import accuracy_score, roc_auc_score\nimport numpy as np"
OTHER = "other = SVC(C=3)\nother.fit(X_train, y_train)"
FOLDS = (
    "from sklearn.model_selection import KFold\noof = np.zeros(len(X))\n"
    "for a, b in KFold().split(X):\n    model = SVC().fit(X.iloc[a], y.iloc[a])\n"
    "    oof[b] = model.predict(X.iloc[b])"
)
LOGS = (
    "def rmsle(y, p):\n    y, p = [np.array([np.log(v + 1) for v in each]) for each in (y, p)]\n"
    "    return np.sqrt(np.mean((y - p) ** 2))"
)
LOOP = (
    "for C in (1, 2):\n    model = SVC(C=C).fit(X_train, y_train)\n"
    "    print(accuracy_score(y_test, model.predict(X_test)))"
)


def found(*cells: tuple[str | None, str]) -> list[tuple[str, str, str]]:
    """Return what measures the model behind imports and data: the last line of the statement, by what, the obstacle."""
    all_cells = [(None, METRICS), ("data", DATA), ("data", SPLIT), *cells]
    made = notebook_of(*(source for _, source in all_cells))
    tagged = [
        Cell(cell.index, cell.position, cell.id, cell.source, cell.code, section)
        for cell, (section, _) in zip(made.cells, all_cells, strict=True)
    ]
    notebook = Notebook(made.path, tuple(tagged))
    flow = analyse(notebook)
    return [
        (flow.statements[each.statement].source.splitlines()[-1].strip(), each.call, each.obstacle)
        for each in find_judgements(notebook, flow, find_inference(notebook, flow))
    ]


@pytest.mark.parametrize(
    ("cells", "wanted"),
    [
        pytest.param([("training", f"{FIT}\n{SCORE}")], [(SCORE, "score", "")], id="in the cell that trains"),
        pytest.param(
            [("training", f"{FIT}\np = model.predict(X_test)\nprint(accuracy_score(y_test, p))")],
            [("print(accuracy_score(y_test, p))", "accuracy_score", "")],
            id="of answers that were kept",
        ),
        pytest.param([("training", FIT), (None, SCORE)], [(SCORE, "score", "")], id="in a cell without a tag"),
        pytest.param(
            [
                (
                    "training",
                    f"{LOGS}\n{FIT}\nprint(rmsle(y_test, model.predict(X_test)))",
                )
            ],
            [("print(rmsle(y_test, model.predict(X_test)))", "rmsle", "")],
            id="by a function of the notebook's, as its name says",
        ),
        pytest.param(
            [("training", FOLDS + "\nprint('CV', roc_auc_score(y, oof))")],
            [("print('CV', roc_auc_score(y, oof))", "roc_auc_score", "")],
            id="of answers out of fold",
        ),
        pytest.param(
            [
                (
                    "training",
                    "from sklearn.model_selection import cross_val_score\nfrom sklearn.svm import SVC\nmodel = SVC()\n"
                    "scores = cross_val_score(model, X, y)\nmodel.fit(X_train, y_train)",
                )
            ],
            [("scores = cross_val_score(model, X, y)", "cross_val_score", "")],
            id="of copies, before it is fitted for good",
        ),
    ],
)
def test_what_measures_the_model_is_told_apart(
    cells: list[tuple[str, str]], wanted: list[tuple[str, str, str]]
) -> None:
    assert found(*cells, ASK) == wanted


@pytest.mark.parametrize(
    ("cells", "obstacle"),
    [
        pytest.param(
            [("training", f"from sklearn.svm import SVC\n{LOOP}")], "in the same statement that trains", id="a loop"
        ),
        pytest.param(
            [("training", f"{FIT}\n{OTHER}\naccuracy_score(model.predict(X_test), other.predict(X_test))")],
            "together with models that are not served",
            id="two models",
        ),
        pytest.param(
            [("training", FIT), ("evaluation", "import matplotlib.pyplot as plt\nplt.plot([1])"), (None, SCORE)],
            "in a cell that has no tag, while others are tagged `evaluation`",
            id="the tags say what evaluation is",
        ),
    ],
)
def test_what_cannot_be_told_apart_says_why(cells: list[tuple[str, str]], obstacle: str) -> None:
    assert [why for _, _, why in found(*cells, ASK)] == [obstacle]


@pytest.mark.parametrize(
    "cells",
    [
        pytest.param([("training", FIT), ("evaluation", SCORE)], id="it is in the evaluation section"),
        pytest.param([("training", FIT), ("skip", SCORE)], id="its cell is left alone"),
        pytest.param([("training", f"{FIT}\n{OTHER}\nother.score(X_test, y_test)")], id="another model is measured"),
        pytest.param([("training", FIT + "\nprint(len(X_test), model.classes_)")], id="nothing is measured"),
    ],
)
def test_nothing_is_found_where(cells: list[tuple[str, str]]) -> None:
    assert found(*cells, ASK) == []
