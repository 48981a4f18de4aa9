"""The floor on slices: a hundred honest notebooks pass, and one whose model fails a group does not."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from nb2prod.plan.metric_direction import direction

TEMPLATES = Path(__file__).parents[2] / "templates"
QUALITY = TEMPLATES / "pipeline/{{cookiecutter.project}}/tests/quality"
GATE = TEMPLATES / "project/{{cookiecutter.project}}/src/{{cookiecutter.package}}/gate.py"

pytest.importorskip("sklearn")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[ModuleType, ModuleType]]:
    """Return ``experiment`` and ``test_slices`` of a repository with nothing else in it."""
    folder = tmp_path_factory.mktemp("made")
    names = ("experiment.py", "simple.py", "test_slices.py", "test_inclusion.py")
    texts = {f"made_tests/quality/{name}": (QUALITY / name).read_text(encoding="utf-8") for name in names}
    texts |= {"made/gate.py": GATE.read_text(encoding="utf-8"), "made/pipeline.py": "", "made/__init__.py": ""}
    texts |= {
        "made/parameters.py": "Parameters = dict\n",
        "made/schema.py": "REQUEST = {'kind': 'array'}\n",
        "made/files.py": "from pathlib import Path\nROOT = Path(__file__).parent\nread_json = lambda path, default: default\n",
        "made/policy.json": '{"groups": ["village", "Sex", "elsewhere"]}',
        "made/model.py": "class Model: ...\n",
        "made_tests/__init__.py": "",
        "made_tests/parity.py": "REQUESTS = []\n",
        "made_tests/quality/__init__.py": "",
    }
    for name, text in texts.items():
        path = folder / name
        path.parent.mkdir(exist_ok=True, parents=True)
        path.write_text(
            text.replace("{{ cookiecutter.package }}", "made").replace("pytestmark = pytest.mark.quality\n", ""),
            encoding="utf-8",
        )
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(folder))
        patch.setattr(importlib.import_module("made.gate"), "direction", direction)
        yield tuple(importlib.import_module(f"made_tests.quality.{name}") for name in ("experiment", "test_slices"))
    for name in [name for name in sys.modules if name.partition(".")[0] in ("made", "made_tests")]:
        del sys.modules[name]


def data(draw: np.random.Generator, kind: str, rows: int) -> tuple[Any, Any]:
    X = np.column_stack([draw.normal(size=(rows, 4)), draw.integers(0, 4, size=rows)])
    signal = X[:, :4] @ draw.normal(size=4) + draw.normal() * X[:, 4] + draw.normal() * X[:, 0] * X[:, 1]
    noise = draw.uniform(0.2, 2) * np.std(signal) * draw.normal(size=rows)
    if draw.random() < 0.3:
        noise *= 1 + np.abs(X[:, 1])
    value = signal + noise
    if kind == "regression":
        return X, np.exp(value / np.std(value)) if draw.random() < 0.3 else value
    return X, (value > np.quantile(value, draw.uniform(0.3, 0.9))).astype(int)


def experiment_of(module: ModuleType, model: Any, inputs: Any, y: Any, kind: str) -> Any:
    from sklearn import metrics

    def evaluate(model: Any, inputs: Any, y: Any) -> dict[str, float]:
        answers = model.predict(inputs)
        if kind == "regression":
            error = metrics.mean_absolute_error(y, answers)
            return {
                "r2": metrics.r2_score(y, answers),
                "mae": error,
                "rmse": metrics.mean_squared_error(y, answers) ** 0.5,
            }
        said = model.predict_proba(inputs)[:, 1]
        return {"accuracy": metrics.accuracy_score(y, answers), "auc": metrics.roc_auc_score(y, said)}

    return module.Experiment(evaluate, (model, inputs, y), evaluate(model, inputs, y))


def models(kind: str) -> list[Any]:
    from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor
    from sklearn.linear_model import LinearRegression, LogisticRegression
    from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

    one, tree, many = LogisticRegression, DecisionTreeClassifier, RandomForestClassifier
    if kind == "regression":
        one, tree, many = LinearRegression, DecisionTreeRegressor, RandomForestRegressor
    return [one(), tree(max_depth=5, random_state=0), tree(random_state=0), many(10, random_state=0)]


def red(module: ModuleType, run: Any, patch: pytest.MonkeyPatch) -> dict[str, float]:
    patch.setattr(module.experiment, "run", lambda: run)
    _, behind = module.measure(module.features())
    assert len(behind) >= 12
    return {place: share for place, share in behind.items() if share > module.FLOOR}


@pytest.mark.parametrize("kind", ["regression", "classification"])
@pytest.mark.filterwarnings("ignore:Only one class is present")  # on a small slice
def test_honest_models_pass(made: tuple[ModuleType, ModuleType], kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    experiment, slices = made
    found = []
    for number in range(50):
        draw = np.random.default_rng(number)
        rows = int(draw.integers(200, 600))
        X, y = data(draw, kind, rows)
        model = models(kind)[number % 4].fit(X[: rows // 2], y[: rows // 2])
        run = experiment_of(experiment, model, X[rows // 2 :], y[rows // 2 :], kind)
        if places := red(slices, run, monkeypatch):
            found.append((number, run.metrics, places))
    assert len(found) * 2 <= 1, found


@pytest.mark.parametrize("kind", ["regression", "classification"])
def test_a_group_that_is_answered_wrongly_is_told(
    made: tuple[ModuleType, ModuleType], kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    experiment, slices = made
    draw = np.random.default_rng(0)
    X = np.column_stack([draw.normal(size=(800, 4)), draw.integers(0, 5, size=800)])
    value = X[:, 0] + 0.5 * X[:, 1] + 0.2 * draw.normal(size=800)
    y = value if kind == "regression" else (value > 0).astype(int)
    model = models(kind)[0].fit(X[:400], y[:400])
    wrong = y.copy()
    group = X[:, 4] == 2
    wrong[group] = -y[group] if kind == "regression" else 1 - y[group]
    run = experiment_of(experiment, model, X[400:], wrong[400:], kind)
    assert list(red(slices, run, monkeypatch)) == ["4 = 2.0"]


def test_a_slice_whose_target_hardly_varies_is_no_failure(
    made: tuple[ModuleType, ModuleType], monkeypatch: pytest.MonkeyPatch
) -> None:
    experiment, slices = made
    draw = np.random.default_rng(1)
    X = draw.normal(size=(600, 4))
    y = X[:, 0] ** 3 + draw.normal(size=600)
    model = models("regression")[3].fit(X[:300], y[:300])
    run = experiment_of(experiment, model, X[300:], y[300:], "regression")
    assert not red(slices, run, monkeypatch)


@pytest.mark.filterwarnings("ignore:weak on")
def test_groups_of_people_need_not_be_features(
    made: tuple[ModuleType, ModuleType], monkeypatch: pytest.MonkeyPatch
) -> None:
    import pandas as pd

    experiment = made[0]
    inclusion = importlib.import_module("made_tests.quality.test_inclusion")
    draw = np.random.default_rng(0)
    rows = pd.DataFrame({"height": draw.normal(size=600), "sex": np.resize(["f", "m"], 600)})
    village = np.array([f"village {number}" for number in range(15)])[np.arange(600) % 15]
    y = (rows["height"] > 0).astype(int)
    model = models("classification")[0].fit(rows[["height"]], y)

    def evaluate(model: Any, rows: Any, y: Any, village: Any) -> dict[str, float]:
        return {"accuracy": float((model.predict(rows[["height"]]) == y).mean())}

    def of(truth: Any) -> Any:
        handed = (model, rows, truth, village)
        return experiment.Experiment(evaluate, handed, evaluate(*handed))

    said = [place for place, _ in inclusion.groups(of(y))]
    assert sorted(said) == ["Sex = f", "Sex = m", *(f"village = village {n}" for n in sorted(range(15), key=str))]
    monkeypatch.setattr(experiment, "run", lambda: of(y))
    inclusion.test_inclusion()
    monkeypatch.setattr(experiment, "run", lambda: of(y.where(village != "village 3", 1 - y)))
    with pytest.raises(AssertionError, match="village = village 3"):
        inclusion.test_inclusion()
