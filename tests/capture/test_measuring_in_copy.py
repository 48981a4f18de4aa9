"""Measurements of real objects, in this process: nothing of them changes, and nothing of theirs gets out."""

from __future__ import annotations

import json
import os
import random
import signal
import threading
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import joblib
import numpy as np
import pandas as pd
import pytest
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.ensemble import RandomForestClassifier

from nb2prod.capture.measurements import Measured, Measurement, MeasureRequest, State, measured_from
from nb2prod.capture.measuring_in_copy import Measuring, begin_here
from nb2prod.capture.probe.measuring.measure import MEASUREMENTS, _limited, measure, measure_apart
from nb2prod.capture.probe.measuring.skipping import TooLongError
from nb2prod.errors import UnusableInput

REQUEST = MeasureRequest(
    model="model",
    train_features="X_train",
    train_target="y_train",
    test_features="X_test",
    test_target="y_test",
    table="data",
    groups=("side",),
    inference={
        "inputs": ["sample"],
        "output": "answer",
        "setup": "sample = X_test[:5]",
        "body": "answer = model.predict(sample)",
        "row_sources": ["X_test"],
    },
)
ASKED = asdict(REQUEST)


def namespace(**others: Any) -> dict[str, Any]:
    rng = np.random.default_rng(0)
    data = pd.DataFrame({"a": rng.normal(size=400), "b": rng.normal(size=400), "side": rng.integers(0, 2, 400)})
    target = (data.a > 0).astype(int)
    model = RandomForestClassifier(10, random_state=0).fit(data[:250], target[:250])
    parts = {"X_train": data[:250], "y_train": target[:250], "X_test": data[250:], "y_test": target[250:]}
    return {"data": data, "model": model, "sample": data[250:255], "answer": np.zeros(5), **parts, **others}


def measured(scope: dict[str, Any], **changes: Any) -> dict[str, dict[str, Any]]:
    return measure(scope, {**ASKED, "seconds": 0.3, **changes})


def test_every_measurement_is_made_and_is_plain_data() -> None:
    told: list[dict[str, Any]] = []
    found = measure(namespace(), ASKED, told.append)
    assert list(found) == list(MEASUREMENTS)
    skipped = {name: each["why"] for name, each in found.items() if "why" in each}
    assert skipped == {"unknown-category-fails": "no column of a request is a text"}
    assert json.loads(json.dumps(found)) == found
    assert [each["state"] for each in told[:2]] == ["running", "measured"]


def test_nothing_of_the_notebook_is_changed(capsys: pytest.CaptureFixture[str]) -> None:
    scope = namespace()
    before = {name: id(value) for name, value in scope.items()}
    hashes = {name: joblib.hash(value) for name, value in scope.items()}
    states = random.getstate(), np.random.get_state()[1].tobytes(), np.random.get_state()[2]
    handler = signal.getsignal(signal.SIGALRM)
    measure(scope, ASKED)
    assert {name: id(value) for name, value in scope.items()} == before
    assert {name: joblib.hash(value) for name, value in scope.items()} == hashes
    assert (random.getstate(), np.random.get_state()[1].tobytes(), np.random.get_state()[2]) == states
    assert signal.getsignal(signal.SIGALRM) is handler
    assert capsys.readouterr() == ("", "")


def test_the_end_of_the_time_is_not_lost_in_what_raises_nothing() -> None:
    class Ending:
        def __del__(self) -> None:
            time.sleep(0.2)

    until = time.monotonic() + 10
    with pytest.raises(TooLongError), _limited(0.05):
        Ending()
        while time.monotonic() < until:
            pass
    assert time.monotonic() < until


class Hostile(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """A model that does to ``rows`` what it is told."""

    classes_ = np.array([0, 1])

    def __init__(self, does: Callable[[Any], Any] = len) -> None:
        self.does = does

    def fit(self, rows: Any, target: Any) -> Hostile:
        return self

    def predict(self, rows: Any) -> Any:
        return self.does(rows)


def _hangs(rows: Any) -> Any:
    while True:
        pass


def _changes(rows: Any) -> Any:
    rows.iloc[:, 0] = 7.0
    np.random.seed(0)
    print("changed")
    return np.zeros(len(rows))


def _leaves(rows: Any) -> Any:
    raise SystemExit(3)


def _raises(rows: Any) -> Any:
    raise ValueError("no")


@pytest.mark.parametrize(
    "does",
    [_hangs, _changes, _leaves, _raises, lambda rows: None, lambda rows: ["x"] * (len(rows) + 1), lambda rows: rows],
    ids=["hangs", "changes", "leaves", "raises", "nothing", "too many", "rows"],
)
def test_a_model_may_do_anything(does: Callable[[Any], Any], capsys: pytest.CaptureFixture[str]) -> None:
    scope = namespace(model=Hostile(does))
    before, state = scope["X_test"].copy(), np.random.get_state()[1].tobytes()
    found = measured(scope)
    assert list(found) == list(MEASUREMENTS)
    assert all(each["why"] for each in found.values() if "value" not in each)
    pd.testing.assert_frame_equal(scope["X_test"], before)
    assert np.random.get_state()[1].tobytes() == state
    assert capsys.readouterr() == ("", "")


EMPTY = pd.DataFrame({"a": [], "b": [], "side": []})
ODD = {
    "no rows": {"X_train": EMPTY, "X_test": EMPTY, "y_train": EMPTY.a, "y_test": EMPTY.a, "data": EMPTY},
    "no targets": {"y_train": pd.Series([np.nan] * 250), "y_test": pd.Series([np.nan] * 150)},
    "texts": {"X_train": ["a"] * 250, "X_test": ["b"] * 150, "y_train": ["x"] * 250, "y_test": ["y"] * 150},
    "numbers": dict.fromkeys(("X_train", "X_test", "y_train", "y_test", "data", "model"), 3),
    "nothing": dict.fromkeys(("X_train", "X_test", "y_train", "y_test", "data", "model")),
    "lists in cells": {"X_train": pd.DataFrame({"a": [[1], [2]] * 125}), "data": pd.DataFrame({"a": [{}, []]})},
    "names twice": {"X_train": pd.DataFrame(np.zeros((250, 2)), columns=["a", "a"])},
    "other lengths": {"y_train": pd.Series([0, 1]), "y_test": pd.Series([0, 1])},
    "infinite": {"X_train": pd.DataFrame({"a": [np.inf, -np.inf] * 125, "b": [np.nan] * 250, "side": [1] * 250})},
    "arrays": {"X_train": np.zeros((250, 2, 2)), "X_test": np.zeros((150, 2, 2))},
    "many targets": {"y_train": np.zeros((250, 3)), "y_test": np.zeros((150, 3))},
}


@pytest.mark.parametrize("others", ODD.values(), ids=ODD)
def test_data_may_be_anything(others: dict[str, Any]) -> None:
    found = measured(namespace(**others))
    assert list(found) == list(MEASUREMENTS)
    assert all(each["why"] for each in found.values() if "value" not in each)
    json.dumps(found, allow_nan=False)


def test_what_is_not_there_is_named() -> None:
    found = measured({}, inference=None, missing={"model": "it was deleted"})
    assert found["large-model"]["why"].startswith("`model` cannot be had: NameError")
    found = measure({}, {**asdict(MeasureRequest()), "missing": {"model": "it was deleted"}})
    assert found["large-model"]["why"] == "it was deleted"
    assert found["slow-answer"]["why"] == "it was deleted"
    assert {each["why"] for each in found.values()} > {"there is no inference section"}


def _crashes(rows: Any) -> Any:
    os.kill(os.getpid(), signal.SIGKILL)


def _hangs_deaf(rows: Any) -> Any:
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGALRM})
    threading.Event().wait()


@pytest.mark.parametrize(
    ("does", "why"), [(_crashes, "ended in the middle"), (_hangs_deaf, "longer than the 0.2 seconds")]
)
def test_apart_not_even_a_crash_ends_the_others(does: Callable[[Any], Any], why: str, tmp_path: Path) -> None:
    file = tmp_path / "found.ndjson"
    wanted = ["nan-answer", "overfitting-gap", "constant-column"]
    measure_apart(namespace(model=Hostile(does)), {**ASKED, "seconds": 0.2}, str(file), wanted)
    events = [json.loads(line) for line in file.read_text().splitlines()]
    ended = {each["name"]: each for each in events if each["state"] in ("measured", "skipped")}
    assert set(ended) == set(wanted)
    assert ended["constant-column"]["value"] == []
    assert why in ended["overfitting-gap"]["why"]
    assert events[-1]["state"] == "done"


def test_in_this_process_it_goes_on_beside_and_can_be_stopped() -> None:
    scope = namespace(model=Hostile(_hangs))
    measuring = begin_here(scope, REQUEST)
    try:
        first = measuring.look()
        assert first.measurements["weak-slice"].state is State.WAITING
        measuring.cancel()
        found = measuring.wait()
        assert {each.state for each in found.measurements.values()} <= {State.MEASURED, State.SKIPPED}
        assert found.measurements["weak-slice"].why == "it was stopped"
    finally:
        measuring.close()
    assert not measuring.folder.exists()


def test_what_is_measured_comes_one_by_one(tmp_path: Path) -> None:
    seen: list[Measured] = []
    measuring = begin_here(namespace(), REQUEST, ["duplicate-rows", "large-model"])
    try:
        found = measuring.wait(seen.append)
    finally:
        measuring.close()
    assert list(found.measurements) == ["duplicate-rows", "large-model"]
    assert found.value("duplicate-rows")["repeated"] == 0
    assert found.value("weak-slice") is None
    assert seen[-1] == found
    assert measured_from(json.loads(json.dumps(found.as_dict()))).measurements == found.measurements


def test_a_process_that_cannot_be_copied_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nb2prod.capture.measuring_in_copy.unfit", lambda: ["a thread is running"])
    with pytest.raises(UnusableInput, match="a thread is running"):
        begin_here({}, REQUEST)


def test_a_copy_that_ends_leaves_what_it_has_not_measured_out(tmp_path: Path) -> None:
    (tmp_path / "measured.ndjson").write_text('{"name": "large-model", "state": "running"}\n')
    found = Measuring(REQUEST, tmp_path, ["large-model"]).wait()
    why = "the copy of the process ended before it was measured"
    assert found.measurements == {"large-model": Measurement("large-model", State.SKIPPED, why=why)}


def test_a_process_that_has_its_number_by_now_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    killed: list[int] = []
    monkeypatch.setattr(os, "killpg", lambda group, signal: killed.append(group))
    folder = tmp_path / "measuring"
    folder.mkdir()
    (folder / "pid").write_text("12345")
    (folder / "alive").write_text("")
    Measuring(REQUEST, folder, ["large-model"]).close()
    assert killed == []
    assert not folder.exists()


def test_where_the_process_cannot_be_copied_after_all_nothing_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*asked: object) -> None:
        raise OSError("no more processes")

    monkeypatch.setattr("nb2prod.capture.measuring_in_copy.copy_to", refused)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with pytest.raises(OSError, match="no more processes"):
        begin_here({}, REQUEST)
    assert list(tmp_path.iterdir()) == []
