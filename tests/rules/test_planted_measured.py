"""A clean notebook that is run and broken in one way is told exactly that, by each rule that needs its objects."""

from __future__ import annotations

import inspect
from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import pytest

from nb2prod.capture.measurements import Cost, Measured, Measurement, State
from nb2prod.capture.probe.measuring import answering
from nb2prod.capture.probe.measuring.measure import measure
from nb2prod.rules.discovery import known_rules
from nb2prod.rules.engine import findings
from nb2prod.rules.facts import Facts
from nb2prod.rules.settings import Settings
from nb2prod.workflows.parts_to_measure import measure_request
from tests.rules.examples import example_of
from tests.rules.running import run

RULES = [each for each in known_rules() if "measured" in inspect.signature(each.check).parameters]
CODES = {each.rule.name: each.rule.code for each in RULES}

CLEAN = """# %% [data]
import numpy as np
import pandas as pd
from sklearn.compose import make_column_transformer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

rng = np.random.default_rng(0)
n = 900
data = pd.DataFrame({"age": rng.normal(40, 9, n), "income": rng.normal(3, 1, n), "debt": rng.gamma(2, 1, n)})
data["region"] = rng.choice(["north", "south", "west"], n)
data["note"] = rng.choice(["a", "b"], n)
score = (data["age"] - 40) / 9 + data["income"] - 3
data["bought"] = (score + rng.normal(0, 0.4, n) > 0).astype(int)
features = ["age", "income", "debt", "region"]
# %% [training]
X_train, X_test, y_train, y_test = train_test_split(data[features], data["bought"], random_state=0, test_size=0.4)
numbers = [name for name in features if data[name].dtype.kind in "fi"]
texts = ["region"]
ready = make_column_transformer(
    (make_pipeline(SimpleImputer(add_indicator=True), StandardScaler()), numbers),
    (OneHotEncoder(handle_unknown="ignore", sparse_output=False), texts),
)
model = make_pipeline(ready, LogisticRegression(max_iter=500))
model.fit(X_train, y_train)
# %% [evaluation]
answers = model.predict(X_test)
print(accuracy_score(y_test, answers))
# %% [inference]
sample = X_test[:5]
prediction = model.predict(sample)
"""
Change = tuple[str, str]
"""What stands in the clean notebook, and what stands there then."""
FEATURES = 'features = ["age", "income", "debt", "region"]'
FIT = "model.fit(X_train, y_train)"
MODEL = "model = make_pipeline(ready, LogisticRegression(max_iter=500))"
ANSWER = "prediction = model.predict(sample)"


OWN_KIND = """class Both:
    def fit(self, X, y):
        self.inner_ = make_pipeline(ready, LogisticRegression(max_iter=500)).fit(X, y)
        return self
    def predict(self, X):
        return self.inner_.predict(X)
model = Both()"""
WAVES = """# %% [training]
from sklearn.preprocessing import FunctionTransformer
def waves(rows):
    return np.column_stack([rows, np.sin(300 * rows)])
"""
MANY_ALIKE = """features = ["age", "income", "debt", "region"]
for k in range(8):
    data[f"income{k}"] = data["income"] + rng.normal(0, 0.1, n)
    features.append(f"income{k}")"""
TREE = "from sklearn.tree import DecisionTreeClassifier"
BUSH = "from sklearn.ensemble import ExtraTreesClassifier as Bush"


def feature(name: str, expression: str) -> Change:
    """Return one more feature."""
    return FEATURES, f'data["{name}"] = {expression}\nfeatures = ["age", "income", "debt", "region", "{name}"]'


PLANTS: dict[str, tuple[Change, ...]] = {
    "too-few-rows": (("n = 900", "n = 70"),),
    "duplicate-rows": ((FEATURES, f"data = pd.concat([data[:60], data], ignore_index=True)\n{FEATURES}"),
                       ("random_state=0, test_size=0.4", "shuffle=False, test_size=0.4")),
    "rows-in-train-and-test": ((FEATURES, f"data = pd.concat([data[:892], data[:8]], ignore_index=True)\n{FEATURES}"),
                               ("random_state=0, test_size=0.4", "shuffle=False, test_size=0.4")),
    "constant-column": (feature("land", '"NL"'),),
    "near-constant-column": (feature("kind", "np.where(np.arange(n) % 180 == 0, 3, 2)"),),
    "identifier-feature": (feature("customer_id", "rng.permutation(n) + 1000"),),
    "missing-values": ((FEATURES, f'data.loc[::9, "debt"] = np.nan\n{FEATURES}'),
                       ("sample = X_test[:5]", "sample = X_test.dropna()[:5]"),
                       (ANSWER, 'prediction = model.predict(sample) * (sample["debt"].astype(int) >= 0)')),
    "mixed-types": (feature("floor", '[("top" if i % 5 == 0 else i % 3) for i in range(n)]'),),
    "date-as-text": (feature("since", '[f"2024-05-{i % 9 + 1:02d}" for i in range(n)]'),
                     ('texts = ["region"]', 'texts = ["region", "since"]')),
    "rare-category": ((FEATURES, f'data.loc[:1, "region"] = "east"\n{FEATURES}'), ("random_state=0", "shuffle=False")),
    "imbalance-without-metric": (("rng.normal(0, 0.4, n) > 0", "rng.normal(0, 0.4, n) > 2.5"),),
    "shifted-distribution": (("random_state=0", "shuffle=False"),
                             (FEATURES, f'data.loc[540:, "debt"] += 4\n{FEATURES}')),
    "telltale-feature": (feature("paid", 'data["bought"] * 20.0 + rng.uniform(0, 1, n)'),),
    "unserialisable-model": ((MODEL, OWN_KIND),),
    "large-model": (),
    "slow-answer": (),
    "nan-answer": ((ANSWER, 'prediction = np.where(sample["debt"] > 4, np.nan, model.predict(sample))'),),
    "answer-type-changes": ((ANSWER, f"{ANSWER}.astype(object)\nprediction[sample.debt > 4] = 'refused'"),),
    "batch-differs": ((ANSWER, 'prediction = model.predict(sample) + (sample["debt"] > sample["debt"].mean())'),),
    "unknown-category-fails": (('handle_unknown="ignore", ', ""),),
    "column-order": ((FEATURES, 'features = ["age", "income", "debt"]'), ('texts = ["region"]', "texts = []"),
                     (ANSWER, "prediction = model.predict_proba(sample.set_axis(features, axis=1))[:, 1]")),
    "fragile-to-missing-value": (("rng.normal(0, 0.4, n) > 0", "rng.normal(0, 0.4, n) > -0.7"),
                                 ("SimpleImputer(add_indicator=True)",
                                  'SimpleImputer(strategy="constant", fill_value=-1000.0)')),
    "fragile-to-noise": (("(score + rng.normal(0, 0.4, n) > 0)", '(np.sin(300 * data["income"]) > 0)'),
                         ("SimpleImputer(add_indicator=True)", "FunctionTransformer(waves)"),
                         ("# %% [training]", WAVES)),
    "overfitting-gap": (("(score + rng.normal(0, 0.4, n) > 0)",
                         '(((data["age"] - 40) / 9) ** 2 + (data["income"] - 3) ** 2 + rng.normal(0, 0.8, n) > 1.4)'),
                        (MODEL, "from sklearn.svm import SVC\nmodel = make_pipeline(ready, SVC(gamma=3, C=100))")),
    "weak-slice": (("rng.normal(0, 0.4, n) > 0)", 'rng.normal(0, np.where(data["region"] == "west", 9, 0.2)) > 0)'),),
    "group-difference": ((" - 3\n", ' - 3 + (data["region"] == "west")\n'),
                         ("# %% [data]", 'metadata: {"nb2prod": {"groups": ["region"]}}\n# %% [data]')),
    "miscalibrated": ((FEATURES, MANY_ALIKE), ("rng.normal(0, 0.4, n)", "rng.normal(0, 2, n)"),
                      (MODEL, "from sklearn.naive_bayes import GaussianNB\nmodel = make_pipeline(ready, GaussianNB())"),
                      (ANSWER, "prediction = model.predict_proba(sample)[:, 1]")),
    "worse-than-baseline": ((MODEL, f"{TREE}\nmodel = make_pipeline(ready, DecisionTreeClassifier(max_depth=1))"),),
    "unstable-across-seeds": (("rng.normal(0, 0.4, n)", "rng.normal(0, 2, n)"),
                              (MODEL, f"{BUSH}\nmodel = make_pipeline(ready, Bush(n_estimators=3, max_depth=4))")),
    "training-cost": (),
}  # fmt: skip
COSTLY = Cost(seconds=7_300, peak_memory_mb=500)
SMALL = {"large-model": {"max_model_mb": 0.001}, "slow-answer": {"max_latency_ms": 0.001}}
"""Budgets that the clean notebook is above."""


def told(text: str, name: str = "") -> list[str]:
    example = example_of(text, Path("/nowhere/planted.ipynb"))
    facts = Facts(example.notebook, example.document, replace(Settings(), **SMALL.get(name, {})))
    request = measure_request(facts)
    np.random.seed(0)  # models that are given no seed draw from here, and one that is unlucky breaks another rule too
    made = measure(run(facts), asdict(request))
    measurements = {
        each: Measurement(each, State.MEASURED if "value" in found else State.SKIPPED, **found)
        for each, found in made.items()
    }
    cost = COSTLY if name == "training-cost" else Cost(seconds=3, peak_memory_mb=500)
    measured = Measured(request, measurements, cost)
    return sorted({each.rule.code for each in findings(facts.with_measured(measured), RULES)})


@pytest.fixture(autouse=True)
def _quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answering, "TIMED", 5)


def test_the_clean_notebook_is_clean() -> None:
    assert told(CLEAN) == []


@pytest.mark.parametrize("name", PLANTS)
def test_exactly_the_rule_that_was_broken_is_told(name: str) -> None:
    text = CLEAN
    for old, new in PLANTS[name]:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    assert told(text, name) == [CODES[name]]


def test_each_rule_that_needs_objects_has_its_plant() -> None:
    assert set(PLANTS) == set(CODES)
