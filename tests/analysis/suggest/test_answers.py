"""The built cell answers what the notebook presents: both are run, and set against each other."""

from __future__ import annotations

import contextlib
import io
import warnings
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from nb2prod.analysis.dataflow import analyse
from nb2prod.analysis.inference import find_inference
from nb2prod.analysis.suggest.unanswered import unanswered
from nb2prod.notebook.model import Notebook
from tests.analysis.suggest.answer_kinds import KINDS
from tests.analysis.suggest.answer_parts import (
    CLASSIFICATION,
    FOLDS,
    GROUPS,
    HEAD,
    NAMED,
    ON_TEST,
    PRICE,
    REGRESSION,
    SOLD,
    WRITE,
)
from tests.analysis.suggest.suggesting import suggestion, tagged


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with tables of houses."""
    folder = tmp_path_factory.mktemp("houses")
    random = np.random.default_rng(0)
    for name, count in (("train", 120), ("test", 30)):
        table = pd.DataFrame({"Id": range(count), "area": random.integers(50, 200, count)})
        table["rooms"], table["age"] = random.integers(1, 6, count), random.integers(0, 50, count)
        price = 3 * table.area + 20 * table.rooms - table.age + 100
        table[["Id"]].assign(price=0).to_csv(folder / "sample.csv", index=False)
        if name == "train":
            table["price"], table["sold"] = price, (table.area + random.normal(0, 30, count) > 120).astype(int)
            table["kind"] = np.where(table.age < 15, "new", np.where(table.age < 35, "mid", "old"))
        table.to_csv(folder / f"{name}.csv", index=False)
    return folder


def run(notebook: Notebook, folder: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Run the cells and return the variables."""
    monkeypatch.chdir(folder)
    variables: dict[str, Any] = {"__name__": "__main__"}
    with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for cell in notebook.cells:
            exec(cell.code, variables)
    return variables


@pytest.mark.parametrize("kind", list(KINDS))
def test_the_built_cell_answers_what_the_notebook_presents(
    kind: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sources, expected = KINDS[kind]
    found = suggestion(*sources)
    notebook = tagged(found, *sources)
    flow = analyse(notebook)
    inference = find_inference(notebook, flow)
    assert (found.warnings, unanswered(notebook, flow, inference)) == ((), ())
    variables = run(notebook, folder, monkeypatch)
    if inference.output not in variables:  # An answer that has no name in the notebook gets one in the service.
        exec(f"{inference.setup}\n{inference.run}", variables)
    got = list(variables[inference.output])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        wanted = list(eval(expected, variables))
    assert len(got) == min(len(wanted), 20) or len(got) == len(wanted)
    if isinstance(wanted[0], str):
        assert got == wanted[: len(got)]
    else:
        np.testing.assert_allclose(np.array(got, dtype=float), np.array(wanted[: len(got)], dtype=float))


OWN = {
    "a network set to answering": (
        "import torch\nfrom torch import nn\nX = torch.rand(90, 4)\ny = (X.sum(1) > 2).long()",
        "net = nn.Linear(4, 2)\noptimizer = torch.optim.Adam(net.parameters())\nfor epoch in range(5):\n"
        "    optimizer.zero_grad()\n    loss = nn.functional.cross_entropy(net(X[:60]), y[:60])\n"
        "    loss.backward()\n    optimizer.step()",
        "with torch.no_grad():\n    logits = net(X[60:])\nguess = logits.argmax(dim=1).numpy()\n"
        "print((guess == y[60:].numpy()).mean())",
        "rows = X[60:70]\nnet.eval()\nwith torch.no_grad():\n    chances = net(rows).softmax(dim=1)\n"
        "sure, best = chances.max(dim=1)\nanswer = {'best': best.numpy(), 'sure': sure.numpy()}\nanswer",
    ),
    "a function, of whose answer a part is shown": (
        *CLASSIFICATION,
        "names = ['no', 'yes']\ndef judge(row):\n    p = model.predict_proba([row])[0]\n"
        "    return {'label': names[p.argmax()], 'sure': p.max()}\njudge([100, 3, 10])",
        "rows = test[features].values.tolist()\nfor row in rows[:5]:\n    print(judge(row)['label'].ljust(9), row)",
    ),
}


@pytest.mark.parametrize("kind", list(OWN))
def test_a_cell_that_answers_all_that_is_presented_is_taken_as_it_is(kind: str) -> None:
    found = suggestion(*OWN[kind])
    assert found.inference is None
    assert [cell.section for cell in found.cells].count("inference") == 1


def test_two_columns_of_answers_keep_their_names() -> None:
    write = (
        f"sub = pd.DataFrame({{'Id': test.Id}})\nsub['label'] = {ON_TEST}\n"
        "sub['chance'] = model.predict_proba(test[features])[:, 1]\nsub.to_csv('o.csv')"
    )
    built = suggestion(*CLASSIFICATION, write).inference
    assert built is not None
    assert "pd.DataFrame({'label': model.predict(sample), 'chance': model.predict_proba(sample)[:, 1]})" in built.source


PRINTING = {
    "a sentence for each branch": (
        "def check(area, rooms, age):\n    row = pd.DataFrame([[area, rooms, age]], columns=features)\n"
        "    result = model.predict(row)\n    if result[0] == 1:\n        print('sells')\n    else:\n"
        "        print('stays')",
        "check(100, 2, 3)",
        "return 'sells' if result[0] == 1 else 'stays'",
    ),
    "a label, and how sure it is": (
        "def check(row):\n    p = model.predict([row])[0]\n    sure = model.predict_proba([row]).max()\n"
        "    print(f'{names[p]} ({sure:.2f})')",
        "names = ['no', 'yes']\nfor row in [[1, 2, 3], [100, 3, 4]]:\n    check(row)",
        "return names[p]",
    ),
}


@pytest.mark.parametrize("kind", list(PRINTING))
def test_a_function_that_only_prints_its_answer_is_made_to_return_it(kind: str) -> None:
    function, call, expected = PRINTING[kind]
    sources = [*CLASSIFICATION, function, call]
    found = suggestion(*sources)
    assert found.inference is not None
    assert expected in found.inference.source
    assert "print(" not in found.inference.source
    notebook = tagged(found, *sources)
    assert find_inference(notebook, analyse(notebook)).function == found.inference.request


def test_answers_that_are_set_against_all_others_cannot_be_given_for_a_few_rows() -> None:
    found = suggestion(*REGRESSION, f"pred = {ON_TEST}\nshare = pred / pred.mean()", WRITE % "share")
    assert found.warnings == (
        "cell [6] writes to a file `share`, which the service does not answer: "
        "`share = pred / pred.mean()` takes all rows together",
    )


def test_what_is_done_to_answers_and_cannot_be_taken_along_is_told_with_its_place() -> None:
    last = "scale = StandardScaler().fit(y.to_numpy().reshape(-1, 1))\np = model.predict(X_val)\n"
    last += "p = scale.inverse_transform(p.reshape(-1, 1))\nprint(p[:3])\nscale = None"
    found = suggestion(*REGRESSION, "from sklearn.preprocessing import StandardScaler", last)
    assert found.warnings == (
        "cell [6] shows `p`; the service answers what `model` says, before "
        "`scale.inverse_transform(p.reshape(-1, 1))` of cell [6], line 3",
    )


def test_chances_as_a_table_and_columns_made_of_them_are_answered_as_one() -> None:
    table = (
        "chances = pd.DataFrame(model.predict_proba(X_val), columns=['no', 'yes'], index=X_val.index)\n"
        "chances['best'] = chances.idxmax(axis=1)\nchances['sure'] = chances[['no', 'yes']].max(axis=1)\nchances.head()"
    )
    built = suggestion(*CLASSIFICATION, table).inference
    assert built is None or "prediction = sample_chances\n" in built.source


def test_answers_of_lost_models_that_are_added_up_later_are_missed_too() -> None:
    lost = FOLDS.replace("    models.append(m)", "    models.append(np.exp(m.predict(test[features])))")
    found = suggestion(HEAD, PRICE, lost, WRITE % "sum(models) / len(models)")
    assert [warning.partition(",")[0] for warning in found.warnings] == [
        "cell [4] writes to a file `sum(models) / len(models)`"
    ]


def test_what_models_say_that_are_not_kept_cannot_be_served_and_that_is_said() -> None:
    lost = FOLDS.replace("    models.append(m)", "    preds += m.predict(test[features]) / 3").replace(
        "models = []", "preds = np.zeros(len(test))"
    )
    sources = [HEAD, PRICE, lost, WRITE % "np.expm1(preds)"]
    found = suggestion(*sources)
    assert [warning.partition(",")[0] for warning in found.warnings] == ["cell [4] writes to a file `np.expm1(preds)`"]
    assert "and not kept; collect" in found.warnings[0]
    notebook = tagged(found, *sources)
    flow = analyse(notebook)
    assert unanswered(notebook, flow, find_inference(notebook, flow)) == found.warnings


ENOUGH = {
    "the most likely, by another word": (
        *CLASSIFICATION,
        "guess = model.predict_proba(X_val).argmax(axis=1)\nprint((guess == y_val).mean())",
        "# nb2prod: inference\nnew = test[features].head()\nchances = pd.DataFrame(model.predict_proba(new))\n"
        "best = chances.idxmax(axis=1)",
    ),
    "scores that are kept by name and shown": (
        *CLASSIFICATION,
        "from sklearn.metrics import accuracy_score\nscores = {}\n"
        "scores['model'] = accuracy_score(y_val, model.predict(X_val))\nprint(scores)",
        "# nb2prod: inference\nguess = model.predict(test[features].head())",
    ),
    "a loop over models that are judged by what the best does too": (
        HEAD,
        PRICE,
        "from sklearn.linear_model import Ridge, Lasso\nfrom sklearn.metrics import mean_absolute_error\nscores = {}\n"
        "models = {'ridge': Ridge(), 'lasso': Lasso()}\nfor name, m in models.items():\n    m.fit(X[:80], y[:80])\n"
        "    scores[name] = mean_absolute_error(np.exp(y[80:]), np.exp(m.predict(X[80:])))",
        "best = models[min(scores, key=scores.get)]",
        "# nb2prod: inference\nprices = np.exp(best.predict(test[features])).round()",
    ),
}


@pytest.mark.parametrize("kind", list(ENOUGH))
def test_an_inference_cell_that_does_as_much_as_the_notebook_is_told_nothing(kind: str) -> None:
    sources = ENOUGH[kind]
    notebook = tagged(suggestion(*sources), *sources)
    cells = tuple(replace(c, section="inference") if "nb2prod" in c.source else c for c in notebook.cells)
    notebook = replace(notebook, cells=tuple(c for c in cells if c.id != "built"))
    flow = analyse(notebook)
    assert unanswered(notebook, flow, find_inference(notebook, flow)) == ()


def test_an_inference_cell_that_stops_short_of_what_the_notebook_writes_is_told_so() -> None:
    sources = [*REGRESSION, "# nb2prod: inference\n" + f"pred = {ON_TEST}", WRITE % "np.expm1(pred)"]
    notebook = tagged(suggestion(*sources), *sources)
    cells = tuple(replace(c, section="inference") if "nb2prod" in c.source else c for c in notebook.cells)
    notebook = replace(notebook, cells=tuple(c for c in cells if c.id != "built"))
    flow = analyse(notebook)
    assert unanswered(notebook, flow, find_inference(notebook, flow)) == (
        "cell [6] writes to a file `np.expm1(pred)`, and the service answers with `pred`, "
        "before `np.expm1(pred)` of cell [6], line 1",
    )


def test_cells_that_go_on_with_the_answers_of_one_belong_to_it() -> None:
    found = suggestion(*REGRESSION, f"pred = {ON_TEST}", "pred = np.expm1(pred)", WRITE % "pred")
    assert [cell.section for cell in found.cells[4:]] == ["inference", "inference", None]
    assert found.inference is None


def test_what_is_made_of_answers_for_different_rows_is_not_made_of_one() -> None:
    fit = "import statsmodels.api as sm\nX = train[['area', 'rooms']]\nres = sm.GLM(train['price'], X).fit()"
    asked = (
        "means = X.mean(axis=0)\nhigh = means.copy()\nhigh.iloc[0] = X.iloc[:, 0].max()\nlow = means.copy()\n"
        "low.iloc[0] = X.iloc[:, 0].min()\none = res.predict(low)\ntwo = res.predict(high)\ngain = two - one"
    )
    found = suggestion(HEAD, fit, asked, "print('%2.4f%%' % (gain.iloc[0] * 100))")
    assert found.inference is None or found.inference.source.count("predict(") == 1


WINDOW = """z = train['price'].values / 100.0
X = np.array([z[i : i + 7] for i in range(len(z) - 7)])
model = LinearRegression().fit(X, z[7:])"""
ROW = "np.array(window[-7:]).reshape(1, -1)"
LOOP = "window = list(z[-7:])\nfuture = []\nfor _ in range(14):\nSTEPS\nprint(future)"


@pytest.mark.parametrize(
    "asked", [f"    one = model.predict({ROW})[0]", f"    row = {ROW}\n    one = model.predict(row)[0]"]
)
@pytest.mark.parametrize(
    "step",
    [
        "    window.append(one)",
        "    window = np.append(window[1:], one)",
        "    window[:-1] = window[1:]\n    window[-1] = one",
    ],
)
def test_a_forecast_that_goes_on_from_its_own_answers_is_not_done_with_one_window(step: str, asked: str) -> None:
    loop = LOOP.replace("STEPS", f"{asked}\n    future.append(one * 100)\n{step}")
    tool = "from sklearn.linear_model import LinearRegression"
    found = suggestion(HEAD, tool, WINDOW, loop)
    assert found.inference is None or "for " not in found.inference.source, found.inference.source


def test_an_error_for_each_output_is_no_answer() -> None:
    cells = [
        "import torch\nfrom torch import nn\nimport numpy as np\nfrom sklearn.preprocessing import MinMaxScaler\n"
        "data = np.loadtxt('a.csv')\nX, y = data[:, :3], data[:, 3:]\nsy = MinMaxScaler()\nys = sy.fit_transform(y)",
        "net = nn.Linear(3, 2)\noptimizer = torch.optim.Adam(net.parameters())\nfor epoch in range(5):\n"
        "    optimizer.zero_grad()\n    loss = ((net(torch.tensor(X).float()) - torch.tensor(ys)) ** 2).mean()\n"
        "    loss.backward()\n    optimizer.step()",
        "with torch.no_grad():\n    pred = net(torch.tensor(X, dtype=torch.float32).to('cpu')).numpy()\n"
        "pred = sy.inverse_transform(pred)\ntrue = sy.inverse_transform(ys)\nprint(np.abs(pred - true).mean(axis=0))",
    ]
    found = suggestion(*cells).inference
    assert found is not None
    assert "true" not in found.source
    assert "sample = X[:20]" in found.source
    assert "sy.inverse_transform(sample_pred)" in found.source


def test_numbers_of_the_notebooks_own_rows_beside_the_answers_are_left_out() -> None:
    """``Id`` of a copy of the table that was asked about, and a column of answers that is changed in place."""
    cells = [
        "import pandas as pd\nfrom sklearn.linear_model import LogisticRegression\ntrain = pd.read_csv('train.csv')\n"
        "test = pd.read_csv('test.csv')\nids = test.copy()\ntest = test.drop('Id', axis=1)",
        "features = ['area', 'rooms']\nmodel = LogisticRegression().fit(train[features], train.sold)",
        "pred = model.predict(test[features])\nout = pd.DataFrame()\nout['sold'] = pred\nout['Id'] = ids['Id']\n"
        "out['sold'].replace(0, 'no', inplace=True)\nout[['Id', 'sold']].to_csv('out.csv', index=False)",
    ]
    found = suggestion(*cells).inference
    assert found is not None
    assert "ids" not in found.source
    assert "prediction = sample_out['sold']" in found.source


def test_an_example_that_is_made_by_hand_gives_way_to_rows_that_the_model_knows() -> None:
    made = (
        "me = pd.DataFrame({'area': [100], 'rooms': [3]})\nme['age'] = 10\nprint('%.2f' % np.exp(model.predict(me))[0])"
    )
    found = suggestion(*REGRESSION, made).inference
    assert found is not None
    assert "sample = me" not in found.source
    assert "np.exp(model.predict(sample))" in found.source


def test_a_cell_that_asks_goes_before_the_groups_of_the_rows_that_were_fitted() -> None:
    ask = "rows = train[['area', 'age']].head(9)\nnamed = pd.Series(km.predict(rows)).map(names)\nnamed"
    found = suggestion(HEAD, GROUPS, "train['group'] = km.fit_predict(X)", NAMED[0], ask, "train.to_csv('out.csv')")
    assert found.inference is None and found.cells[4].section == "inference"


TURNS = """models = []
for seed in range(3):
    tree = DecisionTreeClassifier(max_depth=3, random_state=seed).fit(X_train, y_train)
    models.append(tree)"""


@pytest.mark.parametrize(
    ("adding", "start"),
    [
        ("p = 0\nfor each in models:\n    p = p + each.predict_proba(X_val)[:, 1]", "sample_p = 0\n"),
        (
            "p = None\nfor each in models:\n    q = each.predict_proba(X_val)[:, 1]\n    p = q if p is None else p + q",
            "sample_p = None\n",
        ),
        ("p = sum(each.predict_proba(X_val)[:, 1] for each in models)", ""),
    ],
)
def test_answers_that_are_added_up_start_as_in_the_notebook(adding: str, start: str) -> None:
    found = suggestion(*CLASSIFICATION, TURNS, adding, "print(((p > 1.5) == y_val).mean())").inference
    assert found is not None
    assert start in found.source and "prediction = sample_p > 1.5" in found.source


def test_models_that_a_function_makes_are_asked_together() -> None:
    """The name that a generator gives them is known nowhere else."""
    make = (
        "import torch\nfrom torch import nn\ndef trained(seed):\n    net = nn.Linear(3, 2)\n"
        "    steps = torch.optim.Adam(net.parameters())\n"
        "    loss = nn.functional.cross_entropy(net(torch.tensor(X.values).float()), torch.tensor(y.values))\n"
        "    loss.backward()\n    steps.step()\n    return net.eval()\nnets = [trained(seed) for seed in range(3)]"
    )
    ask = "with torch.no_grad():\n    p = sum(net(torch.tensor(X.values).float()).softmax(1) for net in nets)\n"
    for measure in ("print((p.argmax(1).numpy() == y).mean())", "    print((p.argmax(1) == torch.tensor(y)).sum())"):
        found = suggestion(HEAD, SOLD, make, ask + measure).inference
        assert found is not None
        assert "for net in nets" in found.source and "argmax(1)" in found.source
