"""What a notebook reports while it trains is not in its service, and what it works out for that is."""

from __future__ import annotations

import json
from pathlib import Path
from textwrap import indent

import pytest

from nb2prod.errors import UnusableInput
from tests.making import exported, nb2prod, write_notebook, write_points
from tests.notebook.test_movable import moved

BECOMES = [
    pytest.param("import nb2prod", "nb2prod.report(i, loss)", "pass", "pass", id="a statement"),
    pytest.param("import nb2prod as nb", "nb.report(i + 1, v['loss'][-1])", "pass", "pass", id="another name"),
    pytest.param("import nb2prod, os", "nb2prod.report(i, loss)", "import os", "pass", id="imported with others"),
    pytest.param("from nb2prod import report", "if x:\n    report(i, loss)", "pass", "if x:\n    pass", id="its name"),
    pytest.param("import nb2prod", "nb2prod.report(\n    i,\n    v\n)\na = 1", "pass", "pass\n\n\n\na = 1", id="lines"),
    pytest.param("import nb2prod", "nb2prod.report(i, step())", "pass", "_ = (i, step(),)", id="what is called is"),
    pytest.param(
        "import nb2prod", "nb2prod.report(value=step(), step=i)", "pass", "_ = (step(), i,)", id="given by name"
    ),
    pytest.param("import nb2prod", "nb2prod.report(*f())", "pass", "_ = (*f(),)", id="given as one"),
    pytest.param("import nb2prod", "fit(each=lambda i, v: nb2prod.report(i, v))", "pass", "fit(each=lambda i, v: None)",
                 id="within a callback"),
    pytest.param("import nb2prod", "g(nb2prod.report(i, f()))", "pass", "g(((i, f(),), None)[-1])", id="within a call"),
    pytest.param("import nb2prod", "fit(each=nb2prod.report)", "pass", "fit(each=(lambda *_, **__: None))",
                 id="as a callback"),
    pytest.param("import nb2prod", "try:\n    f()\nexcept nb2prod.Pruned:\n    stop()", "pass",
                 "try:\n    f()\nexcept ():\n    stop()", id="the exception"),
]  # fmt: skip
STAYS = [
    pytest.param("import nb2prod", "nb2prod.readiness()", id="something else of nb2prod"),
    pytest.param("from mlflow import report", "report(i, loss)", id="a function of the same name"),
    pytest.param("import os", "nb2prod = 1", id="a variable of the same name"),
]


@pytest.mark.parametrize(("first", "second", "one", "other"), BECOMES)
def test_reports_go_and_lines_stay(tmp_path: Path, first: str, second: str, one: str, other: str) -> None:
    assert moved(tmp_path, first, second) == [one, other]


@pytest.mark.parametrize(("first", "second"), STAYS)
def test_all_else_stays(tmp_path: Path, first: str, second: str) -> None:
    assert moved(tmp_path, first, second) == [first, second]


def test_what_cannot_be_taken_out_is_refused_with_all_places(tmp_path: Path) -> None:
    with pytest.raises(UnusableInput) as refused:
        moved(
            tmp_path,
            "from nb2prod import Pruned, report",
            "report = 1",
            "try:\n    f()\nexcept (OSError, Pruned):\n    pass",
        )
    assert [problem.where for problem in refused.value.problems] == ["cell [2], line 1", "cell [3], line 3"]


TRAINING = """\
import nb2prod

weights = np.zeros(2)
for step in range(200):
    residual = points[:, :2] @ weights - points[:, 2]
    weights = weights - 0.01 * points[:, :2].T @ residual / len(points)
    nb2prod.report(step, float(np.abs(residual).mean()))"""
FUNCTION = indent(TRAINING.removeprefix("import nb2prod\n\n"), "    ")
MODULE = f"import nb2prod\nimport numpy as np\n\n\ndef trained(points):\n{FUNCTION}\n    return weights\n"


@pytest.mark.parametrize(
    ("training", "module"),
    [
        pytest.param(TRAINING, "", id="in a cell"),
        pytest.param("import learning\nweights = learning.trained(points)", MODULE, id="in a module of its own"),
    ],
)
def test_a_notebook_that_reports_becomes_a_service_that_answers_alike(
    tmp_path: Path, training: str, module: str
) -> None:
    if module:
        (tmp_path / "learning.py").write_text(module)
    cells = [
        (None, "import numpy as np"),
        ("data", "points = np.loadtxt('points.csv', delimiter=',', skiprows=1)"),
        ("training", training),
        ("evaluation", "error = float(np.abs(points[:, :2] @ weights - points[:, 2]).mean())"),
        ("inference", "sample = points[:20, :2]\nprediction = sample @ weights"),
    ]
    write_points(tmp_path / "points.csv")
    write_notebook(tmp_path / "n.ipynb", cells)
    told = exported(nb2prod("export", "n.ipynb", "out", "--verify", "fast", "--json", cwd=tmp_path))
    assert told["parity"]["rows"] > 0
    repository = tmp_path / "out"
    sources = [path.read_text() for path in repository.rglob("*.py") if ".venv" not in path.parts]
    assert any("residual" in source for source in sources)
    pins = [path.read_text() for path in repository.glob("*.toml")] + [
        path.read_text() for path in repository.glob("*.txt")
    ]
    assert not [text for text in [*sources, *pins] if "nb2prod" in text]
    assert "error" in json.loads((repository / "artifacts" / "record.json").read_text())["metrics"]
