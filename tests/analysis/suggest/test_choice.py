"""Which model is served, and why."""

from __future__ import annotations

from dataclasses import replace

import pytest

from nb2prod.analysis.dataflow import analyse
from nb2prod.analysis.suggest.suggest import suggest
from nb2prod.errors import UsageError
from tests.analysis.cells import notebook_of
from tests.analysis.suggest.suggesting import DATA, FIT, SCORE, SPLIT, sections, suggestion

TREE = "from sklearn.tree import DecisionTreeClassifier\ntree = DecisionTreeClassifier()\ntree.fit(X_train, y_train)"
BOTH = (DATA, SPLIT, TREE, "tree.score(X_test, y_test)", FIT, SCORE)


def test_the_last_one_judged() -> None:
    found = suggestion(*BOTH)
    assert found.model is not None
    assert found.model.name == "model"
    assert found.model.why == "it is the last one that the notebook judges, in cell [6]"
    assert [(other.name, other.cell, other.why) for other in found.others] == [("tree", 2, "judged in cell [4]")]


def test_the_one_asked_about_new_rows() -> None:
    found = suggestion(*BOTH, "tree.predict([[1, 2]])")
    assert found.model is not None
    assert found.model.name == "tree"
    assert "new rows" in found.model.why


@pytest.mark.parametrize(("shown", "name"), [(("0.91", "0.85"), "tree"), (("0.85", "0.91"), "model")])
def test_the_best_that_the_outputs_show(shown: tuple[str, str], name: str) -> None:
    notebook = notebook_of(*BOTH)
    cells = [replace(cell, output={3: shown[0], 5: shown[1]}.get(cell.index, "")) for cell in notebook.cells]
    notebook = replace(notebook, cells=tuple(cells))
    found = suggest(notebook, analyse(notebook))
    assert found.model is not None
    assert found.model.name == name
    assert found.model.why == "its `score` is the best that the notebook shows for rows kept back: 0.91, not 0.85"


@pytest.mark.parametrize(
    ("metric", "best"),
    [("d2_absolute_error_score", "tree"), ("mean_absolute_error", "model"), ("davies_bouldin_score", "model")],
)
def test_which_is_best_is_read_off_the_words_of_a_metric(metric: str, best: str) -> None:
    judged = [
        f"from sklearn.metrics import {metric}\n{metric}(y_test, {each}.predict(X_test))" for each in ("tree", "model")
    ]
    notebook = notebook_of(DATA, SPLIT, TREE, judged[0], FIT, judged[1])
    cells = [replace(cell, output={3: "0.91", 5: "0.85"}.get(cell.index, "")) for cell in notebook.cells]
    notebook = replace(notebook, cells=tuple(cells))
    found = suggest(notebook, analyse(notebook))
    assert found.model is not None
    assert found.model.name == best


def test_scores_on_the_training_rows_do_not_count() -> None:
    sources = [
        source.replace("X_test, y_test)", "X_train, y_train)") if "score" in source else source for source in BOTH
    ]
    notebook = notebook_of(*sources)
    cells = [replace(cell, output={3: "1.0", 5: "0.9"}.get(cell.index, "")) for cell in notebook.cells]
    notebook = replace(notebook, cells=tuple(cells))
    found = suggest(notebook, analyse(notebook))
    assert found.model is not None
    assert found.model.name == "model"


def test_a_name_chooses_another() -> None:
    assert sections(*BOTH, model="tree") == ["data", "data", "training", "evaluation", None, None]
    found = suggestion(*BOTH, model="tree@3")
    assert found.model is not None
    assert found.model.why == "asked for by name"


def test_a_cell_chooses_among_models_of_one_name() -> None:
    found = suggestion(DATA, SPLIT, FIT, SCORE, FIT, SCORE, model="model@3")
    assert [cell.section for cell in found.cells] == ["data", "data", "training", "evaluation", None, None]
    assert found.inference is not None
    assert found.inference.after == 3


def test_an_unknown_name_is_refused_with_those_that_are_known() -> None:
    with pytest.raises(UsageError, match="`tree@3`"):
        suggestion(*BOTH, model="forest")


def test_tags_say_which_model_is_meant() -> None:
    notebook = notebook_of(*BOTH)
    cells = [replace(cell, section="training" if cell.index == 2 else None) for cell in notebook.cells]
    notebook = replace(notebook, cells=tuple(cells))
    found = suggest(notebook, analyse(notebook))
    assert found.model is not None
    assert found.model.name == "tree"
    assert found.cells[3].section == "evaluation"


def test_tags_stay_and_skipped_cells_are_left_alone() -> None:
    notebook = notebook_of(DATA, "df.head()", SPLIT, FIT, SCORE, "model.predict(X_test)")
    given = {1: "data", 4: "skip"}
    cells = [replace(cell, section=given.get(cell.index)) for cell in notebook.cells]
    notebook = replace(notebook, cells=tuple(cells))
    found = suggest(notebook, analyse(notebook))
    assert [cell.section for cell in found.cells] == ["data", "data", "data", "training", None, "inference"]
    assert found.cells[1].reason == "tagged `data` already"


def test_what_a_loop_makes_of_one_text_is_no_table_of_texts() -> None:
    cells = (
        "import pandas as pd\nfrom sklearn.feature_extraction.text import TfidfVectorizer\nfrom sklearn.svm import SVC",
        "df = pd.read_csv('a.csv')\ntrain, test = df['text'][:90], df['text'][90:]",
        "def clean(t):\n    return t.lower()",
        "tfidf = TfidfVectorizer()\nmodel = SVC().fit(tfidf.fit_transform(train), df['y'][:90])",
        "print(model.score(tfidf.transform(test), df['y'][90:]))",
        "for t in ['It is', 'OK']:\n    v = tfidf.transform([clean(t)])\n    print(model.predict(v)[0])",
    )
    found = suggestion(*cells)
    assert found.inference is not None
    assert "sample = ['It is', 'OK']" in found.inference.source
    assert "model.predict(tfidf.transform([clean(t)]))[0] for t in sample" in found.inference.source


@pytest.mark.parametrize(
    ("asking", "answer"),
    [
        ("grid = GridSearchCV(KernelDensity(), {'bandwidth': [1, 2]})\ngrid.fit(X)", "grid.score_samples(sample)"),
        ("from sklearn.svm import SVC\nm = SVC().fit(X, y)\nplt.plot(m.decision_function(X))\n"
         "plt.plot(m.predict_proba(X)[:, 1])", "m.predict(sample)"),
        ("from statsmodels.tsa.arima.model import ARIMA\nm = ARIMA(y, order=(1, 1, 1)).fit()\n"
         "p = m.predict(start=len(y), end=len(y) + 9)\nprint(p)", "m.forecast(steps)"),
        ("from statsmodels.tsa.arima.model import ARIMA\nm = ARIMA(y, order=(1, 1, 1)).fit()\n"
         "p = m.get_forecast(steps=len(y))\nprint(p.predicted_mean)\nlimits = p.conf_int()", "m.forecast(steps)"),
        ("import statsmodels.api as sm\nm = sm.OLS(y, X).fit()\np = m.get_prediction(X)\nprint(p)",
         "m.predict(sample)"),
        ("bins = KBinsDiscretizer()\nbinned = bins.fit_transform(X)\nm = LinearRegression().fit(binned, y)",
         "m.predict(bins.transform(sample))"),
    ],
)  # fmt: skip
def test_how_the_model_is_asked(asking: str, answer: str) -> None:
    tools = (
        "import matplotlib.pyplot as plt\nfrom sklearn.neighbors import KernelDensity\n"
        "from sklearn.preprocessing import KBinsDiscretizer\nfrom sklearn.linear_model import LinearRegression\n"
        "from sklearn.model_selection import GridSearchCV"
    )
    found = suggestion(tools, DATA, asking)
    assert found.inference is not None
    assert f"prediction = {answer}" in found.inference.source


def test_what_a_container_says_of_its_rows_is_said_of_others_too() -> None:
    cells = (
        DATA,
        SPLIT,
        "from catboost import CatBoostClassifier, Pool\nnames = ['a']\n"
        "rows, others = Pool(X_train, y_train, cat_features=names), Pool(X_test, y_test, cat_features=names)\n"
        "cb = CatBoostClassifier(verbose=0)\ncb.fit(rows)",
        "pred = cb.predict(others)\nprint((pred == y_test).mean())",
    )
    found = suggestion(*cells)
    assert found.inference is not None
    assert "Pool(sample, cat_features=names)" in found.inference.source


def test_rows_beside_the_model_are_taken_out_of_what_a_function_gives_but_not_its_numbers() -> None:
    main = (
        "from sklearn.svm import SVC\nfrom sklearn.model_selection import train_test_split\ndef main():\n"
        "    df = pd.read_csv('a.csv')\n    a, b, c, d = train_test_split(df.drop(columns='y'), df['y'])\n"
        "    model = SVC().fit(a, c)\n    p = model.predict(b)\n"
        "    return model, {'p': p, 'accuracy': (p == d).mean(), 'r': model.score(b, d)ROWS}"
    )
    found = suggestion("import pandas as pd", main.replace("ROWS", ", 'rows': b"), "model, result = main()")
    assert found.inference is not None
    assert "sample = result['rows'][:20]" in found.inference.source
    found = suggestion("import pandas as pd", main.replace("ROWS", ""), "model, result = main()")
    assert found.inference is None
    assert "could return some too" in found.missing


def test_starred_metrics_judge_and_are_no_answers() -> None:
    cells = (
        DATA,
        "from sklearn.model_selection import train_test_split\ntrain, test = train_test_split(df)",
        "from sklearn.svm import SVC\nmodel = SVC()\nmodel.fit(train[['a']], train.y)",
        "from sklearn.metrics import *\nprint(classification_report(test.y, model.predict(test[['a']])))",
    )
    found = suggestion(*cells)
    assert found.cells[3].section == "evaluation"
    assert found.inference is not None
    assert "classification_report" not in found.inference.source


def test_a_model_that_is_saved_under_a_condition_is_what_is_loaded_and_not_the_last_one() -> None:
    loop = (
        "import joblib\nfrom sklearn.svm import SVC\nfrom sklearn.tree import DecisionTreeClassifier\nbest = 0\n"
        "for m in [SVC(), DecisionTreeClassifier()]:\n    m.fit(X_train, y_train)\n"
        "    if m.score(X_test, y_test) > best:\n        best = m.score(X_test, y_test)\n"
        "        joblib.dump(m, 'best.pkl')"
    )
    found = suggestion(DATA, SPLIT, loop, "model = joblib.load('best.pkl')\nmodel.predict(X_test)")
    assert found.model is not None and found.model.name == "model"


@pytest.mark.parametrize(
    "asking",
    [
        "best = models.pop(0)\nprint((best.predict(X_test) == y_test).mean())",
        "best = models.copy()[0]\nprint((best.predict(X_test) == y_test).mean())",
        "for each in models + [models[0]]:\n    print((each.predict(X_test) == y_test).mean())",
    ],
    ids=["pop", "copy", "plus"],
)
def test_a_model_that_the_text_does_not_tell_is_no_other_one_without_a_word(asking: str) -> None:
    loop = "for c in (1, 2):\n    m = SVC(C=c).fit(X_train, y_train)\n    models.append(m)"
    fits = f"from sklearn.svm import SVC\nmodels = []\n{loop}"
    (warning,) = suggestion(DATA, SPLIT, fits, asking).warnings
    assert "and the text does not say which model that is; the service answers with `m`" in warning


def test_a_model_that_is_told_needs_no_word() -> None:
    found = suggestion(DATA, SPLIT, FIT, "print(model.predict(X_test))\nprint(model.predict_proba(X_test)[:, 1])")
    assert found.warnings == ()
