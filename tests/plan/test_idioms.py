"""Idioms of other people's notebooks, as far as planning decides about them."""

from __future__ import annotations

from pathlib import Path

import pytest

from nb2prod.errors import UnusableInput
from nb2prod.plan.requirements import known_roots
from tests.making import Cells
from tests.plan.planning import INSTALLED, module, plan_of, request_of
from tests.plan.test_make import FIT, START, VALUES

ASK = ("inference", "p = model.predict(df[['a']])")


def test_variables_for_libraries_are_set_before_anything_is_imported(tmp_path: Path) -> None:
    setting = "import os\nos.environ['KERAS_BACKEND'] = 'torch'\nos.environ['API_KEY'] = 'secret'"
    plan = plan_of(tmp_path, [(None, setting), *START, FIT, ASK], VALUES)
    assert "os.environ.setdefault('KERAS_BACKEND', 'torch')" in module(plan, "__init__")
    assert not [text for path, text in plan.files.items() if "secret" in text and path.endswith(".py")]


def test_what_a_query_or_a_formula_names_is_needed(tmp_path: Path) -> None:
    data = "limit = float(len(y))\ndf = df.query('a < @limit')\nr = smf.ols('a ~ np.abs(a)', df)"
    cells: Cells = [
        (None, "import numpy as np\nimport pandas.formula as smf"),
        *START,
        ("data", data),
        ("training", "model = SVC()\nmodel.fit(df[['a']], r)"),
        ASK,
    ]
    text = module(plan_of(tmp_path, cells, VALUES), "data")
    assert "limit = float(len(y))" in text
    assert "import numpy as np  # noqa: F401" in text


def test_a_function_that_a_tool_holds_may_not_read_variables(tmp_path: Path) -> None:
    cells: Cells = [
        *START,
        ("data", "limit = df.a.max()\ndef cut(values):\n    return values.clip(upper=limit)"),
        ("training", "model = SVC(kernel=cut)\nmodel.fit(df[['a']], y)"),
        ASK,
    ]
    with pytest.raises(UnusableInput) as refused:
        plan_of(tmp_path, cells, VALUES)
    (problem,) = refused.value.problems
    assert "`cut`" in problem.what and "`limit`" in problem.what and "kw_args" in problem.remedy


def test_modules_that_the_code_only_tries_to_import_need_not_be_there() -> None:
    text = "import pandas\ntry:\n    import google.colab\nexcept ImportError:\n    pass\nif x:\n    import catboost\n"
    assert known_roots([text], INSTALLED) == {"pandas", "catboost"}
    assert known_roots(["import missing"], INSTALLED) == {"missing"}


OLD = "class Own:\n    def fit(self, X):\n        return self\n\n    def predict(self, X):\n        return X"
NEW = OLD.replace("return X", "return X * scale(X)")


def test_a_class_that_is_defined_again_stands_as_the_notebook_goes_on_with_it(tmp_path: Path) -> None:
    cells: Cells = [
        (None, "import pandas as pd\nX = pd.read_csv('a.csv')\ndef scale(x):\n    return 1"),
        (None, OLD),
        (None, "first = Own().fit(X)\nfirst.predict(X)"),
        (None, "def scale(x):\n    return 2"),
        (None, NEW),
        ("training", "own = Own().fit(X)"),
        ("inference", "answer = own.predict(X)"),
    ]
    graph = request_of(tmp_path, cells).graph
    assert {graph.flow.statements[i].cell for i in graph.lifted} == {3, 4}
    both: Cells = [*cells, ("evaluation", "gain = float((first.predict(X) - own.predict(X)).sum())")]
    graph = request_of(tmp_path, both).graph
    assert {graph.flow.statements[i].cell for i in graph.lifted} == {3}


def test_what_makes_a_class_importable_comes_with_it(tmp_path: Path) -> None:
    cells: Cells = [
        *START,
        (
            None,
            "from sklearn.experimental import enable_iterative_imputer\nfrom sklearn.impute import IterativeImputer",
        ),
        ("training", "filled = IterativeImputer().fit_transform(df[['a']])\nmodel = SVC()\nmodel.fit(filled, y)"),
        ASK,
    ]
    plan = plan_of(tmp_path, cells, VALUES)
    assert "from sklearn.experimental import enable_iterative_imputer  # noqa: F401" in module(plan, "training")
    assert "experimental" not in module(plan, "inference") + module(plan, "data")


def test_a_table_called_train_does_not_hide_the_function(tmp_path: Path) -> None:
    cells: Cells = [
        (None, "import pandas as pd\nfrom sklearn.svm import SVC"),
        ("data", "train = pd.read_csv('a.csv')"),
        ("training", "model = SVC()\nmodel.fit(train[['a']], train['y'])"),
        ("inference", "p = model.predict(train[['a']])"),
    ]
    text = module(plan_of(tmp_path, cells, {**VALUES, "train": "DataFrame"}), "pipeline")
    assert "    data = load_data()\n    model = train(data)" in text
