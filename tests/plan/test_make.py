"""Whole plans of small notebooks: which statement goes where, and what travels with the model."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nb2prod.errors import UnusableInput
from nb2prod.plan.make import capture_request
from nb2prod.plan.model import ProjectPlan
from nb2prod.plan.partition import Slice
from tests.making import Cells
from tests.plan import planning
from tests.plan.planning import module, plan_of, request_of

ROOT = Path(__file__).parents[2]
IMPORTS = "import pandas as pd\nfrom sklearn.svm import SVC\nfrom sklearn.metrics import f1_score"
START: Cells = [(None, IMPORTS), ("data", "df = pd.DataFrame({'a': [1.0, 2.0]})\ny = [0, 1]")]
VALUES = {"df": "DataFrame", "model": "SVC", "y": "list"}
FIT = ("training", "model = SVC()\nmodel.fit(df[['a']], y)")


def test_a_rewritten_request_leaves_the_table_behind(tmp_path: Path) -> None:
    plan = plan_of(tmp_path, [*START, FIT, ("inference", "p = model.predict(df[['a']])")], VALUES)
    assert [artifact.name for artifact in plan.artifacts] == ["model"]
    assert "def predict(records: pd.DataFrame, *, model: SVC)" in module(plan, "inference")


def test_a_table_that_the_answers_are_put_into_is_left_behind(tmp_path: Path) -> None:
    asking = "out = pd.DataFrame({'Id': df.index})\nout['y'] = model.predict(df[['a']])\nout.to_csv('o.csv')"
    plan = plan_of(tmp_path, [*START, FIT, ("inference", asking)], {**VALUES, "out": "DataFrame"})
    assert [artifact.name for artifact in plan.artifacts] == ["model"]
    assert "def predict(records: pd.DataFrame, *, model: SVC)" in module(plan, "inference")


def test_a_client_may_send_whole_rows_of_the_data(tmp_path: Path) -> None:
    cells = [*START, FIT, ("inference", "p = model.predict(df[['a']])")]
    columns = {"df": ("id", "a", "paid"), "other": ("b", "c")}
    plan = plan_of(tmp_path, cells, {**VALUES, "other": "DataFrame"}, columns=columns)
    request = json.loads(plan.files["src/shop/schema.json"])["request"]
    assert request["ignored"] == ["id", "paid"]
    assert "are ignored: `id`, `paid`." in plan.context["readme_input"]


def test_a_text_is_the_docstring_where_it_speaks_of_all(tmp_path: Path) -> None:
    one = [("markdown", "# Shop\n\nOur shop."), *START, ("markdown", "Fit a good model."), FIT]
    asking = ("inference", "p = model.predict(df[['a']])")
    assert '"""Fit a good model."""' in module(plan_of(tmp_path, [*one, asking], VALUES), "training")
    two = [*one, ("markdown", "Another strength."), ("training", "model.C = 2"), asking]
    plan = plan_of(tmp_path, two, VALUES)
    training, data = module(plan, "training"), module(plan, "data")
    assert '"""Train the model."""' in training
    assert "# Fit a good model." in training and "# Another strength." in training
    assert '"""Load the data and prepare it."""' in data and "Our shop" not in data


def test_numbers_inside_a_result_are_had_by_their_expressions(tmp_path: Path) -> None:
    evaluation = ("evaluation", "results = {'SVC': {'f1': f1_score(y, model.predict(df[['a']]))}}")
    cells = [*START, FIT, ("inference", "p = model.predict(df[['a']])"), evaluation]
    metrics, texts = {"results.SVC.f1": 1.0}, {"results.SVC.f1": "results['SVC']['f1']"}
    plan = plan_of(tmp_path, cells, VALUES, metrics, metric_texts=texts)
    assert "return {'SVC.f1': float(results['SVC']['f1'])}" in module(plan, "evaluation")


def test_evaluation_of_the_answers_keeps_its_own_call(tmp_path: Path) -> None:
    cells = [*START, FIT, ("inference", "p = model.predict(df[['a']])"), ("evaluation", "f1 = f1_score(y, p)")]
    plan = plan_of(tmp_path, cells, VALUES, {"f1": 1.0})
    assert 'p = model.predict(df[["a"]])'.replace('"', "'") in module(plan, "evaluation")
    assert "model.predict(records)" in module(plan, "inference")


def test_a_fit_in_the_inference_section_is_training(tmp_path: Path) -> None:
    cells = [*START, ("training", "model = SVC()"), ("inference", "model.fit(df[['a']], y)\nmodel.predict(df[['a']])")]
    plan = plan_of(tmp_path, cells, VALUES)
    assert "model.fit(" in module(plan, "training")
    assert "fit" not in module(plan, "inference")


def test_a_constant_of_the_section_is_written_once(tmp_path: Path) -> None:
    section = "LIMIT = 3\nsample = df.head()\np = model.predict(sample) > LIMIT"
    plan = plan_of(tmp_path, [*START, FIT, ("inference", section)], VALUES)
    assert module(plan, "inference").count("LIMIT = 3") == 1


def test_a_name_changed_later_is_taken_as_it_was(tmp_path: Path) -> None:
    cells = [*START, FIT, (None, "df = df.head(1)"), ("inference", "s = pd.DataFrame({'a': [1]})\nmodel.predict(s)")]
    assert "head" not in module(plan_of(tmp_path, cells, VALUES), "data")


@pytest.mark.parametrize("trained", ["net = train(net, t)", "net, history = train(net, t)"])
def test_what_trains_a_network_and_gives_it_back_does_not_make_it(tmp_path: Path, trained: str) -> None:
    given = "net.eval(), [1]" if "history" in trained else "net"
    train = f"def train(net, rows):\n    net.weight.data += rows.sum()\n    return {given}"
    cells: Cells = [
        (None, f"import torch\nfrom torch import nn\n{train}"),
        ("data", "t = torch.rand(3, 2)"),
        ("training", f"net = nn.Linear(2, 1)\n{trained}"),
        ("inference", "p = net(t[:1])"),
    ]
    inference = module(plan_of(tmp_path, cells, {"net": "Linear", "t": "DataFrame"}), "inference")
    assert "    net = nn.Linear(2, 1)\n    return net" in inference
    assert "train(" not in inference


@pytest.mark.parametrize(
    "trained",
    [
        pytest.param("net = fit(t)", id="in a function"),
        pytest.param("for fold in range(3):\n    net = nn.Linear(2, 1)\n    net(t).sum().backward()", id="in a loop"),
    ],
)
def test_a_network_that_is_made_amid_its_training_is_saved_whole(tmp_path: Path, trained: str) -> None:
    """Else the service would train it again to have one that its state fits in."""
    fit = "def fit(rows):\n    net = nn.Linear(rows.shape[1], 1)\n    net(rows).sum().backward()\n    return net"
    cells: Cells = [
        (None, f"import torch\nfrom torch import nn\n{fit}"),
        ("data", "t = torch.rand(3, 2)"),
        ("training", trained),
        ("inference", "p = net(t[:1])"),
    ]
    plan = plan_of(tmp_path, cells, {"net": "Linear"})
    assert [(each.name, each.kind, each.build) for each in plan.artifacts] == [("net", "torch_whole", "")]
    assert "backward" not in module(plan, "inference")


def test_a_default_that_travels_with_the_model_is_no_second_parameter(tmp_path: Path) -> None:
    """``def similar(title, table=table)``, as recommenders have it, and a default under another name."""
    section = "def similar(row, df=df, other=y):\n    return df.loc[row].sum() + len(other)\n\np = similar(0)"
    inference = module(plan_of(tmp_path, [*START, ("inference", section)], VALUES), "inference")
    assert "*, df: pd.DataFrame, y: list[Any]) -> " in inference
    assert "    other = y\n" in inference


@pytest.mark.parametrize("kind", ["CatBoostClassifier", "dict"])
def test_skops_takes_more_than_scikit_learn(kind: str, tmp_path: Path) -> None:
    cells = [*START, ("training", "model = make(df, y)"), ("inference", "p = model.predict(df[['a']])")]
    assert plan_of(tmp_path, cells, {**VALUES, "model": kind}).artifacts[0].kind == "sklearn"


def test_an_object_of_a_class_of_the_notebook_is_saved_by_its_attributes(tmp_path: Path) -> None:
    own = "class Own:\n    def fit(self, X, y):\n        self.w = 1\n        return self\n\n"
    own += "    def predict(self, X):\n        return X.a"
    cells = [*START, (None, own), ("training", "model = Own().fit(df, y)"), ("inference", "p = model.predict(df)")]
    plan = plan_of(tmp_path, cells, {**VALUES, "model": "Own"})
    assert plan.artifacts[0].kind == "sklearn"
    assert "class Own:" in module(plan, "definitions")


def test_a_lambda_with_a_name_is_code(tmp_path: Path) -> None:
    cells = [*START, ("training", "double = lambda v: v * 2\nmodel = SVC().fit(df, y)")]
    plan = plan_of(tmp_path, [*cells, ("inference", "p = double(model.predict(df[['a']]))")], VALUES)
    assert [artifact.name for artifact in plan.artifacts] == ["model"]
    assert "double = lambda v: v * 2" in module(plan, "inference")


def test_what_no_format_takes_is_refused(tmp_path: Path) -> None:
    cells = [*START, ("training", "model = make(df, y)"), ("inference", "p = model.predict(df)")]
    with pytest.raises(UnusableInput, match="no safe file format takes"):
        plan_of(tmp_path, cells, {**VALUES, "model": "Thread"})


def test_a_lambda_inside_a_model_is_refused_by_name(tmp_path: Path) -> None:
    training = "model = Pipeline([('log', FunctionTransformer(lambda v: v)), ('svc', SVC())]).fit(df, y)"
    with pytest.raises(UnusableInput, match=r"holds a lambda, given to `FunctionTransformer`"):
        plan_of(tmp_path, [*START, ("training", training), ("inference", "p = model.predict(df)")], VALUES)


def test_a_function_that_a_later_cell_completes_is_planned(tmp_path: Path) -> None:
    prepare = "def prepare(t):\n    return t[columns] if 'columns' in globals() else t"
    cells = [*START, (None, prepare), ("data", "ready = prepare(df)\ncolumns = list(ready)"), FIT]
    plan_of(tmp_path, [*cells, ("inference", "p = model.predict(prepare(df))")], {**VALUES, "columns": "list"})


def test_modules_beside_the_notebook_come_along(tmp_path: Path) -> None:
    (tmp_path / "data.py").write_text("import tools.text\nSIZE = tools.text.SIZE\n")
    (tmp_path / "unused.py").write_text("")
    (tmp_path / "tools").mkdir()
    (tmp_path / "tools" / "__init__.py").write_text("")
    (tmp_path / "tools" / "text.py").write_text("from tools import other\nSIZE = 3\n")
    (tmp_path / "tools" / "other.py").write_text("")
    cells = [
        (None, "import data as d\nimport unused"),
        *START,
        FIT,
        ("inference", "p = model.predict(df[['a']]) + d.SIZE"),
    ]
    plan = plan_of(tmp_path, cells, VALUES)
    assert "from shop import notebook_data as d" in module(plan, "inference")
    assert module(plan, "notebook_data").startswith("from shop import tools")
    assert module(plan, "tools/text").startswith("from shop.tools import other")
    assert "src/shop/unused.py" not in plan.files


def test_a_plot_in_the_fit_is_left_behind(tmp_path: Path) -> None:
    cells = [*START, ("training", "model = SVC()\nmodel.fit(df, y, plot=True)"), ("inference", "p = model.predict(df)")]
    assert "plot=False" in module(plan_of(tmp_path, cells, VALUES), "training")


STATEMENTS = ["a = df.copy()", "a['c'] = 1", "b = [1]", "b.append(len(y))", "y = list(y)", "df['d'] = len(b)",
              "y.append(0)", "c = b", "c.append(7)"]  # fmt: skip
TAGS = ["data", "training", "evaluation", None]
OWN = """class Own:
    def fit(self, *given):
        self.seen = repr(given)
        return self

    def predict(self, rows):
        return rows"""


@settings(max_examples=60, deadline=None)
@given(
    extra=st.lists(st.tuples(st.sampled_from(TAGS), st.sampled_from(STATEMENTS)), max_size=7),
    slice_=st.sampled_from(list(Slice)),
)
def test_the_functions_fit_what_the_notebook_fits(extra: list[tuple[str | None, str]], slice_: Slice) -> None:
    """Whatever the tags say, the functions one after the other give the model what the notebook gave it."""
    cells = [
        (None, f"import pandas as pd\n{OWN}"),
        ("data", "df = pd.DataFrame({'a': [1.0, 2.0]})\ny = [0, 1]\na = df\nb = []\nc = []"),
        *extra,
        ("training", "model = Own().fit(a, y, len(b), c)"),
        ("inference", "s = pd.DataFrame({'a': [1]})\np = model.predict(s)"),
    ]
    values = {"df": "DataFrame", "y": "list", "model": "Own", "a": "DataFrame", "b": "list", "c": "list"}
    with TemporaryDirectory() as folder:
        plan = plan_of(Path(folder), cells, values, slice_=slice_)
    notebook: dict[str, Any] = {}
    exec("\n".join(code for _, code in cells), notebook)
    assert _trained(plan).seen == notebook["model"].seen


def _trained(plan: ProjectPlan) -> Any:
    """Return the model that the plan's functions train, run in one namespace one after the other."""
    package: dict[str, Any] = {"Parameters": object}
    for name in ("definitions", "data", "training", "pipeline"):
        if f"src/shop/{name}.py" in plan.files:
            lines = module(plan, name).split("\n")
            exec("\n".join(line for line in lines if not line.startswith("from shop")), package)
    return package["run"](None)[0]["model"]


def test_an_alias_that_is_changed_under_another_name_is_handed_over(tmp_path: Path) -> None:
    cells = [
        *START,
        ("data", "b = []\nc = b\nc.append(7)"),
        ("training", "b.append(len(y))\nmodel = SVC().fit(df, y, c)"),
        ("inference", "s = pd.DataFrame({'a': [1]})\np = model.predict(s)"),
    ]
    text = module(plan_of(tmp_path, cells, {**VALUES, "b": "list", "c": "list"}), "training")
    assert "c: list[Any]" in text.split("->")[0]


def test_what_one_statement_names_is_handed_on_in_its_order(tmp_path: Path) -> None:
    cells = [*START, ("data", "X_train, X_test, y_train, y_test = split(df, y)")]
    cells += [("training", "model = SVC().fit(X_train, y_train, X_test, y_test)"), ("inference", "model.predict(df)")]
    signature = module(plan_of(tmp_path, cells, VALUES), "training").split("def train(")[1].split(")")[0]
    assert [part.split(":")[0].strip() for part in signature.split(",")] == ["X_train", "X_test", "y_train", "y_test"]


HASHED = """
import json, sys
from dataclasses import replace
from pathlib import Path
from tests.plan import planning
from tests.plan.planning import plan_of
from tests.plan.test_make import FIT, START, VALUES
cells = [*START, ("data", "b, c, d, e = [1], [2], [3], [4]"), FIT]
cells += [("inference", "s = df.head()\\np = model.predict(s) + len(b) + len(c) + len(d) + len(e)")]
plan = plan_of(Path(sys.argv[1]), cells, {**VALUES, **dict.fromkeys("bcde", "list")})
print(json.dumps([plan.files, plan.context, plan.templates, plan.requirements]))
"""


def test_a_plan_does_not_depend_on_the_order_of_sets(tmp_path: Path) -> None:
    def planned(seed: str) -> str:
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        command = [sys.executable, "-c", HASHED, str(tmp_path)]
        return subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, check=True).stdout

    assert planned("1") == planned("2") == planned("77")


def test_evaluation_returns_what_it_only_shows(tmp_path: Path) -> None:
    shown = "p = model.predict(df[['a']])\nprint('F1', f1_score(y, p))\nprint(p, rate)"
    cells = [*START, FIT, ("training", "rate = model.C + 0.5"), ("evaluation", shown)]
    cells += [("inference", "sample = df[['a']]\nanswer = model.predict(sample)")]
    plan = plan_of(tmp_path, cells, VALUES, {"f1": 1.0, "rate": 1.0})
    text = module(plan, "evaluation")
    assert "f1 = f1_score(y, p)" in text and "print" not in text
    assert "return {'f1': float(f1), 'rate': float(rate)}" in text
    assert "rate" in plan.sections["evaluation"].inputs


def test_a_name_with_one_type_in_all_its_definitions_is_annotated(tmp_path: Path) -> None:
    cells = [
        *START,
        ("data", "df = df.dropna()"),
        FIT,
        ("inference", "sample = df[['a']]\nanswer = model.predict(sample)"),
    ]
    assert "df: pd.DataFrame" in module(plan_of(tmp_path, cells, VALUES), "training")


def test_a_table_that_the_answer_is_stored_in_is_taken_before_that(tmp_path: Path) -> None:
    cells: Cells = [*START, FIT, ("inference", "df['p'] = model.predict(df[['a']])\ndf['p']")]
    wanted = capture_request(request_of(tmp_path, cells)).inference
    assert wanted is not None
    (moment,) = wanted.moments
    assert wanted.before == {"df": moment.name}
    assert (moment.statement, moment.after, moment.expression) == ("df['p'] = model.predict(df[['a']])", False, "df")


def test_answers_that_depend_on_the_day_are_told(tmp_path: Path) -> None:
    section = "from datetime import datetime\np = model.predict(df[['a']]) + datetime.now().year"
    plan = plan_of(tmp_path, [*START, FIT, ("inference", section)], VALUES)
    assert any("`datetime.now()` is read for each request" in warning for warning in plan.warnings)


def test_what_the_last_turn_of_a_search_leaves_is_no_metric(tmp_path: Path) -> None:
    loop = "best, best_t = 0, 0.5\nfor t in [0.2, 0.4]:\n    f = f1_score(y, model.predict(df) > t)\n"
    loop += "    if f > best:\n        best, best_t = f, t"
    cells: Cells = [*START, FIT, ("evaluation", loop), ("inference", "p = model.predict(df[['a']])")]
    assert set(capture_request(request_of(tmp_path, cells)).metrics) == {"best", "best_t"}


def test_no_repository_is_planned_that_lacks_the_notebook(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cells = [*START, FIT, ("inference", "sample = df[['a']]\nanswer = model.predict(sample)")]
    looked_at = replace(planning.request_of(tmp_path, cells), copy=None)
    monkeypatch.setattr(planning, "request_of", lambda *_: looked_at)
    with pytest.raises(ValueError, match="carries the notebook along"):
        plan_of(tmp_path, cells, VALUES)
