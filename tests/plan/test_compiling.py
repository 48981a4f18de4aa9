"""Whether a compiled way to an answer is worth trying, and what that takes, is decided by what the run saw."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from nb2prod.plan.compiling import compiling, estimator_kinds, known_estimators, without_compiled
from nb2prod.plan.model import ArtifactPlan, ProjectPlan
from nb2prod.render.templates import render_templates

TEMPLATES = Path(__file__).parents[2] / "templates"
TABLE = {"kind": "table", "container": "pandas.DataFrame"}
TEXT = {"kind": "text", "container": "list"}
MODEL = ArtifactPlan("model", "sklearn", "model.skops", "sklearn.pipeline.Pipeline")
THRESHOLD = ArtifactPlan("threshold", "json", "threshold.json", "builtins.float")
NET = ArtifactPlan("net", "torch", "net.safetensors", "__main__.Net")


@pytest.mark.parametrize(
    ("artifacts", "schema", "training", "requires"),
    [
        pytest.param([MODEL, THRESHOLD], TABLE, "LogisticRegression()", set(), id="a linear model on a table"),
        pytest.param([MODEL], TEXT, "make_pipeline(TfidfVectorizer(), LinearSVC())", set(), id="texts"),
        pytest.param([MODEL], TABLE, "RandomForestClassifier()", {"onnx", "onnxruntime"}, id="a forest"),
        pytest.param([MODEL], TABLE, "lgb.LGBMClassifier()", {"onnx", "onnxruntime"}, id="LightGBM's trees"),
        pytest.param([THRESHOLD], TABLE, "", set(), id="plain values on a table"),
        pytest.param([THRESHOLD], TABLE, "RandomForestClassifier()", set(), id="a forest that is not served"),
    ],
)
def test_what_is_tried(artifacts: list[ArtifactPlan], schema: Any, training: str, requires: set[str]) -> None:
    found = compiling(TEMPLATES, artifacts, schema, [training])
    assert not found.why_not
    assert {requirement.partition(">=")[0] for requirement in found.requirements} == requires


@pytest.mark.parametrize(
    ("code", "kinds"),
    [
        pytest.param("make_pipeline(TfidfVectorizer(), LinearSVC())", "linear_classifiers pipeline text", id="texts"),
        pytest.param(
            "import sklearn.ensemble as e\ne.HistGradientBoostingRegressor()", "hist_gradient_boosting", id="one"
        ),
        pytest.param("from xgboost import XGBClassifier as X", "xgboost_trees", id="by another name"),
        pytest.param("xgboost.Booster", "xgboost_booster", id="the type of an artifact"),
    ],
)
def test_only_kinds_that_the_code_names_go_along(code: str, kinds: str) -> None:
    assert [each.name for each in estimator_kinds(TEMPLATES, [code])] == kinds.split()


@pytest.mark.parametrize("code", ["joblib.load('model.joblib')", "model: Pipeline = joblib.load(file)"])
def test_all_kinds_go_along_where_the_code_names_none_that_answers(code: str) -> None:
    found = estimator_kinds(TEMPLATES, [code])
    assert len(found) == len(known_estimators(TEMPLATES)) and not any(each.requires for each in found)


def test_each_kind_names_what_it_compiles_and_can_do_alone(tmp_path: Path) -> None:
    """Each in a package of its own: beside others, a file that is not there would go unnoticed."""
    kinds = {f"only_{each.name}": each for each in known_estimators(TEMPLATES)}
    for package, kind in kinds.items():
        render_templates((f"estimators/{kind.name}",), {"project": "all", "package": package}, tmp_path)
        (tmp_path / "all/src" / package / "__init__.py").touch()
    done = subprocess.run(
        [sys.executable, "-c", REGISTERED, *kinds], cwd=tmp_path / "all/src", capture_output=True, text=True, check=True
    )
    for package, registered in json.loads(done.stdout).items():
        own = registered.get(f"{package}.compiled.estimators.{kinds[package].name}", [])
        assert {each.rpartition(".")[2] for each in kinds[package].named if not each.startswith("make_")} == set(own), (
            package
        )


REGISTERED = """
import json, sys
from collections import defaultdict
from importlib import import_module
found = {}
for package in sys.argv[1:]:
    found[package] = defaultdict(list)
    for name, maker in import_module(f"{package}.compiled.estimators.registry").COMPILERS.items():
        found[package][maker.__module__].append(name.rpartition(".")[2])
print(json.dumps(found))
"""
"""Packages in, the modules of each and what they compile out."""


@pytest.mark.parametrize(
    ("artifacts", "schema", "why"),
    [
        pytest.param([MODEL, NET], TABLE, "`net` (Net)", id="a network of torch's"),
        pytest.param([MODEL], {"kind": "array", "container": "torch.Tensor"}, "torch.Tensor", id="tensors"),
        pytest.param(
            [THRESHOLD], {"kind": "value", "container": "scalar"}, "neither tables nor fitted", id="arithmetic"
        ),
    ],
)
def test_what_is_not_tried_and_why(artifacts: list[ArtifactPlan], schema: Any, why: str) -> None:
    found = compiling(TEMPLATES, artifacts, schema, [])
    assert why in found.why_not and not found.requirements


def test_a_plan_without_the_compiled_way_has_nothing_of_it() -> None:
    wanted = ("numpy==2.4.6", "onnx>=1.17", "onnxruntime==1.22.0")
    plan = ProjectPlan("p", "p", "tidy", ("project", "compiled", "estimators/trees", "ci"), {}, requirements=wanted)
    without = without_compiled(ProjectPlan(**{**vars(plan), "compiled_requirements": wanted[1:]}), "it is in the way")
    assert without.requirements == wanted[:1] and not without.compiled_requirements
    assert without.templates == ("project", "ci") and without.not_compiled == "it is in the way"
