"""What the request and the answer are, in the many ways people write their last cells."""

from __future__ import annotations

from pathlib import Path

import pytest

from nb2prod.analysis.dataflow import analyse
from nb2prod.analysis.inference import Inference, find_inference
from nb2prod.errors import UnusableInput
from nb2prod.notebook.read import read_notebook
from tests.making import Cells, write_notebook

FITTED: Cells = [
    (
        None,
        "import matplotlib.pyplot as plt\nimport numpy as np\nimport pandas as pd\n"
        "from sklearn.svm import SVC\nfrom sklearn.metrics import f1_score",
    ),
    (
        "data",
        "df = pd.read_csv('a.csv')\ny = df['y']\nX = df[['a', 'b']]\n"
        "loaded = sm.datasets.longley.load()\nX_train, X_test, y_train, y_test = cut(X, y)",
    ),
    ("training", "model = SVC().fit(X_train, y_train)"),
]


def test_a_value_may_be_made_in_a_thousand_steps(tmp_path: Path) -> None:
    steps = "\n".join(f"x_{step} = x_{step - 1} * 2" for step in range(1, 1000))
    inference = found(tmp_path, ("data", "table = pd.read_csv('new.csv')"), ("inference", f"x_0 = table['a']\n{steps}"))
    assert (inference.inputs, inference.output) == (("x_0",), "x_999")


def found(folder: Path, *cells: tuple[str | None, str]) -> Inference:
    """Return what is found in a notebook that ends with these cells."""
    notebook = read_notebook(write_notebook(folder / "n.ipynb", [*FITTED, *cells]))
    return find_inference(notebook, analyse(notebook))


@pytest.mark.parametrize(
    ("section", "inputs", "setup", "run"),
    [
        pytest.param(
            "y_pred = model.predict(X_test)",
            ("X_test",), "", "y_pred = model.predict(X_test)", id="the whole test set",
        ),
        pytest.param(
            "model.predict(X_test)[:5]",
            ("X_test",), "", "prediction = model.predict(X_test)", id="a look at the first answers is one at all",
        ),
        pytest.param(
            "print(model.predict(X_test)[:5])",
            ("X_test",), "", "prediction = model.predict(X_test)", id="and so it is where they are printed",
        ),
        pytest.param(
            "row = [[1, 2]]\nnp.argsort(model.predict_proba(row)[0])[:3]",
            ("row",), "row = [[1, 2]]", "prediction = np.argsort(model.predict_proba(row)[0])[:3]",
            id="the first three of one answer's are the answer",
        ),
        pytest.param(
            "y_pred = model.predict(X_test)\nsubmission = pd.DataFrame({'Id': df['id'], 'y': y_pred})\n"
            "submission.to_csv('s.csv')\nsubmission.head()",
            ("X_test",), "", "y_pred = model.predict(X_test)", id="a submission is no answer",
        ),
        pytest.param(
            "out = pd.DataFrame()\nout['Id'] = df.id\nout['y'] = model.predict(X_test)",
            ("X_test",), "", "prediction = model.predict(X_test)", id="a submission made by columns",
        ),
        pytest.param(
            "pd.DataFrame({'row': df.row, 'y': np.exp(model.predict(df.drop('y', axis=1)))})",
            ("df",), "", "prediction = pd.DataFrame({'row': df.row, 'y': np.exp(model.predict(df.drop('y', axis=1)))})",
            id="an answer that says which row it is for: the table is the request",
        ),
        pytest.param(
            "guess = pd.Series(model.predict(df[['a', 'b']]), index=df.index)",
            ("df",), "", "guess = pd.Series(model.predict(df[['a', 'b']]), index=df.index)",
            id="an answer that is labelled as the table is: the table is the request",
        ),
        pytest.param(
            "guess = model.predict(X_test[:5])\nprint(X_test.shape, guess)",
            ("records",), "records = X_test[:5]", "guess = model.predict(records)",
            id="what is only shown beside the answer is no part of the request",
        ),
        pytest.param(
            "total = np.zeros(len(X_test))\nfor m in [model, model]:\n    total += m.predict(X_test)",
            ("X_test",), "",
            "total = np.zeros(len(X_test))\nfor m in [model, model]:\n    total += m.predict(X_test)",
            id="a loop that adds up",
        ),
        pytest.param(
            "rows = df[['a', 'b']].head(9)\nbase = rows['a'].map(y)\nguess = base + rows['b']",
            ("rows",), "rows = df[['a', 'b']].head(9)", "base = rows['a'].map(y)\nguess = base + rows['b']",
            id="a value that is looked up on the way",
        ),
        pytest.param(
            "future = model.make_future(30)\nforecast = model.predict(future)\nforecast[['yhat']]",
            ("future",), "future = model.make_future(30)", "forecast = model.predict(future)",
            id="rows that the model makes",
        ),
        pytest.param(
            "ahead = model.get_forecast(steps=len(X_test))\nlimits = ahead.conf_int()",
            ("records",), "records = len(X_test)",
            "ahead = model.get_forecast(steps=records)\nlimits = ahead.conf_int()",
            id="as many steps as there are rows",
        ),
        pytest.param(
            "guess = pd.Series(model.predict(pd.DataFrame(X_test).T))",
            ("records",), "records = pd.DataFrame(X_test).T", "guess = pd.Series(model.predict(records))",
            id="rows that a library's function makes",
        ),
        pytest.param(
            "guess = model.predict(X_test)\nfig, ax = plt.subplots(2)\nax[0].plot(guess)\nax[0].set(title='guess')",
            ("X_test",), "", "guess = model.predict(X_test)", id="a picture is no answer",
        ),
        pytest.param(
            "window = list(df['a'][-3:])\nahead = []\nfor _ in range(5):\n    one = model.predict([window[-3:]])[0]\n"
            "    ahead.append(one)\n    window.append(one)",
            ("window",), "window = list(df['a'][-3:])",
            "ahead = []\nfor _ in range(5):\n    one = model.predict([window[-3:]])[0]\n"
            "    ahead.append(one)\n    window.append(one)", id="a forecast that goes on from its own answers",
        ),
        pytest.param(
            "rows = loaded.exog[:5]\nguess = model.predict(rows)",
            ("rows",), "rows = loaded.exog[:5]", "guess = model.predict(rows)", id="a data set that is loaded",
        ),
        pytest.param(
            "rows = df[['a', 'b']].head(20)\nbase = rows['a'] * 2\nguess = base + rows['b']",
            ("rows",), "rows = df[['a', 'b']].head(20)", "base = rows['a'] * 2\nguess = base + rows['b']",
            id="an answer that is worked out without a model",
        ),
        pytest.param(
            "pd.DataFrame(model.predict(X_test), columns=y.index)",
            ("X_test",), "", "prediction = pd.DataFrame(model.predict(X_test), columns=y.index)",
            id="labels that only name",
        ),
        pytest.param(
            "print(model.predict([[5.1, 3.5]]))",
            ("records",), "records = [[5.1, 3.5]]", "prediction = model.predict(records)", id="a literal, printed",
        ),
        pytest.param(
            "y_pred = model.predict(X_test)\nwrong = np.sum(y_test != y_pred)\nprint(f1_score(y_test, y_pred))",
            ("X_test",), "", "y_pred = model.predict(X_test)", id="a comparison with the truth is no answer",
        ),
        pytest.param(
            "y_pred = model.predict(X_test)\nf1 = f1_score(y, y_pred)",
            ("X_test",), "", "y_pred = model.predict(X_test)", id="a metric is no answer",
        ),
        pytest.param(
            "sample = X_test.head(5)\np = model.predict_proba(sample)[:, 1]\n(p > 0.5).astype(int)",
            ("sample",), "sample = X_test.head(5)",
            "p = model.predict_proba(sample)[:, 1]\nprediction = (p > 0.5).astype(int)",
            id="a comparison that is displayed is the answer",
        ),
        pytest.param(
            "sample = X_test.head(5)\np = model.predict(sample)\np[:3]",
            ("sample",), "sample = X_test.head(5)", "p = model.predict(sample)", id="a look at the answer is not",
        ),
        pytest.param(
            "label, proba = model.predict(X[:9]), model.predict_proba(X[:9])",
            ("records",), "records = X[:9]",
            "label, proba = model.predict(records), model.predict_proba(records)\n"
            "prediction = {'label': label, 'proba': proba}",
            id="the same rows twice in one statement",
        ),
        pytest.param(
            "one = model.predict(X)\ntwo = model.predict_proba(X[['a']])\nboth = one + two[:, 0]",
            ("X",), "", "one = model.predict(X)\ntwo = model.predict_proba(X[['a']])\nboth = one + two[:, 0]",
            id="different columns of one table: the table is the request",
        ),
        pytest.param(
            "new = X.tail(9).copy()\nnew['s'] = model.decision_function(new[['a', 'b']])\n"
            "new['l'] = model.predict(new[['a', 'b']])\nnew[['s', 'l']]",
            ("new",), "new = X.tail(9).copy()",
            "new['s'] = model.decision_function(new[['a', 'b']])\nnew['l'] = model.predict(new[['a', 'b']])\n"
            "prediction = new[['s', 'l']]",
            id="the added columns that are displayed",
        ),
        pytest.param(
            "model.fit(X, y)\nprint(model.predict(X))",
            ("X",), "", "prediction = model.predict(X)", id="a fit in the section is training",
        ),
        pytest.param(
            "late = SVC()\nlate.fit(X, y)\nlate.predict(X)",
            ("X",), "", "prediction = late.predict(X)", id="a model made in the section is training",
        ),
        pytest.param(
            "with quiet():\n    rows = np.array([[1, 2]])\n    label = model.predict(rows)",
            ("rows",), "rows = np.array([[1, 2]])", "with quiet():\n    label = model.predict(rows)",
            id="the request is made inside a with block",
        ),
        pytest.param(
            'if __name__ == "__main__":\n    out = model.predict(X_test)\n    print(out)',
            ("X_test",), "", "out = model.predict(X_test)", id="below a main guard",
        ),
        pytest.param(
            "row = pd.DataFrame([{'a': 1, 'b': 2}])\ncode = model.predict(row)\n"
            "print('It is', encoder.inverse_transform(code)[0])",
            ("row",), "row = pd.DataFrame([{'a': 1, 'b': 2}])",
            "code = model.predict(row)\nprediction = encoder.inverse_transform(code)[0]",
            id="a decoded answer that is printed",
        ),
        pytest.param(
            "sample = X_test.head(3)\nanswer = model.predict(sample.fillna(X_train.mean()))",
            ("sample",), "sample = X_test.head(3)", "answer = model.predict(sample.fillna(X_train.mean()))",
            id="gaps are filled with what another part of the split says",
        ),
    ],
)  # fmt: skip
def test_found(section: str, inputs: tuple[str, ...], setup: str, run: str, tmp_path: Path) -> None:
    """Each way of asking gives the request, how the notebook makes it, and what runs for each."""
    inference = found(tmp_path, ("inference", section))
    assert inference.inputs == inputs
    assert inference.setup == setup
    assert inference.run == run


def test_a_column_that_is_made_by_a_method_leaves_a_table_data(tmp_path: Path) -> None:
    cells = [("data", "df['a'] = df['a'].astype(int)"), ("inference", "model.predict(df[['a', 'b']])")]
    assert found(tmp_path, *cells).setup == "records = df[['a', 'b']]"


def test_labels_split_off_in_a_loop_with_the_model_do_not_hide_the_answer(tmp_path: Path) -> None:
    loop = (
        "for i in range(3):\n    X_train, X_test, y_train, y_test = cut(X, y)\n    model = SVC().fit(X_train, y_train)"
    )
    inference = found(tmp_path, ("training", loop), ("inference", "y_pred = model.predict(X_test)"))
    assert inference.output == "y_pred"


def test_untagged_cells_far_below_are_no_candidates(tmp_path: Path) -> None:
    cells = [("inference", "model.predict([[5, 2]])"), (None, "colours = ['red', 'blue']\nplot(colours, model)")]
    assert found(tmp_path, *cells).run == "prediction = model.predict(records)"


def test_a_container_of_one_library_is_made_for_each_request(tmp_path: Path) -> None:
    cells = [
        (None, "import xgboost as xgb"),
        ("training", "dtest = xgb.DMatrix(X_test, label=y_test)\nbooster = xgb.train({}, xgb.DMatrix(X, label=y))"),
        ("inference", "scores = booster.predict(dtest)"),
    ]
    inference = found(tmp_path, *cells)
    assert inference.inputs == ("X_test",)
    assert inference.run == "dtest = xgb.DMatrix(X_test)\nscores = booster.predict(dtest)"


def test_rows_that_the_model_is_fitted_on_cannot_be_asked_about(tmp_path: Path) -> None:
    with pytest.raises(UnusableInput, match="fits a model on the very rows"):
        found(tmp_path, ("inference", "labels = DBSCAN().fit_predict(X)"))


def test_rows_made_in_the_loop_that_asks_are_refused_with_the_remedy(tmp_path: Path) -> None:
    loop = "for i in range(3):\n    row = X.iloc[[i]]\n    print(model.predict(row)[0])"
    with pytest.raises(
        UnusableInput, match=r"`model.predict\(row\)` is asked about rows that the same statement makes"
    ):
        found(tmp_path, ("inference", loop))


def test_a_function_that_only_draws_is_not_what_answers(tmp_path: Path) -> None:
    plot = "def plot(X, model):\n    def shade(v):\n        return v\n    draw(X, model.predict(X))"
    with pytest.raises(UnusableInput, match="no request was found"):
        found(tmp_path, (None, plot), ("inference", "plot(X_test, model=clf)"))


ASKED = """def features(rows):
    return rows * 2

def ask(rows):
    return model.predict(rows)

def hits(truth, answers):
    return (truth == answers).mean()

weights = np.ones(2)"""


@pytest.mark.parametrize(
    ("section", "how", "run"),
    [
        ("sample = X.head(9)\nguess = features(sample) @ weights", "found", "guess = features(sample) @ weights"),
        ("rows = X.head(9)\nF = features(rows)\nguess = F @ weights", "found",
         "F = features(rows)\nguess = F @ weights"),
        ("p = ask({'a': 1})\nlabel = 'yes' if p > 0.5 else 'no'", "found",
         "p = ask(records)\nlabel = 'yes' if p > 0.5 else 'no'"),
        ("guess = np.expm1(ask(features(X)))", "found", "guess = np.expm1(ask(features(X)))"),
        ("print(ask(features(X)))", "found", "prediction = ask(features(X))"),
        ("round(ask(X.head()), 2)", "found", "prediction = round(ask(records), 2)"),
        ("house = {'a': 1}\nprint(f'{ask(house):.2f}')", "function", "prediction = ask(rows=rows)"),
        ("guess = ask(df)\nright = hits(df['y'], guess)", "function", "prediction = ask(rows=rows)"),
        ("guess = ask(X_test)\nprint(hits(y_test, guess))", "function", "prediction = ask(rows=rows)"),
        ("p = ask(df[['a', 'b']])\nout = pd.DataFrame({'id': df['id'], 'p': p})",
         "function", "prediction = ask(rows=rows)"),
        ("df['p'] = df['text'].apply(ask)", "function", "prediction = ask(rows=rows)"),
        ("p = df['text'].map(ask)\nright = hits(df['y'], p)", "function", "prediction = ask(rows=rows)"),
    ],
)  # fmt: skip
def test_a_function_answers_where_the_section_ends_with_it_and_is_a_step_elsewhere(
    section: str, how: str, run: str, tmp_path: Path
) -> None:
    inference = found(tmp_path, (None, ASKED), ("inference", section))
    assert (inference.how, inference.run) == (how, run)


@pytest.mark.parametrize(
    ("made", "filled", "rest"),
    [
        ("new = pd.DataFrame({'a': [3.0]})", "new['b'] = 'small'", ""),
        ("new = {}", "new['a'] = 3\nnew['b'] = pd.Timestamp('2024-05-01')", "new = pd.DataFrame([new])\n"),
        ("new = pd.DataFrame({'a': [3.0]})", "new['b'] = 1", "new['c'] = np.where(new.a > 2, 1, 0)\nnew['d'] = 5\n"),
    ],
    ids=["a column more", "an empty dictionary", "until it is read"],
)
def test_a_request_that_is_written_down_bit_by_bit(made: str, filled: str, rest: str, tmp_path: Path) -> None:
    text = found(tmp_path, ("inference", f"{made}\n{filled}\n{rest}model.predict(new)"))
    assert text.setup == f"{made}\n{filled}"
    assert text.run == f"{rest}prediction = model.predict(new)"
    assert text.inputs == ("new",)


@pytest.mark.parametrize("device", ["torch.device('cpu')", "'cuda' if torch.cuda.is_available() else 'cpu'"])
def test_a_tensor_made_beside_the_question_is_made_of_the_request(device: str, tmp_path: Path) -> None:
    cells = [
        ("training", f"import torch\ndevice = {device}\nnet = torch.nn.Linear(2, 2).to(device)"),
        (
            "inference",
            "new = X_test[:3]\nwith torch.no_grad():\n    x = torch.tensor(new.values).float()\n"
            "    logits = net(x.to(device))\n    answer = logits.argmax(1)\nprint(answer)",
        ),
    ]
    inference = found(tmp_path, *cells)
    assert (inference.inputs, inference.output) == (("new",), "answer")
