"""Which numbers evaluation is taken to have measured, what they are called, and by which expression they are had."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
import torch

from nb2prod.capture.probe.evaluation_numbers import measures, of_report

TWO = {"accuracy": [0.5, 0.75], "Fit seconds": [1.0, 2.0]}


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        pytest.param(0.5, {"m": 0.5}, id="a number"),
        pytest.param(np.array(0.5), {"m": 0.5}, id="an array of no dimension"),
        pytest.param({"a": 1, "t": torch.tensor(0.5)}, {"m.a": 1, "m.t": 0.5}, id="a dict"),
        pytest.param({"LR": {"acc": np.float64(2)}}, {"m.LR.acc": 2.0}, id="a dict of dicts"),
        pytest.param({0: 0.5, np.int64(1): 0.75}, {"m.0": 0.5, "m.1": 0.75}, id="a dict with numbers for keys"),
        pytest.param({"x": "text", "flag": True, "list": [1], "none": None, ("a", 1): 2}, {}, id="no numbers"),
        pytest.param(pd.Series({"MAE": 0.5, "n": 3}), {"m.MAE": 0.5, "m.n": 3}, id="a series of measures"),
        pytest.param(pd.Series({"age": 0.5}), {}, id="a series of something else"),
        pytest.param(
            pd.DataFrame({"Model": ["LR", "Tree"], **TWO}),
            {"m.LR.accuracy": 0.5, "m.Tree.accuracy": 0.75},
            id="a table with a column of names",
        ),
        pytest.param(
            pd.DataFrame(TWO, index=["LR", "Tree"]), {"m.LR.accuracy": 0.5, "m.Tree.accuracy": 0.75}, id="named rows"
        ),
        pytest.param(
            pd.DataFrame({"LR": [0.5], "Tree": [0.75]}, index=["f1-score"]),
            {"m.f1-score.LR": 0.5, "m.f1-score.Tree": 0.75},
            id="a measure a row",
        ),
        pytest.param(pd.DataFrame({"Test Accuracy": [0.5], "k": [3]}), {"m.Test Accuracy": 0.5}, id="a single row"),
        pytest.param(pd.DataFrame({"actual": [1, 2], "predicted": [1, 3]}), {}, id="a table that compares"),
        pytest.param(pd.DataFrame({"accuracy": np.ones(30), "n": list("abcdefghijklmno" * 2)}), {}, id="a long table"),
        pytest.param(np.array([0.5, 0.75]), {}, id="an array of whatever"),
    ],
)
def test_what_is_measured(value: Any, wanted: dict[str, float]) -> None:
    found = list(measures("m", value))
    assert {name: number for name, _, number in found} == wanted
    for _, text, number in found:
        assert float(eval(text, {"m": value})) == number


@pytest.mark.parametrize("value", [np.nan, np.float32("-inf"), float("inf"), np.array(np.nan), torch.tensor(np.inf)])
def test_what_is_no_finite_number_is_a_number_all_the_same(value: Any) -> None:
    ((name, _, found),) = measures("m", {"loss": value})
    assert (name, type(found)) == ("m.loss", float)
    assert found == float(value) or (found != found and value != value)


def test_of_scores_it_is_the_mean() -> None:
    assert list(measures("scores", np.array([0.5, 1.0]))) == [("scores.mean_scores", "scores.mean()", 0.75)]


@pytest.mark.parametrize(
    ("name", "value", "wanted"),
    [
        pytest.param("cm", np.array([[1, 2], [3, 4]]), ["cm.cm_0_0", "cm.cm_0_1", "cm.cm_1_0", "cm.cm_1_1"], id="two"),
        pytest.param("confusion_matrix", np.eye(5), [], id="many classes"),
        pytest.param("X", np.array([[1, 2], [3, 4]]), [], id="another array"),
        pytest.param("cm", np.array([[1, 2, 3], [3, 4, 5]]), [], id="not square"),
    ],
)
def test_a_confusion_matrix_of_few_classes_is_kept(name: str, value: Any, wanted: list[str]) -> None:
    found = list(measures(name, value))
    assert [called for called, _, _ in found] == wanted
    for _, text, number in found:
        assert float(eval(text, {name: value})) == number


def test_a_report_is_cut_to_what_it_says_of_all_classes() -> None:
    average = {"precision": 0.5, "support": 3}
    assert of_report({"0": average, "accuracy": 0.5, "macro avg": average}) == {
        "accuracy": 0.5,
        "macro avg": {"precision": 0.5},
    }
