"""What numbers do not say of the served model: they are of other models, or of the rows that it was trained on."""

from __future__ import annotations

import pytest

from nb2prod.analysis.dataflow import analyse
from nb2prod.analysis.inference import find_inference
from nb2prod.analysis.suggest.doubted_scores import Measure, said_of_measures
from tests.analysis.preparation.running import tagged

HEAD = (
    "import numpy as np\nimport pandas as pd\nfrom sklearn.linear_model import LogisticRegression\n"
    "from sklearn.ensemble import RandomForestClassifier\nfrom sklearn.model_selection import KFold, train_test_split\n"
    "from sklearn.metrics import accuracy_score, roc_auc_score\ndf = pd.read_csv('a.csv')\n"
    "X, y = df[['a', 'b']], df['y']\nX_train, X_test, y_train, y_test = train_test_split(X, y)"
)
FIT = "model = LogisticRegression()\nmodel.fit(X_train, y_train)"
ASK = "sample = X_test[:5]\nprediction = model.predict(sample)"
FOLDS = (
    "oof = np.zeros(len(X))\nscores = []\nmodels = []\nfor tr, va in KFold(5).split(X):\n"
    "    model = LogisticRegression()\n    model.fit(X.iloc[tr], y.iloc[tr])\n    models.append(model)\n"
    "    oof[va] = model.predict_proba(X.iloc[va])[:, 1]\n    scores.append(model.score(X.iloc[va], y.iloc[va]))"
)
OTHER = "other = RandomForestClassifier().fit(X_train, y_train)"
TRAINED = "`acc` is measured on the rows that `model` was trained on, `X_train`, and not on others"
TURNS = "`acc` is measured of all models that cell [2] fits in turn, of which the service asks only one"


def said(*cells: str, name: str = "acc") -> tuple[str, ...]:
    """Return what is said of the last statement in which a name is given a value."""
    notebook = tagged(HEAD, *cells)
    flow = analyse(notebook)
    index = max(s.index for s in flow.statements if name in s.facts.definitions)
    return said_of_measures(notebook, flow, find_inference(notebook, flow), [Measure(name, index)])


@pytest.mark.parametrize(
    "measure",
    [
        "acc = model.score(X_train, y_train)",
        "acc = round(model.score(X_train, y_train) * 100, 2)",
        "acc = accuracy_score(y_train, model.predict(X_train))",
        "seen = model.predict(X_train)\nacc = accuracy_score(y_train, seen)",
        "chance = model.predict_proba(X_train)[:, 1]\nseen = chance > 0.5\nacc = (seen == y_train).mean()",
    ],
)
def test_the_rows_that_the_model_was_trained_on(measure: str) -> None:
    assert said(FIT, measure, ASK) == (TRAINED,)


@pytest.mark.parametrize(
    "measure",
    [
        "acc = model.score(X_test, y_test)",
        "acc = accuracy_score(y_test, model.predict(X_test))",
        "acc = model.score(X_train, y_train) - model.score(X_test, y_test)",
        "X_train = X_test\nacc = model.score(X_train, y_test)",
        "seen = model.predict(X)\nacc = accuracy_score(y, seen)",
    ],
)
def test_other_rows_need_no_word(measure: str) -> None:
    assert said(FIT, measure, ASK) == ()


@pytest.mark.parametrize(
    "measure",
    ["acc = roc_auc_score(y, oof)", "acc = np.mean(scores)", "flat = oof > 0.5\nacc = accuracy_score(y, flat)"],
)
def test_the_models_of_all_turns_of_a_loop(measure: str) -> None:
    assert said(FOLDS, measure, ASK) == (TURNS,)


def test_a_service_that_asks_all_of_them_is_measured_by_what_they_say_out_of_their_folds() -> None:
    ask = "sample = X_test[:5]\nprediction = np.mean([m.predict_proba(sample)[:, 1] for m in models], axis=0)"
    assert said(FOLDS, "acc = roc_auc_score(y, oof)", ask) == ()


def test_the_last_model_of_a_loop_measured_by_itself() -> None:
    assert said(FOLDS, "acc = model.score(X_test, y_test)", ASK) == ()


def test_a_model_that_is_chosen_by_the_numbers_of_all_is_measured_by_itself() -> None:
    turns = "models = {'a': LogisticRegression(), 'b': LogisticRegression(C=2)}\nscores = {}\n"
    turns += "for name, model in models.items():\n    model.fit(X_train, y_train)\n"
    turns += "    scores[name] = model.score(X_test, y_test)\nbest = models[max(scores, key=scores.get)]"
    ask = "sample = X_test[:5]\nprediction = best.predict(sample)"
    assert said(turns, "seen = best.predict(X_test)\nacc = accuracy_score(y_test, seen)", ask) == ()


def test_steps_of_one_model_are_no_other_models() -> None:
    steps = "losses = []\nmodel = LogisticRegression(warm_start=True)\nfor step in range(5):\n"
    steps += "    model.fit(X_train, y_train)\n    losses.append(model.score(X_test, y_test))"
    assert said(steps, "acc = max(losses)", ASK) == ()


def test_another_model() -> None:
    expected = "`acc` is measured of `other`, which the service does not ask"
    assert said(FIT, OTHER, "acc = accuracy_score(y_test, other.predict(X_test))", ASK) == (expected,)
    assert said(FIT, OTHER, "acc = other.score(X_train, y_train)", ASK) == (expected,)


def test_a_model_that_is_fitted_again_to_all_rows_was_measured_before() -> None:
    again = "model = LogisticRegression().fit(X, y)"
    assert said(FIT, "acc = accuracy_score(y_test, model.predict(X_test))", again, ASK) == ()
