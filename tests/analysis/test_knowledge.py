"""What the knowledge files say against what the libraries do: call it, and see whether the object changed."""

from __future__ import annotations

import copy
import pickle
import tomllib
import warnings
from importlib import resources
from typing import Any

import pytest

from nb2prod.analysis import knowledge as package
from nb2prod.analysis.knowledge import load_knowledge
from tests.analysis.cells import facts_of

FILES = sorted(
    (file for file in resources.files(package).iterdir() if file.name.endswith(".toml")), key=lambda file: file.name
)
TABLES = {
    *("aliases", "classes", "copies", "display", "draw_free", "draws", "draws_unless_seeded", "function_changes"),
    *("keeps", "pure", "returns", "seeds", "settings", "uses", "views", "writes"),
}


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_a_file_has_known_tables_only(file: Any) -> None:
    assert tomllib.loads(file.read_text(encoding="utf-8")).keys() <= TABLES


def test_a_longer_path_wins() -> None:
    knowledge = load_knowledge()
    assert knowledge.canonical("tensorflow.keras.layers.Dense") == "keras.layers.Dense"
    assert "fit" in knowledge.facts_of("sklearn.pipeline.Pipeline", "fit").changes_content
    assert "fit" not in knowledge.facts_of("sklearn.svm.SVC", "fit").changes_content


CALLS = [
    ("[1, 2, 3]", "append(4)"),
    ("[1, 2, 3]", "pop()"),
    ("[3, 1]", "sort()"),
    ("[3, 1]", "index(3)"),
    ("[3, 1]", "copy()"),
    ("{'a': 1}", "update(b=2)"),
    ("{'a': 1}", "get('a')"),
    ("{'a': 1}", "items()"),
    ("{'a': 1}", "setdefault('b', 2)"),
    ("{1, 2}", "add(3)"),
    ("{1, 2}", "union({3})"),
    ("{1, 2}", "discard(1)"),
    ("np.arange(3)", "fill(7)"),
    ("np.array([3, 1])", "sort()"),
    ("np.array([3, 1])", "argsort()"),
    ("np.array([3, 1])", "reshape(2, 1)"),
    ("np.array([3, 1])", "astype(float)"),
    ("np.array([3, 1])", "cumsum()"),
    ("pd.DataFrame({'a': [1, 2], 'b': [3, 4]})", "insert(0, 'c', 1)"),
    ("pd.concat([pd.DataFrame({'a': [1], 'b': [2]})])", "insert(0, 'c', 1)"),
    ("pd.concat([pd.DataFrame({'a': [1], 'b': [2]})])", "pop('a')"),
    ("pd.DataFrame({'a': [1, 2], 'b': [3, 4]})", "pop('a')"),
    ("pd.DataFrame({'a': [1, 2], 'b': [3, 4]})", "update(pd.DataFrame({'a': [9, 9]}))"),
    ("pd.DataFrame({'a': [1, 2], 'b': [3, 4]})", "drop(columns='a')"),
    ("pd.DataFrame({'a': [1, 2], 'b': [3, 4]})", "drop(columns='a', inplace=True)"),
    ("pd.DataFrame({'a': [1, 2], 'b': [3, 4]})", "rename(columns={'a': 'z'})"),
    ("pd.DataFrame({'a': [1, 2], 'b': [3, 4]})", "assign(c=1)"),
    ("pd.DataFrame({'a': [1, 2], 'b': [3, 4]})", "set_index('a')"),
    ("pd.DataFrame({'a': [1, 2], 'b': [3, 4]})", "sort_values('b', ascending=False)"),
    ("pd.DataFrame({'a': [1, None]})", "fillna(0)"),
    ("pd.DataFrame({'a': [1, None]})", "fillna(0, inplace=True)"),
    ("pd.DataFrame({'a': [1, None]})", "describe()"),
    ("pd.DataFrame({'a': [1, 2]})", "eval('b = a + 1')"),
    ("pd.Series([2, 1])", "replace(1, 5)"),
    ("pd.Series([2, 1])", "pop(0)"),
    ("pd.Series([2, 1])", "sort_values()"),
    ("pd.Series([2, 1])", "value_counts()"),
    ("torch.zeros(2)", "add_(1)"),
    ("torch.zeros(2)", "add(1)"),
    ("torch.ones(2)", "zero_()"),
    ("torch.zeros(2)", "view(2, 1)"),
    ("torch.zeros(2)", "fill_(3)"),
    ("StandardScaler()", "fit([[1.0], [2.0]])"),
    ("StandardScaler()", "fit_transform([[1.0], [2.0]])"),
    ("StandardScaler()", "get_params()"),
    ("StandardScaler()", "set_params(with_mean=False)"),
    ("KFold(2)", "split([1, 2])"),
    ("LinearRegression().fit([[1.0], [2.0]], [1, 2])", "predict([[3.0]])"),
    ("LinearRegression().fit([[1.0], [2.0]], [1, 2])", "score([[3.0], [4.0]], [1, 2])"),
    ("LinearRegression().fit([[1.0], [2.0]], [1, 2])", "fit([[1.0], [2.0]], [5, 2])"),
]
IMPORTS = (
    "import numpy as np\nimport pandas as pd\nimport torch\nfrom sklearn.preprocessing import StandardScaler\n"
    "from sklearn.model_selection import KFold\nfrom sklearn.linear_model import LinearRegression\n"
)


def _state(thing: Any) -> object:
    """Return what can be compared; a tensor's pickle holds its address."""
    if type(thing).__name__ == "Tensor":
        return (thing.shape, thing.tolist())
    return pickle.dumps(copy.deepcopy(thing))


@pytest.fixture(scope="module")
def libraries() -> dict[str, Any]:
    for name in ("numpy", "pandas", "torch", "sklearn"):
        pytest.importorskip(name)
    names: dict[str, Any] = {}
    exec(IMPORTS, names)
    return names


@pytest.mark.parametrize(("made", "call"), CALLS, ids=[f"{made}.{call}" for made, call in CALLS])
def test_the_library_does_what_the_file_says(made: str, call: str, libraries: dict[str, Any]) -> None:
    thing = eval(made, libraries)
    before = _state(thing)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        eval(f"thing.{call}", {**libraries, "thing": thing})
    really_changed = _state(thing) != before
    said = "x" in facts_of(f"{IMPORTS}x = {made}\nx.{call}").mutations
    assert said == really_changed


OTHERS = [
    ("matplotlib.pyplot", "plt.figure()", "suptitle('a')"),
    ("matplotlib.pyplot", "plt.figure()", "get_axes()"),
    ("matplotlib.pyplot", "plt.figure().gca()", "set_title('a')"),
    ("scipy.stats", "stats.gaussian_kde([1.0, 2.0, 4.0])", "evaluate([1.0])"),
    ("scipy.sparse", "sparse.csr_matrix([[0.0, 1.0]])", "toarray()"),
    ("xgboost", "xgboost.XGBRegressor(n_estimators=1)", "fit(X, y)"),
    ("xgboost", "xgboost.XGBRegressor(n_estimators=1)", "set_params(max_depth=2)"),
    ("xgboost", "xgboost.XGBRegressor(n_estimators=1).fit(X, y)", "predict(X)"),
    ("lightgbm", "lightgbm.LGBMRegressor(n_estimators=1, verbose=-1)", "fit(X, y)"),
    ("lightgbm", "lightgbm.LGBMRegressor(n_estimators=1, verbose=-1)", "set_params(num_leaves=3)"),
    ("lightgbm", "lightgbm.LGBMRegressor(n_estimators=1, verbose=-1)", "get_params()"),
    ("catboost", "catboost.CatBoostRegressor(iterations=1, verbose=0, allow_writing_files=False)", "fit(X, y)"),
    ("catboost", "catboost.CatBoostRegressor(iterations=1, verbose=0)", "set_params(depth=2)"),
    ("catboost", "catboost.CatBoostRegressor(iterations=1, verbose=0)", "get_params()"),
    ("statsmodels.api", "sm.OLS(y, X).fit()", "predict(X)"),
    ("statsmodels.api", "sm.OLS(y, X).fit()", "summary()"),
    ("nltk", "nltk.FreqDist('aab')", "most_common(1)"),
    ("nltk", "nltk.FreqDist('aab')", "update('b')"),
    ("nltk.stem", "stem.PorterStemmer()", "stem('running')"),
]
"""Module, object, call: what libraries do that need not be installed."""
SHORT = {"matplotlib.pyplot": "plt", "statsmodels.api": "sm"}


def _content(thing: Any) -> object:
    """Return what can be compared of an object that may not be pickled."""
    if hasattr(thing, "get_children"):  # of matplotlib
        texts = sorted(child.get_text() for child in thing.get_children() if hasattr(child, "get_text"))
        return (texts, len(thing.get_children()))
    fitted = thing.is_fitted() if hasattr(thing, "is_fitted") else hasattr(thing, "n_features_in_")
    if hasattr(thing, "get_params"):
        return (fitted, repr(thing.get_params()))
    return (
        repr({name: value for name, value in vars(thing).items() if name != "_cache"})
        + repr(thing)[:500].split(" at ")[0]
    )


@pytest.mark.parametrize(("module", "made", "call"), OTHERS, ids=[f"{made}.{call}" for _, made, call in OTHERS])
def test_another_library_does_what_the_file_says(module: str, made: str, call: str) -> None:
    np = pytest.importorskip("numpy")
    short = SHORT.get(module, module.rpartition(".")[2])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        library = pytest.importorskip(module)
        if short == "plt":
            library.switch_backend("agg")
        rows = np.array([[float(i), i % 3] for i in range(8)])
        names = {short: library, "X": rows, "y": rows[:, 0] * 2}
        thing = eval(made, names)
        before = _content(thing)
        eval(f"thing.{call}", {**names, "thing": thing})
        if short == "plt":
            library.close("all")
    source = f"import {module} as {short}\nX, y = load()\nx = {made}\nx.{call}"
    assert ("x" in facts_of(source).mutations) == (_content(thing) != before)
