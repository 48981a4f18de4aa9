"""Models of any make: whatever needs no more than answers is measured of each, through the notebook's own inference."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from nb2prod.capture.probe.measuring import answering
from nb2prod.capture.probe.measuring.measure import measure
from nb2prod.notebook.read import draft_of, read_document
from nb2prod.rules.facts import Facts
from nb2prod.workflows.parts_to_measure import measure_request
from tests.making import nb2prod, write_notebook
from tests.rules.running import run

DATA = """import numpy as np
import pandas as pd
from sklearn.model_selection import train_test_split
from sklearn.metrics import accuracy_score, mean_absolute_error
rng = np.random.default_rng(0)
data = pd.DataFrame({"age": rng.normal(40, 9, 600), "income": rng.normal(3, 1, 600)})
data["region"] = rng.choice(["n", "s", "w"], 600)
data["bought"] = ((data.age - 40) / 9 + data.income - 3 + rng.normal(0, .3, 600) > 0).astype(int)
data["spent"] = data.age * 2 + data.income * 30 + rng.normal(0, 5, 600)
COLUMNS = ["age", "income"]
X_train, X_test, y_train, y_test = train_test_split(data[COLUMNS], data["bought"], random_state=0)"""
XGB_TRAIN = (
    """import xgboost as xgb
dtrain = xgb.DMatrix(X_train, label=y_train)
dtest = xgb.DMatrix(X_test, label=y_test)
model = xgb.train({"objective": "binary:logistic", "max_depth": 3}, dtrain, num_boost_round=20)""",
    """answers = (model.predict(dtest) > 0.5).astype(int)
print(accuracy_score(y_test, answers))""",
    """sample = X_test[:5]
prediction = (model.predict(xgb.DMatrix(sample)) > 0.5).astype(int)""",
)
LGB_TRAIN = (
    """import lightgbm as lgb
model = lgb.train({"objective": "binary", "verbose": -1}, lgb.Dataset(X_train, label=y_train), num_boost_round=20)""",
    """answers = (model.predict(X_test) > 0.5).astype(int)
print(accuracy_score(y_test, answers))""",
    """sample = X_test[:5]
prediction = (model.predict(sample) > 0.5).astype(int)""",
)
CATBOOST = (
    """from catboost import CatBoostClassifier
model = CatBoostClassifier(iterations=30, verbose=0, allow_writing_files=False).fit(X_train, y_train)""",
    """print(accuracy_score(y_test, model.predict(X_test)))""",
    """sample = X_test[:5]
prediction = model.predict(sample)""",
)
CATBOOST_POOL = (
    """from catboost import CatBoostClassifier, Pool
pool = Pool(X_train, y_train)
model = CatBoostClassifier(iterations=30, verbose=0, allow_writing_files=False)
model.fit(pool)""",
    """print(accuracy_score(y_test, model.predict(Pool(X_test))))""",
    """sample = X_test[:5]
prediction = model.predict(sample)""",
)
TORCH = (
    """import torch
from torch import nn
torch.manual_seed(0)
mean, std = X_train.mean(), X_train.std()
def tensor(rows):
    return torch.tensor(((rows - mean) / std).to_numpy(), dtype=torch.float32)
inputs, labels = tensor(X_train), torch.tensor(y_train.to_numpy(), dtype=torch.float32)
model = nn.Sequential(nn.Linear(2, 8), nn.ReLU(), nn.Linear(8, 1))
optimizer = torch.optim.Adam(model.parameters(), lr=0.05)
loss_fn = nn.BCEWithLogitsLoss()
for epoch in range(60):
    optimizer.zero_grad()
    loss = loss_fn(model(inputs).squeeze(1), labels)
    loss.backward()
    optimizer.step()""",
    """model.eval()
with torch.no_grad():
    answers = (model(tensor(X_test)).squeeze(1) > 0).int().numpy()
print(accuracy_score(y_test, answers))""",
    """sample = X_test[:5]
with torch.no_grad():
    prediction = (model(tensor(sample)).squeeze(1) > 0).int().numpy()""",
)
TORCH_LOGITS = (
    """import torch
from torch import nn
torch.manual_seed(0)
A, B = torch.tensor(X_train.values, dtype=torch.float32), torch.tensor(X_test.values, dtype=torch.float32)
a, b = torch.tensor(y_train.values), torch.tensor(y_test.values)
class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(nn.BatchNorm1d(2), nn.Linear(2, 8), nn.ReLU(), nn.Linear(8, 2))
    def forward(self, x):
        return self.layers(x)
model = Net()
optimizer = torch.optim.Adam(model.parameters(), lr=0.05)
loss_fn = nn.CrossEntropyLoss()
for epoch in range(60):
    optimizer.zero_grad()
    loss = loss_fn(model(A), a)
    loss.backward()
    optimizer.step()""",
    """model.eval()
with torch.no_grad():
    accuracy = (model(B).argmax(1) == b).float().mean().item()
print(accuracy)""",
    """sample = B[:5]
with torch.no_grad():
    prediction = model(sample).argmax(1)""",
)
SM_OLS = (
    """import statsmodels.api as sm
y_train, y_test = data.spent[X_train.index], data.spent[X_test.index]
result = sm.OLS(y_train, sm.add_constant(X_train)).fit()""",
    """answers = result.predict(sm.add_constant(X_test))
print(mean_absolute_error(y_test, answers))""",
    """sample = X_test[:5]
prediction = result.predict(sm.add_constant(sample))""",
)
SM_FORMULA = (
    """import statsmodels.formula.api as smf
train, test = train_test_split(data, random_state=0)
result = smf.ols("spent ~ age + income", data=train).fit()""",
    """answers = result.predict(test)
print(mean_absolute_error(test["spent"], answers))""",
    """sample = test[["age", "income"]][:5]
prediction = result.predict(sample)""",
)
FUNCTION = (
    """weights = np.linalg.lstsq(np.c_[X_train.values, np.ones(len(X_train))], y_train.values, rcond=None)[0]
def answer(rows):
    return (np.c_[rows.values, np.ones(len(rows))] @ weights > 0.5).astype(int)""",
    """print(accuracy_score(y_test, answer(X_test)))""",
    """sample = X_test[:5]
prediction = answer(sample)""",
)
OWN_CLASS = (
    """class Line:
    def fit(self, X, y):
        self.w = np.linalg.lstsq(np.c_[X.values, np.ones(len(X))], y.values, rcond=None)[0]
        return self
    def predict(self, X):
        return (np.c_[X.values, np.ones(len(X))] @ self.w > 0.5).astype(int)
model = Line()
model.fit(X_train, y_train)""",
    """print(accuracy_score(y_test, model.predict(X_test)))""",
    """sample = X_test[:5]
prediction = model.predict(sample)""",
)
GRID = (
    """from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
search = GridSearchCV(make_pipeline(StandardScaler(), LogisticRegression()), {"logisticregression__C": [0.1, 1]}, cv=3)
search.fit(X_train, y_train)""",
    """answers = search.predict(X_test)
print(accuracy_score(y_test, answers))""",
    """sample = X_test[:5]
prediction = search.best_estimator_.predict(sample)""",
)
PIPE_SCALE = (
    """from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler
scaler = StandardScaler()
X_train_scaled = scaler.fit_transform(X_train)
X_test_scaled = scaler.transform(X_test)
model = LogisticRegression()
model.fit(X_train_scaled, y_train)""",
    """answers = model.predict(X_test_scaled)
print(accuracy_score(y_test, answers))""",
    """sample = X_test[:5]
prediction = model.predict_proba(scaler.transform(sample))[:, 1]""",
)
FUNCTION_RECORD = (
    """threshold = X_train["income"].median()
def decide(age, income):
    return int(income > threshold + (40 - age) / 9)""",
    """print(sum(decide(a, i) == y for a, i, y in zip(X_test.age, X_test.income, y_test)))""",
    """age, income = 33.0, 3.5
prediction = decide(age, income)""",
)
TORCH_REBOUND = (
    """import torch
from torch import nn
from sklearn.preprocessing import StandardScaler
scaler = StandardScaler().fit(X_train)
X_train = torch.tensor(scaler.transform(X_train), dtype=torch.float32)
X_test = torch.tensor(scaler.transform(X_test), dtype=torch.float32)
y_train = torch.tensor(y_train.to_numpy()).float().unsqueeze(1)
model = nn.Sequential(nn.Linear(2, 8), nn.ReLU(), nn.Linear(8, 1), nn.Sigmoid())
optimizer = torch.optim.Adam(model.parameters(), lr=0.05)
for epoch in range(60):
    optimizer.zero_grad()
    loss = nn.BCELoss()(model(X_train), y_train)
    loss.backward()
    optimizer.step()""",
    """model.eval()
with torch.no_grad():
    answers = model(X_test).squeeze(1).numpy()
print(accuracy_score(y_test, answers > 0.5))""",
    """sample = X_test[:5]
with torch.no_grad():
    prediction = model(sample).squeeze(1)""",
)
ONE_TABLE = (
    """from sklearn.linear_model import LogisticRegression
train, test = train_test_split(data, random_state=0)
X_train, y_train = train[COLUMNS], train["bought"]
X_test, y_test = test[COLUMNS], test["bought"]
model = LogisticRegression().fit(X_train, y_train)""",
    """print(accuracy_score(y_test, model.predict(X_test)))""",
    """sample = X_test[:5]
prediction = {"label": model.predict(sample), "probability": model.predict_proba(sample)[:, 1]}""",
)

ASKED = frozenset(
    {
        "too-few-rows", "duplicate-rows", "rows-in-train-and-test", "constant-column", "near-constant-column",
        "identifier-feature", "missing-values", "mixed-types", "date-as-text", "rare-category", "shifted-distribution",
        "telltale-feature", "slow-answer", "nan-answer", "answer-type-changes", "batch-differs", "column-order",
        "fragile-to-missing-value", "fragile-to-noise", "overfitting-gap", "weak-slice", "worse-than-baseline",
    }
)  # fmt: skip
"""What needs the rows and the answers to them, and nothing of the model."""
OF_COLUMNS = {"constant-column", "near-constant-column", "identifier-feature", "missing-values", "mixed-types",
              "date-as-text", "rare-category", "shifted-distribution", "telltale-feature", "weak-slice",
              "column-order"}  # fmt: skip
KINDS: dict[str, tuple[tuple[str, str, str], set[str]]] = {
    "xgboost.train": (XGB_TRAIN, set()),
    "lightgbm.train": (LGB_TRAIN, set()),
    "catboost": (CATBOOST, set()),
    "a pool of catboost": (CATBOOST_POOL, set()),
    "torch on a table": (TORCH, set()),
    "torch in a class": (TORCH_LOGITS, {"column-order"}),
    "torch on tensors": (TORCH_REBOUND, OF_COLUMNS),
    "statsmodels": (SM_OLS, {"slow-answer"}),
    "a formula of statsmodels": (SM_FORMULA, set()),
    "a function": (FUNCTION, set()),
    "a function of one row": (FUNCTION_RECORD, {"batch-differs", "column-order"}),
    "a class": (OWN_CLASS, set()),
    "a search": (GRID, set()),
    "prepared by hand": (PIPE_SCALE, set()),
    "one table": (ONE_TABLE, set()),
}
"""Data, training and inference of each, and what cannot be measured of it."""


def written(path: Path, kind: tuple[str, str, str]) -> Path:
    training, evaluation, inference = kind
    cells = [("data", DATA), ("training", training), ("evaluation", evaluation), ("inference", inference)]
    return write_notebook(path / "n.ipynb", cells)


def measured(path: Path, only: Iterable[str] | None = None) -> dict[str, dict[str, Any]]:
    document = read_document(path)
    facts = Facts(draft_of(document, path), document)
    return measure(run(facts), asdict(measure_request(facts)), only=None if only is None else sorted(only))


@pytest.fixture(autouse=True)
def _quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answering, "TIMED", 5)


@pytest.mark.parametrize("name", KINDS)
def test_what_needs_only_answers_is_measured_of_models_of_any_make(name: str, tmp_path: Path) -> None:
    kind, without = KINDS[name]
    pytest.importorskip(name.rpartition(" ")[2].partition(".")[0] if "boost" in name else "sklearn")
    found = measured(written(tmp_path, kind), ASKED)
    skipped = {each: found[each]["why"] for each in ASKED if "why" in found[each]}
    assert set(skipped) == without, skipped
    assert found["overfitting-gap"]["value"]["test"] > 0.85
    assert found["worse-than-baseline"]["value"]["model"] == found["overfitting-gap"]["value"]["test"]
    assert not [each for each in found.values() if "could not be measured" in each.get("why", "")]


def test_what_a_model_of_another_make_cannot_do_is_said_in_a_sentence(tmp_path: Path) -> None:
    wanted = ["unstable-across-seeds", "miscalibrated"]
    found = measured(written(tmp_path, FUNCTION), wanted)
    assert found["unstable-across-seeds"]["why"] == "no model that is fitted and then asked was found"
    assert found["miscalibrated"]["why"] == "the inference section gives no probabilities"
    found = measured(written(tmp_path, OWN_CLASS), wanted)
    assert found["unstable-across-seeds"]["why"].startswith("the model cannot be fitted again with another seed")


def test_columns_that_the_model_does_not_learn_from_are_none_of_its_features(tmp_path: Path) -> None:
    found = measured(written(tmp_path, ONE_TABLE), ["telltale-feature"])
    assert [each["column"] for each in found["telltale-feature"]["value"]["columns"]] == ["income", "age"]


@pytest.mark.parametrize(
    ("training", "inference", "why"),
    [
        ("log = np.log1p", "prediction = np.log(50 + sample.age * 2 + sample.income * 30)", "on another scale"),
        ("log = np.log1p", "prediction = ['low'] * len(sample)", "no value of the target"),
        ("X_train, X_test = X_train / 1e6, X_test / 1e6", "prediction = sample.age * 2", "asked about other values"),
    ],
)
def test_answers_to_something_else_are_not_held_against_the_target(
    training: str, inference: str, why: str, tmp_path: Path
) -> None:
    training = f"y_train, y_test = data.spent[X_train.index], data.spent[X_test.index]\n{training}"
    kind = training, "print(len(X_test))", f"sample = data[COLUMNS][:5]\n{inference}"
    assert why in measured(written(tmp_path, kind), ["overfitting-gap"])["overfitting-gap"]["why"]


def test_a_booster_is_measured_where_the_notebook_is_run(tmp_path: Path) -> None:
    written(tmp_path, LGB_TRAIN)
    ran = nb2prod("check", "--run", "--json", "--exit-zero", "n.ipynb", cwd=tmp_path)
    checks = {each["name"]: each["state"] for each in json.loads(ran.stdout)["notebooks"][0]["checks"]}
    assert checks["overfitting-gap"] == checks["worse-than-baseline"] == checks["batch-differs"] == "passed"
