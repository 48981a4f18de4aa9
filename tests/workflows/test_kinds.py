"""What other people's notebooks are made of, folded into few exports; how each is analysed is tested elsewhere."""

from __future__ import annotations

import random
import sqlite3
from pathlib import Path

import pytest

from tests.making import Cells, exported, nb2prod, write_notebook

pytest.importorskip("statsmodels", reason="formulas are statsmodels'")

SETUP = """import os
import pickle
import sqlite3
from functools import partial

import numpy as np
import pandas as pd
import statsmodels.formula.api as smf
from scipy.stats import randint
from sklearn.ensemble import RandomForestRegressor, StackingRegressor
from sklearn.linear_model import LinearRegression, Ridge
from sklearn.model_selection import RandomizedSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler

os.environ["TOKENIZERS_PARALLELISM"] = "false"
FEATURES = ["area", "rooms"]"""
CLASSES = """def clip(frame, low, high):
    return frame.clip(low, high)


class Trainer:
    def __init__(self, alpha):
        self.scaler = StandardScaler()
        self.model = Ridge(alpha=alpha)

    def fit(self, X, y):
        self.model.fit(self.scaler.fit_transform(X), y)
        return self

    def predict(self, X):
        return self.model.predict(self.scaler.transform(X))"""
DATA = """connection = sqlite3.connect("shop.db")
train = pd.read_sql("select * from homes where price is not null order by id", connection)
test = pd.read_sql_query("select * from homes where price is null order by id", connection)
connection.close()
combine = [train, test]
smallest = 10
for dataset in combine:
    dataset["area"] = dataset["area"].clip(lower=smallest)
train = train.query("area >= @smallest")
X, y = train[FEATURES], train["price"]
X_test = test[FEATURES]"""
TRAINING = """models = {
    "linear": make_pipeline(FunctionTransformer(lambda x: np.log1p(x)), LinearRegression()),
    "clipped": make_pipeline(FunctionTransformer(partial(clip, low=0, high=90)), Ridge()),
    "stack": StackingRegressor([("a", Ridge()), ("b", LinearRegression())], cv=3),
}
scores = {}
for name, model in models.items():
    model.fit(X, y)
    scores[name] = model.score(X, y)
best = models[max(scores, key=scores.get)]
trainer = Trainer(alpha=0.5).fit(X, y)
grid = {"n_estimators": randint(3, 9)}
search = RandomizedSearchCV(RandomForestRegressor(random_state=0), grid, n_iter=2, cv=2, random_state=0)
search.fit(X, y)
ols = smf.ols("price ~ center(area) + np.log(rooms) + C(rooms > 3)", data=train).fit()
with open("best.pkl", "wb") as file:
    pickle.dump(best, file)"""
INFERENCE = """with open("best.pkl", "rb") as file:
    loaded = pickle.load(file)
predictions = np.zeros(len(X_test))
for model in [loaded, search, trainer, *models.values()]:
    predictions += model.predict(X_test)
predictions += ols.predict(X_test)
submission = pd.DataFrame({"id": test["id"], "price": predictions})
submission.to_csv("submission.csv", index=False)"""
KINDS: Cells = [
    (None, SETUP),
    (None, CLASSES),
    ("data", DATA),
    ("training", TRAINING),
    ("evaluation", "best_score = max(scores.values())"),
    ("inference", INFERENCE),
]


def write_shop(path: Path) -> None:
    numbers = random.Random(0)
    connection = sqlite3.connect(path)
    connection.execute("create table homes (id integer, area real, rooms integer, price real)")
    for number in range(90):
        area, rooms = numbers.uniform(5, 100), numbers.randint(1, 6)
        price = 3 * area + 10 * rooms + numbers.gauss(0, 5) if number < 60 else None
        connection.execute("insert into homes values (?, ?, ?, ?)", (number, area, rooms, price))
    connection.commit()
    connection.close()


def test_a_notebook_of_many_kinds_is_exported_and_proven(tmp_path: Path) -> None:
    write_shop(tmp_path / "shop.db")
    write_notebook(tmp_path / "n.ipynb", KINDS)
    result = exported(nb2prod("export", "n.ipynb", "out", "--verify", "fast", "--json", cwd=tmp_path))
    assert result["parity"]["equal"] == result["parity"]["rows"] == 30
    assert {a["name"]: a["kind"] for a in result["artifacts"]}["ols"] == "statsmodels"
    assert (tmp_path / "out" / "data" / "shop.db").is_file()
    code = {path.name: path.read_text() for path in (tmp_path / "out" / "src" / "n").glob("*.py")}
    assert "pickle" not in code["inference.py"] and "submission" not in code["inference.py"]
    assert "def function_transformer_function" in "".join(code.values())
