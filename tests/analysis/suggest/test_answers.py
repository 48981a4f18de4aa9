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
from tests.analysis.suggest.suggesting import suggestion, tagged

HEAD = "import numpy as np\nimport pandas as pd\ntrain = pd.read_csv('train.csv')\ntest = pd.read_csv('test.csv')"
PRICE = "features = ['area', 'rooms', 'age']\nX = train[features]\ny = np.log1p(train['price'])"
SOLD = "features = ['area', 'rooms', 'age']\nX = train[features]\ny = train['sold']"
SPLIT = (
    "from sklearn.model_selection import train_test_split\n"
    "X_train, X_val, y_train, y_val = train_test_split(X, y, random_state=0)"
)
RIDGE = "from sklearn.linear_model import Ridge\nmodel = Ridge()\nmodel.fit(X_train, y_train)"
TREE = (
    "from sklearn.tree import DecisionTreeClassifier\nmodel = DecisionTreeClassifier(max_depth=3, random_state=0)\n"
    "model.fit(X_train, y_train)"
)
REGRESSION = [HEAD, PRICE, SPLIT, RIDGE]
CLASSIFICATION = [HEAD, SOLD, SPLIT, TREE]
FOLDS = """from sklearn.model_selection import KFold
from sklearn.linear_model import Ridge
models = []
oof = np.zeros(len(X))
for tr, va in KFold(n_splits=3).split(X):
    m = Ridge()
    m.fit(X.iloc[tr], y.iloc[tr])
    oof[va] = m.predict(X.iloc[va])
    models.append(m)
print(np.sqrt(((oof - y) ** 2).mean()))"""
TWO = """from sklearn.linear_model import Ridge, Lasso
ridge = Ridge().fit(X_train, y_train)
lasso = Lasso(alpha=0.001)
lasso.fit(X_train, y_train)"""
TEXTS = """from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
texts = ['good film', 'bad film', 'great fun', 'awful bore', 'good fun', 'bad bore'] * 5
id2label = {0: 'negative', 1: 'positive'}
vec = TfidfVectorizer()
model = LogisticRegression()
model.fit(vec.fit_transform(texts), [1, 0, 1, 0, 1, 0] * 5)
samples = ['good bore', 'awful fun', 'great great film']"""
WRITE = "sub = pd.DataFrame({'Id': test['Id'], 'price': %s})\nsub.to_csv('sub.csv', index=False)"
ON_TEST = "model.predict(test[features])"

KINDS: dict[str, tuple[list[str], str]] = {
    "a logarithm undone in the submission": (
        [*REGRESSION, f"pred = {ON_TEST}", WRITE % "np.expm1(pred)"],
        f"np.expm1({ON_TEST})",
    ),
    "a logarithm undone where the submission is spelled in one cell with the answer": (
        [*REGRESSION, f"pred = {ON_TEST}\n" + WRITE % "np.expm1(pred)"],
        f"np.expm1({ON_TEST})",
    ),
    "a logarithm undone only where it is judged": (
        [
            *REGRESSION,
            "from sklearn.metrics import mean_squared_error\npred = model.predict(X_val)\n"
            "print(np.sqrt(mean_squared_error(np.expm1(y_val), np.expm1(pred))))",
        ],
        "np.expm1(model.predict(X_val))",
    ),
    "clipped and rounded into the sample submission": (
        [
            *REGRESSION,
            "sub = pd.read_csv('sample.csv')\n"
            f"sub['price'] = np.clip(np.round(np.exp({ON_TEST})), 100, 600)\nsub.to_csv('o.csv')\nsub.head()",
        ],
        f"np.clip(np.round(np.exp({ON_TEST})), 100, 600)",
    ),
    "a threshold of its own": (
        [
            *CLASSIFICATION,
            "from sklearn.metrics import f1_score\nproba = model.predict_proba(X_val)[:, 1]\n"
            "guess = (proba > 0.3).astype(int)\nprint(f1_score(y_val, guess))",
        ],
        "(model.predict_proba(X_val)[:, 1] > 0.3).astype(int)",
    ),
    "a threshold that was worked out from all answers stays what it was": (
        [
            *CLASSIFICATION,
            "proba = model.predict_proba(X_val)[:, 1]\ncut = np.median(proba)\n"
            "flagged = np.where(proba > cut, 'call', 'skip')\nprint(flagged[:5])",
        ],
        "np.where(model.predict_proba(X_val)[:, 1] > np.median(model.predict_proba(X_val)[:, 1]), 'call', 'skip')",
    ),
    "a threshold that a loop has looked for": (
        [
            *CLASSIFICATION,
            "from sklearn.metrics import f1_score\nproba = model.predict_proba(X_val)[:, 1]\ncut, best = 0.5, 0\n"
            "for t in np.arange(0.1, 0.9, 0.1):\n    f1 = f1_score(y_val, (proba >= t).astype(int))\n"
            "    if f1 > best:\n        cut, best = t, f1\nprint(cut, best)",
            "labels = np.where(model.predict_proba(test[features])[:, 1] >= cut, 'call', 'skip')\nprint(labels[:5])",
        ],
        "np.where(model.predict_proba(test[features])[:, 1] >= cut, 'call', 'skip')",
    ),
    "a threshold by the best of several scores": (
        [
            *CLASSIFICATION,
            "from sklearn.metrics import f1_score\nproba = model.predict_proba(X_val)[:, 1]\nscores = []\n"
            "cuts = np.linspace(0.1, 0.9, 9)\nfor t in cuts:\n    guess = proba > t\n"
            "    scores.append(f1_score(y_val, guess))\ncut = cuts[np.argmax(scores)]",
            "flags = (model.predict_proba(test[features])[:, 1] > cut).astype(int)\n"
            "test.assign(sold=flags)[['Id', 'sold']].to_csv('o.csv')\nprint(flags)",
        ],
        "(model.predict_proba(test[features])[:, 1] > cut).astype(int)",
    ),
    "quantiles of the answers stay what they were": (
        [
            *REGRESSION,
            f"sub = pd.read_csv('sample.csv')[:len(test)]\nsub.iloc[:, 1] = np.floor(np.expm1({ON_TEST}))\n"
            "low = sub['price'].quantile(0.05)\nhigh = sub['price'].quantile(0.95)\n"
            "sub['price'] = sub['price'].apply(lambda x: x if x > low else x * 0.77)\n"
            "sub['price'] = sub['price'].apply(lambda x: x if x < high else x * 1.1)\nsub.to_csv('o.csv')",
        ],
        f"[x * 0.77 if x <= low else x * 1.1 if x >= high else x for x in np.floor(np.expm1({ON_TEST}))]",
    ),
    "a function of a table of one row, and a number beside it": (
        [
            *CLASSIFICATION,
            "def decide(m, rows, threshold):\n    p = m.predict_proba(rows)[:, 1]\n"
            "    return np.where(p > threshold, 'offer', 'nothing')",
            "one = pd.DataFrame([[100, 3, 10]], columns=X.columns)\ndecide(model, one, 0.4)",
        ],
        "decide(model, one, 0.4)",
    ),
    "answers that are rounded to be looked at are no others": (
        [*REGRESSION, "new = test[features].head(3)\nprices = model.predict(new).clip(0, 9)\nprices.round(1)"],
        "model.predict(test[features].head(3)).clip(0, 9)",
    ),
    "a chance rounded to yes or no is a decision": (
        [*CLASSIFICATION, "new = test[features].head(3)\nprint(np.round(model.predict_proba(new)[:, 1]))"],
        "np.round(model.predict_proba(test[features].head(3))[:, 1])",
    ),
    "the answer for one row, and after it how sure it is": (
        [
            *CLASSIFICATION,
            "one = pd.DataFrame([[100, 3, 10]], columns=X.columns)\nanswer = model.predict(one)[0]\n"
            "sure = model.predict_proba(one)[0]\nprint('Answer:', answer)\n"
            "for name, p in zip(model.classes_, sure):\n    print(name, p)",
        ],
        "model.predict(one)",
    ),
    "a blend by hand": (
        [
            HEAD,
            PRICE,
            SPLIT,
            TWO,
            "final = 0.3 * ridge.predict(test[features]) + 0.7 * lasso.predict(test[features])",
            WRITE % "np.expm1(final)",
        ],
        "np.expm1(0.3 * ridge.predict(test[features]) + 0.7 * lasso.predict(test[features]))",
    ),
    "a blend of models that see different forms of the rows": (
        [
            HEAD,
            PRICE,
            SPLIT,
            "from sklearn.preprocessing import StandardScaler\nfrom sklearn.linear_model import Ridge\n"
            "scaler = StandardScaler()\nX_train_s = scaler.fit_transform(X_train)\nX_val_s = scaler.transform(X_val)",
            "one = Ridge()\none.fit(X_train_s, y_train)\ntwo = Ridge(alpha=9)\ntwo.fit(X_train, y_train)",
            "p1 = one.predict(X_val_s)\np2 = two.predict(X_val)\nblend = (p1 + p2) / 2\n"
            "from sklearn.metrics import mean_absolute_error\n"
            "print(mean_absolute_error(np.expm1(y_val), np.expm1(blend)))",
        ],
        "np.expm1((one.predict(scaler.transform(X_val)) + two.predict(X_val)) / 2)",
    ),
    "models of folds summed up in a loop": (
        [
            HEAD,
            PRICE,
            FOLDS,
            "X_test = test[features]\npreds = np.zeros(len(X_test))\n"
            "for m in models:\n    preds += m.predict(X_test) / len(models)",
            WRITE % "np.expm1(preds)",
        ],
        "np.expm1(sum(m.predict(test[features]) for m in models) / 3)",
    ),
    "models of folds collected in a list": (
        [
            HEAD,
            PRICE,
            FOLDS,
            "all_preds = []\nfor m in models:\n    p = m.predict(test[features])\n    all_preds.append(p)",
            WRITE % "np.expm1(np.mean(all_preds, axis=0))",
        ],
        "np.expm1(sum(m.predict(test[features]) for m in models) / 3)",
    ),
    "the mean of models of folds": (
        [
            HEAD,
            PRICE,
            FOLDS,
            "mean = np.mean([m.predict(test[features]) for m in models], axis=0)\nprint(np.expm1(mean)[:5])",
        ],
        "np.expm1(sum(m.predict(test[features]) for m in models) / 3)",
    ),
    "labels decoded": (
        [
            HEAD,
            SOLD,
            "from sklearn.preprocessing import LabelEncoder\nle = LabelEncoder()\ny = le.fit_transform(train['kind'])",
            SPLIT,
            TREE,
            f"pred = {ON_TEST}\nlabels = le.inverse_transform(pred)\nprint(labels[:10])",
        ],
        f"le.inverse_transform({ON_TEST})",
    ),
    "labels mapped in a column": (
        [
            *CLASSIFICATION,
            f"out = test[['Id']].copy()\nout['sold'] = {ON_TEST}\n"
            "out['sold'] = out['sold'].map({0: 'no', 1: 'yes'})\nout.to_csv('o.csv')",
        ],
        f"pd.Series({ON_TEST}).map({{0: 'no', 1: 'yes'}})",
    ),
    "a printing loop that asks about each text": (
        [TEXTS, "for text in samples:\n    print(text, id2label[model.predict(vec.transform([text]))[0]])"],
        "[id2label[i] for i in model.predict(vec.transform(samples))]",
    ),
    "a printing loop over texts and answers": (
        [
            TEXTS,
            "preds = model.predict(vec.transform(samples))\nfor text, p in zip(samples, preds):\n"
            "    label = id2label[p]\n    print(f'{text!r} -> {label}')",
        ],
        "[id2label[i] for i in model.predict(vec.transform(samples))]",
    ),
    "names by the largest probability, for the first few rows": (
        [
            *CLASSIFICATION,
            "names = ['no', 'yes']\nprobs = model.predict_proba(X_val)\nfor i in range(5):\n"
            "    best = np.argmax(probs[i])\n    print(names[best], y_val.iloc[i])",
        ],
        "[['no', 'yes'][i] for i in model.predict_proba(X_val).argmax(axis=1)]",
    ),
    "one row that is spelled out, and its name": (
        [
            *CLASSIFICATION,
            "names = ['no', 'yes']\nsample = [[100, 3, 10]]\nprint('is', names[model.predict(sample)[0]])",
        ],
        "[names[i] for i in model.predict(sample)]",
    ),
    "one row, and a sentence for each answer": (
        [
            *CLASSIFICATION,
            "row = X_val.iloc[[0]]\nanswer = model.predict(row)\n"
            "if answer[0] == 1:\n    print('It sells')\nelse:\n    print('It stays')",
        ],
        "['It sells' if i == 1 else 'It stays' for i in model.predict(X_val.iloc[[0]])]",
    ),
    "a loop over models that judges each": (
        [
            HEAD,
            PRICE,
            SPLIT,
            "from sklearn.linear_model import Ridge\nfrom sklearn.tree import DecisionTreeRegressor\n"
            "models = {'ridge': Ridge(), 'tree': DecisionTreeRegressor(max_depth=3, random_state=0)}\n"
            "for m in models.values():\n    m.fit(X_train, y_train)",
            "from sklearn.metrics import mean_absolute_error\nfor name, m in models.items():\n"
            "    p = m.predict(X_val)\n    print(name, mean_absolute_error(np.expm1(y_val), np.expm1(p)))",
        ],
        "np.expm1(models['tree'].predict(X_val))",
    ),
    "a function of the notebook's own that judges": (
        [
            *REGRESSION,
            "from sklearn.metrics import mean_squared_error\ndef evaluate(m, rows, truth):\n"
            "    pred = m.predict(rows)\n    return np.sqrt(mean_squared_error(np.expm1(truth), np.expm1(pred)))",
            "print(evaluate(model, X_val, y_val))",
        ],
        "np.expm1(model.predict(X_val))",
    ),
    "everything in main, which returns the model and rows": (
        [
            "import numpy as np\nimport pandas as pd\nfrom sklearn.linear_model import Ridge\ndef main():\n"
            "    train, test = pd.read_csv('train.csv'), pd.read_csv('test.csv')\n    model = Ridge()\n"
            "    model.fit(train[['area']], np.log1p(train['price']))\n"
            "    preds = np.expm1(model.predict(test[['area']]))\n    test['price'] = preds\n"
            "    test[['Id', 'price']].to_csv('o.csv')\n    return model, test[['area']]",
            "if __name__ == '__main__':\n    model, rows = main()",
        ],
        "np.expm1(model.predict(rows))",
    ),
    "a model that is asked what other models say": (
        [
            HEAD,
            PRICE,
            SPLIT,
            TWO,
            "from sklearn.linear_model import LinearRegression\nmeta = LinearRegression()\n"
            "meta.fit(np.column_stack([ridge.predict(X_train), lasso.predict(X_train)]), y_train)",
            "S = np.column_stack([ridge.predict(X_val), lasso.predict(X_val)])\nprint(np.expm1(meta.predict(S))[:3])",
        ],
        "np.expm1(meta.predict(np.column_stack([ridge.predict(X_val), lasso.predict(X_val)])))",
    ),
    "a function of several arguments, one of which is rows": (
        [
            *CLASSIFICATION,
            "def decide(m, rows, threshold=0.5):\n    p = m.predict_proba(rows)[:, 1]\n"
            "    return np.where(p > threshold, 'call', 'skip')",
            "decisions = decide(model, test[features], 0.3)\nprint(pd.Series(decisions).value_counts())",
        ],
        "decide(model, test[features], 0.3)",
    ),
    "a function that writes the submission": (
        [
            *REGRESSION,
            "def submit(m, name):\n    p = np.expm1(m.predict(test[features]))\n"
            "    sub = pd.DataFrame({'Id': test.Id, 'price': p})\n    sub.to_csv(name)\n    return sub",
            "submit(model, 's.csv').head()",
        ],
        f"np.expm1({ON_TEST})",
    ),
    "a rule that looks at another column": (
        [*REGRESSION, f"p = {ON_TEST}\np = np.where(test['Id'] > 3, p * 1.1, p)", WRITE % "p"],
        f"np.where(test['Id'] > 3, {ON_TEST} * 1.1, {ON_TEST})",
    ),
    "cut off at what the training rows have": (
        [*REGRESSION, f"p = np.clip({ON_TEST}, y_train.min(), y_train.max())\nprint(np.expm1(p)[:3])"],
        f"np.expm1(np.clip({ON_TEST}, y_train.min(), y_train.max()))",
    ),
    "a table of answers beside the truth": (
        [
            *REGRESSION,
            "y_pred = np.exp(model.predict(X_val))\nres = pd.DataFrame({'true': y_val, 'guess': y_pred})\n"
            "res['off'] = res['true'] - res['guess']",
            "res.head()",
        ],
        "np.exp(model.predict(X_val))",
    ),
    "the name of the most likely, step by step": (
        [
            *CLASSIFICATION,
            "names = {0: 'no', 1: 'yes'}\nprobs = model.predict_proba(X_val.iloc[:1])\nbest = np.argmax(probs)\n"
            "label = names[best]\nsure = probs[0][best]\nprint(f'{label} with {sure:.2f}')",
        ],
        "[names[i] for i in model.predict_proba(X_val.iloc[:1]).argmax(axis=1)]",
    ),
    "nothing but the model, of which the first answers are shown": (
        [*REGRESSION, "print(model.predict(X_val)[:3])"],
        "model.predict(X_val)",
    ),
    "nothing but the model": (
        [*REGRESSION, "from sklearn.metrics import r2_score\nprint(r2_score(y_val, model.predict(X_val)))"],
        "model.predict(X_val)",
    ),
}


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


def test_an_inference_cell_that_stops_short_of_what_the_notebook_writes_is_told_so() -> None:
    sources = [*REGRESSION, "# nb2prod: inference\n" + f"pred = {ON_TEST}", WRITE % "np.expm1(pred)"]
    notebook = tagged(suggestion(*sources), *sources)
    cells = tuple(replace(c, section="inference") if "nb2prod" in c.source else c for c in notebook.cells)
    notebook = replace(notebook, cells=tuple(c for c in cells if c.id != "built"))
    flow = analyse(notebook)
    assert unanswered(notebook, flow, find_inference(notebook, flow)) == (
        "cell [6] writes to a file `np.expm1(pred)`, and the service answers with `pred` before that",
    )


def test_cells_that_go_on_with_the_answers_of_one_belong_to_it() -> None:
    found = suggestion(*REGRESSION, f"pred = {ON_TEST}", "pred = np.expm1(pred)", WRITE % "pred")
    assert [cell.section for cell in found.cells[4:]] == ["inference", "inference", None]
    assert found.inference is None
