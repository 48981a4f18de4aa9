"""The interview about arrays, texts and records, and what of a request is one record; see ``asking``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from tests.capture.asking import answers, ask, frame


class TestArrays:
    @pytest.mark.parametrize("container", ["numpy", "list", "torch"])
    def test_rows_of_a_matrix(self, container: str) -> None:
        import torch

        make = {"numpy": np.asarray, "list": np.ndarray.tolist, "torch": torch.as_tensor}[container]
        data = np.arange(60, dtype="float32" if container != "list" else "float64").reshape(20, 3)
        total = {"numpy": "x.sum(axis=1)", "list": "[sum(r) for r in x]", "torch": "x.sum(dim=1)"}[container]
        found = answers(
            f"assert type(x) is kind\nout = {total}",
            "out", "x", x=make(data[:1]), sources=("data",), data=data, kind=type(make(data)),
        )  # fmt: skip
        schema = found["request_schema"]
        assert (schema["kind"], schema["shape"], schema["batched_container"]) == ("array", [3], True)
        assert len(found["requests"]) == 20
        assert found["responses"][0] == 3.0
        assert found["batched"]

    def test_lists_of_models_and_paths_beside_it_are_no_rows(self) -> None:
        found = answers(
            "out = np.asarray(x) @ [1, 2]", "out", "x", x=[[1.5, 2.5]],
            sources=("models", "files", "data"), models=[object()], files=[Path("a.csv"), Path("b.csv")],
            data=np.arange(20.0).reshape(10, 2), np=np,
        )  # fmt: skip
        assert len(found["requests"]) == 11

    def test_whole_numbers_typed_into_a_list_say_nothing_of_the_rows(self) -> None:
        """``model.predict([[5, 2]])`` of somebody who has learnt from 1.4 and 0.2."""
        data = np.arange(40.0).reshape(20, 2) / 7
        found = answers("out = [sum(r) for r in x]", "out", "x", x=[[5, 2]], sources=("data",), data=data)
        schema = found["request_schema"]
        assert (schema["type"], schema["dtype"], found["requests"][0]) == ("number", "float", [5, 2])
        whole = answers("out = [sum(r) for r in x]", "out", "x", x=[[5, 2]])["request_schema"]
        assert (whole["type"], whole["dtype"]) == ("integer", "int")

    def test_single_precision_stays_so(self) -> None:
        x = np.array([[0.1, 0.2]], dtype="float32")
        found = answers("assert x.dtype == 'float32'\nout = x[:, 0]", "out", "x", x=x)
        assert found["response_schema"]["dtype"] == "float32"
        assert np.float32(found["responses"][0]) == np.float32(0.1)

    def test_one_vector_alone(self) -> None:
        data = np.arange(40.0).reshape(10, 4)
        found = answers("out = x.reshape(1, -1).sum(axis=1)", "out", "x", x=data[0], sources=("data",), data=data)
        schema = found["request_schema"]
        assert (schema["shape"], schema["batched_container"], schema["batch"]) == ([4], False, False)
        assert found["requests"][1] == [4.0, 5.0, 6.0, 7.0]
        assert found["responses"][:2] == [6.0, 22.0]
        assert found["response_schema"]["answer"] == "split"

    def test_one_image_alone_as_the_data_shows(self) -> None:
        images = np.arange(8 * 16, dtype="uint8").reshape(8, 4, 4)
        found = answers("out = int(x[None].sum())", "out", "x", x=images[0], sources=("images",), images=images)
        assert found["request_schema"]["shape"] == [4, 4]
        assert not found["request_schema"]["batched_container"]
        assert found["response_schema"] == {"answer": "whole", "type": "integer", "dtype": "int"}

    def test_a_batch_of_plain_numbers(self) -> None:
        found = answers("out = x * 2", "out", "x", x=np.arange(5.0))
        assert (found["request_schema"]["kind"], found["responses"]) == ("value", [0.0, 2.0, 4.0, 6.0, 8.0])

    def test_probabilities_are_lists(self) -> None:
        found = answers("out = np.stack([x[:, 0], 1 - x[:, 0]], axis=1)", "out", "x", x=np.array([[0.25], [0.5]]))
        assert found["responses"] == [[0.25, 0.75], [0.5, 0.5]]
        assert found["response_schema"]["type"] == "array"


class TestTexts:
    def test_a_list_of_texts_with_rows_from_a_series(self) -> None:
        data = pd.Series([f"text {n}" for n in range(90)])
        found = answers("out = np.array([len(t) for t in x])", "out", "x", x=["hello"], sources=("data",), data=data)
        assert found["request_schema"]["kind"] == "text"
        assert found["request_schema"]["container"] == "list"
        assert found["request_schema"]["batch"]
        assert found["requests"][:2] == ["hello", "text 0"]

    def test_one_text_alone(self) -> None:
        found = answers("out = len(x)", "out", "x", x="hello", sources=("data",), data=["a", "bb"])
        assert found["requests"] == ["hello", "a", "bb"]
        assert found["responses"] == [5, 1, 2]
        assert found["request_schema"]["container"] == "str"

    def test_the_texts_of_a_table(self) -> None:
        data = pd.DataFrame({"n": [1, 2], "text": ["a", "b"]})
        assert answers("out = len(x)", "out", "x", x="hello", sources=("data",), data=data)["drawn_from"] == "data"


class TestRecords:
    def test_a_dict_draws_rows_of_a_table_as_its_own_types(self) -> None:
        found = answers(
            "out = model(pd.DataFrame([sample]))",
            "out", "sample", sample={"age": 40, "job": "clerk"}, sources=("data",), data=frame(),
            model=lambda df: df["age"].to_numpy() * 2,
        )  # fmt: skip
        assert found["request_schema"]["kind"] == "record"
        assert found["request_schema"]["container"] == "dict"
        assert found["requests"][1] == {"age": 18, "job": "clerk"}
        assert found["responses"][:2] == [80, 36]
        assert found["response_schema"]["answer"] == "split"

    def test_a_dict_of_lists_of_one(self) -> None:
        found = answers(
            "out = int(pd.DataFrame(sample)['age'].iloc[0])",
            "out", "sample", sample={"age": [40], "job": ["clerk"]}, sources=("data",), data=frame(),
        )  # fmt: skip
        assert found["requests"][1] == {"age": [18], "job": ["clerk"]}
        assert found["responses"][1] == 18

    def test_arguments_of_a_function(self) -> None:
        found = answers(
            "out = f(age, income=income)", "out", "age", "income",
            age=30, income=1.5, sources=("data",), data=frame(), f=lambda age, income: age * income,
        )  # fmt: skip
        schema = found["request_schema"]
        assert (schema["container"], schema["inputs"]) == ("arguments", ["age", "income"])
        assert found["requests"][0] == {"age": 30, "income": 1.5}
        assert len(found["requests"]) == 200

    def test_an_array_and_a_number_as_arguments(self) -> None:
        found = answers(
            "assert isinstance(history, np.ndarray)\nout = history[-steps:].tolist()", "out", "history", "steps",
            history=np.arange(5.0), steps=2,
        )  # fmt: skip
        fields = found["request_schema"]["fields"]
        assert (fields[0]["type"], fields[0]["shape"], fields[0]["container"]) == ("array", [5], "numpy.ndarray")
        assert found["responses"] == [[3.0, 4.0]]
        assert found["response_schema"]["answer"] == "whole"

    def test_a_row_of_a_table(self) -> None:
        data = frame()
        found = answers("out = row['age'] * 2", "out", "row", row=data.iloc[3], sources=("data",), data=data)
        assert found["request_schema"]["container"] == "pandas.Series"
        assert found["responses"][0] == 42

    def test_nested_objects(self) -> None:
        sample = {"user": {"age": 3, "tags": ["a"]}, "when": pd.Timestamp("2020-01-02")}
        found = answers("out = s['user']['age'] + s['when'].year", "out", "s", s=sample)
        user, when = found["request_schema"]["fields"]
        assert user["type"] == "object"
        assert [field["type"] for field in user["fields"]] == ["integer", "any"]
        assert when["type"] == "datetime"
        assert found["responses"] == [2023]

    def test_a_list_of_dicts_is_a_batch(self) -> None:
        found = answers("out = [r['a'] * 2 for r in x]", "out", "x", x=[{"a": 1}, {"a": 2}])
        assert found["request_schema"]["container"] == "list"
        assert found["responses"] == [2, 4]
        assert found["batched"]


@pytest.mark.parametrize(
    ("body", "asked", "shape"),
    [
        ("out = w @ window", np.arange(3.0), [3]),
        ("out = np.c_[np.ones((2, 1)), window] @ w[:2]", np.array([[0.0], [2.0]]), [2, 1]),
        ("out = (w[:2] @ window).sum()", np.arange(8.0).reshape(2, 4), [2, 4]),
        ("out = list(window[-1:]) * len(window) if len(window) == 4 else 1 / 0", [1.0, 2.0, 3.0, 4.0], [4]),
    ],
)
def test_a_request_whose_parts_cannot_be_asked_alone_is_one_record(body: str, asked: Any, shape: list[int]) -> None:
    found = answers(body, "out", "window", w=np.array([1.0, 2.0, 3.0]), window=asked)
    assert found["own"] == 1
    assert not found["batched"]
    assert found["request_schema"]["shape"] == shape


def test_a_table_that_cannot_be_asked_row_by_row_is_no_request() -> None:
    found, problems = ask("out = t['age'].values.reshape(2, -1).ravel()", "out", "t", t=frame(6))
    assert found is None
    assert problems == [
        "Request or answer cannot go through a service: one record of the request, asked about alone, raised "
        "ValueError: cannot reshape array of size 1 into shape (2,newaxis)."
    ]


ROW = (np.array([1650, 3]) - np.array([2000.0, 3.0])) / np.array([800.0, 0.75]) @ np.array([3.0, -1.0])


@pytest.mark.parametrize(
    ("asked", "kind"),
    [
        pytest.param([1650, 3], list, id="list"),
        pytest.param((1650, 3), tuple, id="tuple"),
        pytest.param(np.array([1650, 3]), np.ndarray, id="array"),
        pytest.param(pd.Series([1650, 3]), pd.Series, id="column"),
    ],
)
@pytest.mark.parametrize("source", ["prices", "rows", ""])
@pytest.mark.parametrize("answer", ["x @ w", "np.array([x @ w])", "np.array([x @ w, 0.5])", "x / x.sum()"])
def test_numbers_that_are_one_row_are_one_record_though_broadcasting_takes_them_one_by_one(
    asked: Any, kind: type, source: str, answer: str
) -> None:
    found = answers(
        f"assert type(sample) is kind\nx = (np.asarray(sample) - mean) / std\nout = {answer}",
        "out", "sample", sample=asked, kind=kind, sources=(source,) if source else (), prices=np.arange(9),
        rows=np.array([[1000, 2], [2000, 4]]), mean=np.array([2000.0, 3.0]), std=np.array([800.0, 0.75]),
        w=np.array([3.0, -1.0]),
    )  # fmt: skip
    assert found["requests"][0] == [1650, 3]
    assert (found["own"], found["batched"], found["request_schema"]["shape"]) == (1, False, [2])
    assert len(found["requests"]) == (3 if source == "rows" else 1)
    if answer == "x @ w":
        assert found["responses"][0] == pytest.approx(ROW)


def test_rows_that_get_one_answer_together_are_one_record_or_refused() -> None:
    rows = np.arange(6.0).reshape(3, 2)
    found = answers("out = float(x.mean())", "out", "x", x=rows, sources=("data",), data=rows)
    assert (found["requests"], found["responses"]) == ([rows.tolist()], [2.5])
    none, problems = ask("out = float(df['age'].mean())", "out", "df", df=frame(6))
    assert none is None
    assert "one for all of them, not one for each row" in problems[0]


def test_the_answers_to_rows_may_lie_along_another_axis() -> None:
    stages = "[y for y in (df['age'].to_numpy() * k for k in (1, 2, 3))]"
    found = answers(f"out = {{'stages': {stages}, 'of': 'age'}}", "out", "df", df=frame(6))
    assert found["own"] == 6
    assert found["responses"][1] == {"stages": [[19], [38], [57]], "of": "age"}
    none, problems = ask(f"out = [y / y.sum() for y in {stages}]", "out", "df", df=frame(6))
    assert none is None
    assert "one for all of them" in problems[0]


@pytest.mark.parametrize(
    ("body", "asked"),
    [
        pytest.param("out = np.hstack([x, other]).sum(axis=1)", np.arange(8.0).reshape(4, 2), id="raises"),
        pytest.param("out = (x + other).sum(axis=1)", np.arange(8.0).reshape(4, 2), id="broadcasts"),
        pytest.param("out = x['age'].to_numpy() * other[:, 0]", frame(6)[["age", "income"]][:4], id="a table"),
        pytest.param("out = x * other[:, 1]", np.arange(4.0), id="plain numbers"),
    ],
)
def test_a_value_for_each_row_that_is_not_sent_with_it_is_refused(body: str, asked: Any) -> None:
    found, problems = ask(
        body, "out", "x", artifacts=("weights", "other"), x=asked, other=np.arange(8.0).reshape(4, 2) + 1,
        weights=np.arange(4.0),
    )  # fmt: skip
    assert found is None
    assert "`other` holds a value for each of the 4 rows that are asked about" in problems[0]
    assert "`weights`" not in problems[0]
