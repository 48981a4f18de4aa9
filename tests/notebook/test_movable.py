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
