"""Whether a compiled way to an answer is worth trying, and what that takes, is decided by what the run saw."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from nb2prod.plan.compiling import compiling, without_compiled
from nb2prod.plan.model import ArtifactPlan, ProjectPlan

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
    plan = ProjectPlan("p", "p", "tidy", ("project", "compiled", "ci"), {}, requirements=wanted)
    without = without_compiled(ProjectPlan(**{**vars(plan), "compiled_requirements": wanted[1:]}), "it is in the way")
    assert without.requirements == wanted[:1] and not without.compiled_requirements
    assert without.templates == ("project", "ci") and without.not_compiled == "it is in the way"
