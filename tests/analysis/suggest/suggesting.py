"""Suggestions for notebooks of a few lines."""

from __future__ import annotations

from nb2prod.analysis.dataflow import analyse
from nb2prod.analysis.suggest.model import Suggestion
from nb2prod.analysis.suggest.suggest import suggest
from nb2prod.notebook.model import Cell, Notebook
from tests.analysis.cells import notebook_of

DATA = "import pandas as pd\ndf = pd.read_csv('a.csv')\nX = df.drop('y', axis=1)\ny = df['y']"
SPLIT = (
    "from sklearn.model_selection import train_test_split\n"
    "X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.2, random_state=0)"
)
FIT = "from sklearn.svm import SVC\nmodel = SVC(C=2)\nmodel.fit(X_train, y_train)"
SCORE = "model.score(X_test, y_test)"


def suggestion(*sources: str, model: str | None = None) -> Suggestion:
    """Return what is suggested for these code cells."""
    notebook = notebook_of(*sources)
    return suggest(notebook, analyse(notebook), model)


def sections(*sources: str, model: str | None = None) -> list[str | None]:
    """Return the section that is suggested for each of these code cells."""
    return [cell.section for cell in suggestion(*sources, model=model).cells]


def tagged(found: Suggestion, *sources: str) -> Notebook:
    """Return the notebook with the suggested sections and the built cell, as ``--write`` would leave it."""
    cells = [
        Cell(0, 0, f"cell-{i}", source, source, section.section, section.options)
        for i, (source, section) in enumerate(zip(sources, found.cells, strict=True))
    ]
    if found.inference is not None:
        text = found.inference.source
        place = len(cells) if found.inference.after is None else found.inference.after + 1
        cells.insert(place, Cell(0, 0, "built", text, text, "inference"))
    placed = [Cell(i, i, cell.id, cell.source, cell.code, cell.section, cell.options) for i, cell in enumerate(cells)]
    return Notebook(notebook_of(*sources).path, tuple(placed))
