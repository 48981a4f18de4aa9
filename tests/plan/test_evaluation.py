"""Numbers that say how good the model is, wherever the notebook computes them."""

from __future__ import annotations

from pathlib import Path

import pytest

from nb2prod.plan.partition import Slice
from tests.making import Cells
from tests.plan.planning import module, plan_of

IMPORTS = "import pandas as pd\nfrom sklearn.svm import SVC\nfrom sklearn.metrics import f1_score"
START: Cells = [(None, IMPORTS), ("data", "df = pd.DataFrame({'a': [1.0, 2.0]})\ny = [0, 1]")]
VALUES = {"df": "DataFrame", "model": "SVC", "y": "list", "p": "ndarray"}
FIT = "model = SVC()\nmodel.fit(df[['a']], y)"
ASKING = ("inference", "sample = df[['a']]\nprediction = model.predict(sample)")
TAGGED = "cell [3], tagged training, went into evaluation: it"


def test_a_score_in_the_training_cell_is_evaluation(tmp_path: Path) -> None:
    plan = plan_of(
        tmp_path, [*START, ("training", f"{FIT}\nf1 = model.score(df[['a']], y)"), ASKING], VALUES, {"f1": 1}
    )
    assert "    f1 = model.score(df[['a']], y)\n    return {'f1': float(f1)}" in module(plan, "evaluation")
    assert "score" not in module(plan, "training")
    assert [f"cell [{c.cell + 1}], {c.why}" for c in plan.came_along] == [f"{TAGGED} judges the model"]
    said = "`f1` is measured on the rows that `model` was trained on, `df[['a']]`, and not on others"
    assert plan.warnings == (said,)
    assert f"Measure the model. {said}." in " ".join(module(plan, "evaluation").split())


def test_the_text_above_a_cell_that_trains_is_not_said_of_evaluation(tmp_path: Path) -> None:
    cells = [
        *START,
        ("markdown", "A wide margin is fitted."),
        ("training", f"{FIT}\nf1 = model.score(df[['a']], y)"),
        ASKING,
    ]
    plan = plan_of(tmp_path, cells, VALUES, {"f1": 1})
    assert "A wide margin is fitted." in module(plan, "training")
    assert "margin" not in module(plan, "evaluation")


def test_answers_that_are_only_measured_go_with_what_measures_them(tmp_path: Path) -> None:
    training = f"{FIT}\np = model.predict(df[['a']])\nprint('f1', f1_score(y, p))"
    plan = plan_of(tmp_path, [*START, ("training", training), ASKING], VALUES, {"f1": 1})
    lines = "    p = model.predict(df[['a']])\n    f1 = f1_score(y, p)\n    return {'f1': float(f1)}"
    assert lines in module(plan, "evaluation")
    assert "predict" not in module(plan, "training")
    assert [f"cell [{c.cell + 1}], {c.why}" for c in plan.came_along] == [
        f"{TAGGED} defines or changes `p` and judges the model"
    ]


def test_a_number_that_training_needs_is_handed_to_evaluation(tmp_path: Path) -> None:
    training = f"{FIT}\nf1 = model.score(df[['a']], y)\nif f1 < 0.5:\n    model.fit(df[['a']], y[::-1])"
    plan = plan_of(tmp_path, [*START, ("training", training), ASKING], VALUES, {"f1": 1})
    assert "return TrainingResult(model=model, f1=f1)" in module(plan, "training")
    assert "def evaluate(f1: Any) -> dict[str, float]:" in module(plan, "evaluation")
    assert "metrics = evaluate(training.f1)" in module(plan, "pipeline")


def test_what_the_loop_that_trains_measured_last_is_kept_where_nothing_else_is(tmp_path: Path) -> None:
    loop = "for c in (1, 2):\n    model = SVC(C=c).fit(df[['a']], y)\n    f1 = model.score(df[['a']], y)"
    plan = plan_of(tmp_path, [*START, ("training", loop), ASKING], VALUES, {"f1": 1})
    assert "def evaluate(f1: Any) -> dict[str, float]:" in module(plan, "evaluation")
    assert plan.sections["evaluation"].cells == (2,)
    assert plan.came_along == () and plan.warnings == ()


def test_the_conservative_slice_leaves_it_where_it_stands(tmp_path: Path) -> None:
    training = ("training", f"{FIT}\nf1 = model.score(df[['a']], y)")
    plan = plan_of(tmp_path, [*START, training, ASKING], VALUES, {"f1": 1}, Slice.CONSERVATIVE)
    assert "f1 = model.score" in module(plan, "training")
    assert "return {'f1': float(f1)}" in module(plan, "evaluation")


@pytest.mark.parametrize(
    ("cells", "says"),
    [
        pytest.param(
            [("training", "for c in (1, 2):\n    model = SVC(C=c).fit(df[['a']], y)\n    model.score(df[['a']], y)")],
            "cell [3], line 1 measures `model` by `score` in the same statement that trains",
            id="in the loop that trains",
        ),
        pytest.param(
            [("training", f"{FIT}\nf1_score(y, model.predict(df[['a']]), average=None)")],
            "cell [3], line 3 measures `model` by `f1_score` and shows no number that could be kept",
            id="the run showed no number",
        ),
        pytest.param(
            [("training", f"{FIT}\ndef report(m):\n    print(f1_score(y, m.predict(df[['a']])))\nreport(model)")],
            "cell [3], line 5 measures `model` by `f1_score` inside `report`, which returns no number that could "
            "be kept",
            id="a function prints it",
        ),
        pytest.param(
            [("training", FIT), ("evaluation", "print(repr(model))")],
            "cell [4], tagged `evaluation`, shows no number that could be kept",
            id="the evaluation section shows none",
        ),
    ],
)
def test_numbers_that_are_lost_are_told_of(tmp_path: Path, cells: Cells, says: str) -> None:
    plan = plan_of(tmp_path, [*START, *cells, ASKING], VALUES)
    (warning,) = plan.warnings
    assert warning.startswith(f"nothing in the repository measures how good the model is: {says}. Measure it in a cell")
    assert plan.context["notes"] == [warning]
    assert plan.context["evaluates"] is False
    assert "load, train, save" in module(plan, "pipeline")


def test_a_notebook_that_measures_nothing_is_not_told_to(tmp_path: Path) -> None:
    plan = plan_of(tmp_path, [*START, ("training", FIT), ASKING], VALUES)
    assert plan.warnings == ()
    assert plan.context["evaluates"] is False


NETWORK: Cells = [
    (None, "import torch\nfrom torch import nn"),
    ("data", "x = torch.ones(8, 2)\ny = torch.ones(8, 1)"),
    (
        "training",
        "model = nn.Linear(2, 1)\noptimizer = torch.optim.SGD(model.parameters())\nfor _ in range(3):\n"
        "    loss = ((model(x) - y) ** 2).mean()\n    loss.backward()\n    optimizer.step()",
    ),
]
TENSORS = {"x": "Tensor", "y": "Tensor", "model": "Linear"}
ERROR = "model.eval()\nwith torch.no_grad():\n    error = (model(x) - y).abs().mean()"


def test_a_switch_of_mode_is_no_training(tmp_path: Path) -> None:
    cells = [*NETWORK, ("evaluation", ERROR), ("inference", "sample = x[:2]\nprediction = model(sample)")]
    plan = plan_of(tmp_path, cells, TENSORS, {"error": 0.5}, modes={"model": "eval"})
    assert plan.came_along == ()
    assert ".eval()" not in module(plan, "training")
    assert "    model.eval()\n    with torch.no_grad():" in module(plan, "evaluation")
    assert "'model': model.eval()," in module(plan, "pipeline")


def test_a_switch_for_evaluation_behind_inference_does_not_reach_the_service(tmp_path: Path) -> None:
    cells = [*NETWORK, ("inference", "sample = x[:2]\nprediction = model(sample)"), ("evaluation", ERROR)]
    plan = plan_of(tmp_path, cells, TENSORS, {"error": 0.5}, modes={"model": "train"})
    assert "'model': model.train()," in module(plan, "pipeline")


def test_a_function_that_switches_the_mode_stays_where_it_is_used(tmp_path: Path) -> None:
    asking = (
        "def ask(rows):\n    model.eval()\n    return model(rows)\nask(x)\nsample = x[:2]\nprediction = ask(sample)"
    )
    plan = plan_of(tmp_path, [*NETWORK, ("inference", asking)], TENSORS, modes={"model": "eval"})
    assert plan.came_along == ()
    assert "ask" not in module(plan, "training")


def test_a_mode_that_later_training_depends_on_stays(tmp_path: Path) -> None:
    later = "with torch.no_grad():\n    shift = model(x).mean()"
    asking = ("inference", "sample = x[:2]\nprediction = model(sample) - shift")
    cells = [*NETWORK, ("evaluation", ERROR), ("training", later), asking]
    plan = plan_of(tmp_path, cells, {**TENSORS, "shift": "Tensor"}, {"error": 0.5}, modes={"model": "eval"})
    assert "    model.eval()\n" in module(plan, "training")


def test_answers_that_depend_on_the_day_are_told_of(tmp_path: Path) -> None:
    ask = "sample = df[['a']]\nprediction = model.predict(sample + pd.Timestamp.now().year)"
    plan = plan_of(tmp_path, [*START, ("training", FIT), ("inference", ask)], VALUES)
    (note,) = plan.warnings
    assert note.startswith("answers depend on the day: `pd.Timestamp.now()` is read for each request")
    assert plan.context["notes"] == [note]
