"""Code that only works where the notebook runs: lambdas inside tools, objects saved and loaded again."""

from __future__ import annotations

from pathlib import Path

import pytest

from nb2prod.errors import UnusableInput
from nb2prod.notebook.movable import movable
from nb2prod.notebook.read import read_notebook
from tests.making import write_notebook


def moved(folder: Path, *cells: str) -> list[str]:
    path = write_notebook(folder / "n.ipynb", [(None, cell) for cell in cells])
    return [cell.code for cell in movable(read_notebook(path)).cells]


def test_a_lambda_given_to_a_class_becomes_a_function_in_the_cell_before(tmp_path: Path) -> None:
    first, second = moved(
        tmp_path,
        "import numpy as np",
        "x = 1\nft = FunctionTransformer(lambda x: np.log1p(x))\ny = map(lambda v: v, x)",
    )
    assert first.endswith("def function_transformer_function(x):\n    return np.log1p(x)\n")
    assert second == "x = 1\nft = FunctionTransformer(function_transformer_function)\ny = map(lambda v: v, x)"


def test_names_differ_and_keywords_tell_them_apart(tmp_path: Path) -> None:
    first, second = moved(
        tmp_path, "pass", "a = Vec(tokenizer=lambda t: t.split())\nb = Vec(tokenizer=lambda t: [\n    t\n])\nc = 3"
    )
    assert "def vec_tokenizer(t):" in first and "def vec_tokenizer_2(t):" in first
    assert second.startswith("a = Vec(tokenizer=vec_tokenizer)\nb = Vec(tokenizer=vec_tokenizer_2)")


STAYS = [
    pytest.param("def f(k):\n    return Ft(lambda x: x * k)", id="reads an argument of the function around it"),
    pytest.param("Ft(lambda x, k=2: x * k)", id="has a default"),
    pytest.param("pd.DataFrame(lambda: 1)", id="data"),
    pytest.param("df.apply(lambda r: r)", id="a method"),
]


@pytest.mark.parametrize("code", STAYS)
def test_other_lambdas_stay(tmp_path: Path, code: str) -> None:
    assert moved(tmp_path, "pass", code) == ["pass", code]


LOADED = [
    pytest.param(["joblib.dump(model, 'm.pkl')", "again = joblib.load('m.pkl')"], "again = model", id="joblib"),
    pytest.param(["joblib.dump(model, 'm.pkl')", "model = joblib.load('m.pkl')"], "pass", id="the same name"),
    pytest.param(
        ["name = 'm.sav'\npickle.dump(model, open(name, 'wb'))", "m = pickle.load(open('m.sav', 'rb'))"],
        "m = model",
        id="a variable for the path",
    ),
    pytest.param(
        ["with open('m', 'wb') as f:\n    pickle.dump(model, f)", "with open('m', 'rb') as g:\n    m = pickle.load(g)"],
        "m = model\n",
        id="with",
    ),
    pytest.param(
        ["from joblib import dump, load\ndump(a.model, 'm')", "m = load('m')"], "m = a.model", id="from import"
    ),
    pytest.param(["net.save('n.keras')", "n = keras.models.load_model('n.keras')"], "n = net", id="keras"),
    pytest.param(
        ["torch.save(net.state_dict(), 'n.pt')", "m.load_state_dict(torch.load('n.pt'))"],
        "m.load_state_dict(net.state_dict())",
        id="torch",
    ),
    pytest.param(
        ["joblib.dump(model, 'm')", "def predict(x):\n    m = joblib.load('m')\n    return m.predict(x)"],
        "def predict(x):\n    m = model\n    return m.predict(x)",
        id="in a function",
    ),
    pytest.param(
        ["joblib.dump(model, 'm')", "p = joblib.load('m').predict(x)"], "p = model.predict(x)", id="in a call"
    ),
    pytest.param(["joblib.dump(model, 'm')\nmodel = 2", "m = joblib.load('m')"], "m = joblib.load('m')", id="rebound"),
    pytest.param(
        ["joblib.dump(model, 'm')", "m = joblib.load('other')"], "m = joblib.load('other')", id="another file"
    ),
]


@pytest.mark.parametrize(("cells", "code"), LOADED)
def test_loading_what_was_saved_is_the_variable(tmp_path: Path, cells: list[str], code: str) -> None:
    assert moved(tmp_path, *cells)[-1] == code


REFUSED = [
    pytest.param("from google.colab import drive\ndrive.mount('/content/drive')", "beside the notebook", id="drive"),
    pytest.param("from google.colab import files\nup = files.upload()", "beside the notebook", id="upload"),
    pytest.param("df = pd.read_csv('/content/drive/MyDrive/a.csv')", "`a.csv`", id="a path of Colab's"),
    pytest.param("df = pd.read_csv('/kaggle/input/x/train.csv')", "`train.csv`", id="a path of Kaggle's"),
    pytest.param("path = dbutils.widgets.get('path')", "parameters", id="dbutils"),
    pytest.param("df = spark.read.csv('x').toPandas()", "pandas", id="a session nobody made"),
    pytest.param("a = float(input('a? '))", "as a client would send it", id="input"),
]


@pytest.mark.parametrize(("code", "remedy"), REFUSED)
def test_what_only_another_place_has_is_refused_with_the_remedy(tmp_path: Path, code: str, remedy: str) -> None:
    with pytest.raises(UnusableInput) as refused:
        moved(tmp_path, "import pandas as pd", code)
    (problem,) = refused.value.problems
    assert remedy in problem.remedy and problem.where == "cell [2], line 1"


FINE = [
    pytest.param(
        "try:\n    import google.colab\n    IN_COLAB = True\nexcept ImportError:\n    IN_COLAB = False", id="try"
    ),
    pytest.param("if 'google.colab' in sys.modules:\n    from google.colab import drive", id="if"),
    pytest.param("for d in os.walk('/kaggle/input'):\n    print(d)", id="listing"),
    pytest.param("spark = Session()\nspark.read()", id="a session of its own"),
    pytest.param("def ask():\n    return input()", id="a function nobody calls"),
    pytest.param('x = 5 #@param {type:"slider"}', id="a form"),
]


@pytest.mark.parametrize("code", FINE)
def test_what_works_here_too_is_not_refused(tmp_path: Path, code: str) -> None:
    assert moved(tmp_path, "pass", code)[-1] == code


NET = "import torch\nimport torch.nn as nn\nclass Net(nn.Module):\n    def __init__(self, n_in, n_out=2):\n        pass"

SIZES = [
    pytest.param(
        "a = 1; m = Net(X.shape[1],\n  n_out=len(set(y))).to(d)",
        "a = 1; n_in = X.shape[1]; n_out = len(set(y)); m = Net(n_in,\n  n_out=n_out).to(d)",
        id="the notebook's class",
    ),
    pytest.param(
        "m = nn.Sequential(nn.Linear(X.shape[1], 8), nn.ReLU(), nn.Linear(8, X.shape[1]))",
        "in_features = X.shape[1]; m = nn.Sequential(nn.Linear(in_features, 8), nn.ReLU(), nn.Linear(8, in_features))",
        id="torch's own, the same size twice",
    ),
    pytest.param("m = Net(hidden * 2, 3)", "m = Net(hidden * 2, 3)", id="numbers have names already"),
    pytest.param("m = Net(next(it), 3)", "m = Net(next(it), 3)", id="a call that may change something"),
    pytest.param("m = LinearRegression(X.shape[1])", "m = LinearRegression(X.shape[1])", id="no module of PyTorch's"),
    pytest.param("n_in = 3; m = Net(len(c))", "n_in = 3; n_in_2 = len(c); m = Net(n_in_2)", id="a name that is taken"),
]


@pytest.mark.parametrize(("code", "wanted"), SIZES)
def test_sizes_that_a_module_is_made_with_get_a_name(tmp_path: Path, code: str, wanted: str) -> None:
    assert moved(tmp_path, NET, code) == [NET, wanted]


def test_a_named_size_says_what_to_take_from_a_run(tmp_path: Path) -> None:
    path = write_notebook(tmp_path / "n.ipynb", [(None, NET), (None, "m = Net(3)\nm = Net(3)\nm = Net(len(c))")])
    (named,) = movable(read_notebook(path)).named
    assert (named.cell, named.name, named.expression, named.earlier) == (1, "n_in", "len(c)", 0)
    assert named.statement == "m = Net(len(c))"


KEPT = "from copy import deepcopy; "

UNCERTAIN = [
    pytest.param(
        [
            "for m in models:\n    m.fit(X)\n    if m.score(X) > b:\n        joblib.dump(m, 'best.pkl')",
            "model = joblib.load('best.pkl')",
        ],
        [
            f"for m in models:\n    m.fit(X)\n    if m.score(X) > b:\n        {KEPT}best_kept = deepcopy(m)",
            "model = best_kept",
        ],
        id="the best of several",
    ),
    pytest.param(
        [
            "joblib.dump(a, 'm.pkl')",
            "if c:\n    with open('m.pkl', 'wb') as f:\n        pickle.dump(b, f)",
            "x = joblib.load('m.pkl')",
        ],
        [f"{KEPT}m_kept = deepcopy(a)", f"if c:\n    {KEPT}m_kept = deepcopy(b)\n", "x = m_kept"],
        id="one that is replaced under a condition",
    ),
    pytest.param(
        [
            "torch.save(net.state_dict(), 'n.pt')",
            "loss.backward()\nopt.step()",
            "net.load_state_dict(torch.load('n.pt'))",
        ],
        [f"{KEPT}n_kept = deepcopy(net.state_dict())", "loss.backward()\nopt.step()", "net.load_state_dict(n_kept)"],
        id="one that is trained on",
    ),
    pytest.param(
        ["def train():\n    joblib.dump(m, 'm.pkl')\ntrain()", "x = joblib.load('m.pkl')"],
        ["def train():\n    joblib.dump(m, 'm.pkl')\ntrain()", "x = joblib.load('m.pkl')"],
        id="one that a function writes stays in its file",
    ),
    pytest.param(
        ["if exists('m.pkl'):\n    m = joblib.load('m.pkl')\nelse:\n    m.fit(X)\n    joblib.dump(m, 'm.pkl')"],
        ["if exists('m.pkl'):\n    m = joblib.load('m.pkl')\nelse:\n    m.fit(X)\n    joblib.dump(m, 'm.pkl')"],
        id="a file of an earlier run",
    ),
]


@pytest.mark.parametrize(("cells", "wanted"), UNCERTAIN)
def test_what_a_file_holds_at_the_time_is_kept_where_the_variable_may_be_something_else(
    tmp_path: Path, cells: list[str], wanted: list[str]
) -> None:
    assert moved(tmp_path, *cells) == wanted


def test_a_kept_copy_says_what_to_take_from_a_run(tmp_path: Path) -> None:
    cells = ["if good:\n    joblib.dump(m, 'best.pkl')", "model = joblib.load('best.pkl')"]
    path = write_notebook(tmp_path / "n.ipynb", [(None, cell) for cell in cells])
    (named,) = movable(read_notebook(path)).named
    assert (named.cell, named.name, named.expression) == (1, "best_kept", "joblib.load('best.pkl')")


def test_a_size_that_its_statement_names_itself_stays(tmp_path: Path) -> None:
    code = "m = Net((n := 5), len(x) * n)"
    assert moved(tmp_path, NET, code) == [NET, code]
