"""What is measured of a notebook's objects: by a run, in a running kernel, and what is asked for by its text."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from nb2prod.capture.measurements import MeasureRequest
from nb2prod.errors import UnusableInput
from nb2prod.notebook.read import draft_of, read_document
from nb2prod.rules.facts import Facts
from nb2prod.workflows.checking_objects import NAMES, measure_kernel
from nb2prod.workflows.parts_to_measure import measure_request
from tests.making import nb2prod, write_notebook
from tests.running import Worker, worker_in

DATA = """import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler
rng = np.random.default_rng(0)
data = pd.DataFrame({"a": rng.normal(size=300), "b": rng.normal(size=300), "country": "NL"})
data["y"] = (data.a > 0).astype(int)"""
TRAINING = """X_train, X_test, y_train, y_test = train_test_split(data.drop(columns="y"), data.y, random_state=0)
scaler = StandardScaler().fit(X_train[["a", "b"]])
scaled = scaler.transform(X_train[["a", "b"]])
model = LogisticRegression().fit(scaled, y_train)"""
EVALUATION = """scaled_test = scaler.transform(X_test[["a", "b"]])
print(model.score(scaled_test, y_test))"""
INFERENCE = """sample = X_test[:3]
prediction = model.predict(scaler.transform(sample[["a", "b"]]))"""
CELLS = [("data", DATA), ("training", TRAINING), ("evaluation", EVALUATION), ("inference", INFERENCE)]


def facts_of(path: Path) -> Facts:
    document = read_document(path)
    return Facts(draft_of(document, path), document)


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_notebook(Path(os.path.realpath(tmp_path_factory.mktemp("measuring"))) / "n.ipynb", CELLS)


@pytest.fixture(scope="module")
def worker(path: Path) -> Iterator[Worker]:
    with worker_in(path.parent, OMP_NUM_THREADS="1") as one:
        yield one


def test_parts_are_told_by_the_text(path: Path) -> None:
    found = measure_request(facts_of(path))
    assert (found.model, found.train_features, found.train_target) == ("model", "scaled", "y_train")
    assert (found.test_features, found.test_target) == ("scaled_test", "y_test")
    assert (found.train_rows, found.test_rows) == ("X_train", "X_test")
    assert found.places["fit"] == (1, 4)
    assert found.places["split"] == (1, 1)
    assert found.places["scoring"] == (2, 2)
    assert found.inference is not None
    assert found.inference["output"] == "prediction"


def test_what_changes_later_is_not_taken_for_what_it_was(tmp_path: Path) -> None:
    cells = [*CELLS, (None, "y_test = 1 - y_test\nmodel = None")]
    found = measure_request(facts_of(write_notebook(tmp_path / "n.ipynb", cells)))
    assert found.train_features == "scaled"
    assert found.model == found.test_target == ""
    assert found.missing["model"] == "`model` is another by the end: cell [5] changes it"


def test_names_inside_functions_are_not_those_of_the_notebook(tmp_path: Path) -> None:
    function = "def train(rows, target):\n    return LogisticRegression().fit(rows, target)"
    source = f"{function}\n\nmodel = train(data[['a']], data.y)"
    found = measure_request(facts_of(write_notebook(tmp_path / "n.ipynb", [("data", DATA), ("training", source)])))
    assert "rows" not in (found.train_features, found.train_target)


def test_a_notebook_without_anything_has_nothing_to_measure(tmp_path: Path) -> None:
    found = measure_request(facts_of(write_notebook(tmp_path / "n.ipynb", [(None, "x = 1")])))
    assert found == MeasureRequest(missing=found.missing)


def test_the_command_runs_the_notebook_and_says_what_it_has_measured(path: Path) -> None:
    ran = nb2prod("check", "--run", "--json", "--exit-zero", path.name, cwd=path.parent)
    found = json.loads(ran.stdout)["notebooks"][0]
    codes = {each["code"]: each for each in found["findings"]}
    assert codes["NB323"]["cell"] == 1
    assert "`country`" in codes["NB323"]["what"]
    states = {each["name"]: each["state"] for each in found["checks"]}
    assert states["constant-column"] == "failed"
    assert states["worse-than-baseline"] == "passed"
    assert states["group-difference"] == "skipped"
    assert "running the notebook: cell 1 of 4" in ran.stderr
    assert "measuring (" in ran.stderr


def test_a_run_that_fails_is_a_finding_and_the_others_stay(tmp_path: Path) -> None:
    write_notebook(tmp_path / "n.ipynb", [(None, "from math import *"), (None, "1 / 0")])
    ran = nb2prod("check", "--run", "--json", "n.ipynb", cwd=tmp_path)
    assert ran.returncode == 1
    found = json.loads(ran.stdout)["notebooks"][0]["findings"]
    failed = next(each for each in found if each["code"] == "NB002")
    assert (failed["cell"], failed["line"]) == (1, 1)
    assert failed["what"] == "ZeroDivisionError: division by zero"
    assert "NB107" in {each["code"] for each in found}


def test_options_of_runs_need_a_run(path: Path) -> None:
    assert nb2prod("check", "-p", "x", "1", path.name, cwd=path.parent).returncode == 2
    assert nb2prod("check", "--run", "--running", "k", path.name, cwd=path.parent).returncode == 2


def test_a_running_kernel_is_asked_and_stays_as_it_is(path: Path, worker: Worker) -> None:
    facts = facts_of(path)
    with pytest.raises(UnusableInput, match="nothing has run in it yet"):
        measure_kernel(facts, worker.name)
    worker.runs(*(source for _, source in CELLS))
    names = worker.gives("sorted(globals())")
    measuring = measure_kernel(facts, worker.name, ["constant-column", "worse-than-baseline"])
    try:
        found = measuring.wait()
    finally:
        measuring.close()
    assert [each["column"] for each in found.value("constant-column")] == ["country"]
    assert found.value("worse-than-baseline")["model"] > 0.9
    assert worker.gives("sorted(globals())") == names


def test_every_measurement_has_its_rule() -> None:
    from nb2prod.rules.discovery import known_rules

    assert set(NAMES) <= {each.rule.name for each in known_rules()}


@pytest.mark.usefixtures("kernels")
@pytest.mark.parametrize("kernel", ["old", "bare"])
def test_it_measures_where_libraries_are_old_or_missing(kernel: str, tmp_path: Path) -> None:
    bare = [
        (None, "weights = [1.0, 2.0]"),
        ("inference", "row = [3.0, 4.0]\nanswer = weights[0] * row[0] + weights[1]"),
    ]
    write_notebook(tmp_path / "n.ipynb", CELLS if kernel == "old" else bare)
    ran = nb2prod("check", "--run", "--kernel", kernel, "--json", "--exit-zero", "n.ipynb", cwd=tmp_path)
    checks = {each["name"]: each for each in json.loads(ran.stdout)["notebooks"][0]["checks"]}
    broken = [each for each in checks.values() if "could not be measured" in each["why"]]
    assert broken == []
    assert checks["answer-type-changes"]["state"] == "passed"
    if kernel == "old":
        assert checks["constant-column"]["state"] == "failed"
        assert checks["worse-than-baseline"]["state"] == "passed"
