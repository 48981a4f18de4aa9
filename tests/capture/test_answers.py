"""The interview, without a kernel: the same code that runs in one, on a plain namespace."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from nb2prod.capture.probe.answers import Interview
from nb2prod.capture.probe.forms import spread


def ask(
    body: str,
    output: str,
    *inputs: str,
    setup: str = "",
    sources: tuple[str, ...] = (),
    max_rows: int = 200,
    artifacts: tuple[str, ...] = (),
    **names: Any,
) -> tuple[dict[str, Any] | None, list[str]]:
    problems: list[str] = []
    wanted = {
        "inputs": list(inputs),
        "output": output,
        "setup": setup,
        "body": body,
        "row_sources": list(sources),
        "max_rows": max_rows,
        "artifacts": list(artifacts),
    }
    names.setdefault("np", np)
    names.setdefault("pd", pd)
    before = dict(names)
    found = Interview(wanted, names, problems).hold()
    names.pop("__builtins__", None)
    assert names.keys() == before.keys()
    assert all(names[name] is before[name] for name in before)
    json.dumps(found, allow_nan=False)
    return found, problems


def answers(*args: Any, **kwargs: Any) -> dict[str, Any]:
    found, problems = ask(*args, **kwargs)
    assert found is not None, problems
    assert problems == []
    return found


def frame(rows: int = 300) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "age": np.arange(rows) % 60 + 18,
            "income": np.linspace(1, 2, rows),
            "job": ["clerk", "smith", "baker"] * (rows // 3),
            "left": [True, False] * (rows // 2),
        }
    )


SCORE = "out = df['age'] * 2 + df['income'] + df['job'].str.len()"


class TestTable:
    def test_one_row_of_a_literal_draws_rows_from_the_data(self) -> None:
        found = answers(
            SCORE,
            "out",
            "df",
            setup="df = pd.DataFrame([{'age': 40, 'income': 1.5, 'job': 'clerk'}])",
            sources=("data",),
            data=frame(),
        )
        assert found["request_schema"] == {
            "kind": "table",
            "container": "pandas.DataFrame",
            "inputs": ["df"],
            "batched_container": True,
            "batch": True,
            "fields": [
                {"name": "age", "type": "integer", "dtype": "int64", "nullable": False, "minimum": 18, "maximum": 77},
                {
                    "name": "income",
                    "type": "number",
                    "dtype": "float64",
                    "nullable": False,
                    "minimum": 1.0,
                    "maximum": 2.0,
                },
                {
                    "name": "job",
                    "type": "string",
                    "dtype": "str",
                    "nullable": False,
                    "categories": ["baker", "clerk", "smith"],
                },
            ],
        }
        assert found["response_schema"] == {"answer": "split", "type": "number", "dtype": "float64"}
        assert (found["own"], found["drawn_from"], found["batched"]) == (1, "data", True)
        assert len(found["requests"]) == len(found["responses"]) == 200
        assert found["requests"][0] == {"age": 40, "income": 1.5, "job": "clerk"}
        assert found["requests"][-1]["income"] == 2.0, "rows are spread to the end of the data"
        assert found["responses"][0] == 86.5

    def test_many_own_rows_are_answered_as_one_batch(self) -> None:
        data = frame()
        found = answers(SCORE, "out", "df", setup="df = data.head(7)", sources=("data",), data=data)
        assert found["own"] == 7
        assert found["batched"]
        assert len(found["requests"]) == 200

    def test_own_rows_beyond_the_limit_are_thinned_out_evenly(self) -> None:
        found = answers(SCORE, "out", "df", max_rows=50, df=frame())
        assert found["own"] == len(found["requests"]) == 50
        assert found["requests"][-1]["income"] == 2.0

    @pytest.mark.parametrize(
        ("column", "dtype"),
        [
            pytest.param(pd.Series([1, 2, 3], dtype="int8"), "int8", id="small integers"),
            pytest.param(pd.Series([1.5, None, 3], dtype="float32"), "float32", id="single precision with NaN"),
            pytest.param(pd.Series([1, None, 3], dtype="Int64"), "Int64", id="nullable integers"),
            pytest.param(pd.Series([True, None, False], dtype="boolean"), "boolean", id="nullable booleans"),
            pytest.param(pd.Series(["a", None, "b"], dtype="string"), "string", id="nullable strings"),
            pytest.param(pd.Series(["a", float("nan"), "b"], dtype=object), "object", id="objects with NaN"),
            pytest.param(pd.Series(["a", None, "b"], dtype=object), "object", id="objects with None"),
            pytest.param(pd.Series(["a", "b", "a"], dtype="category"), "category", id="categories"),
            pytest.param(pd.Series([3, 1, 3], dtype="category"), "category", id="categories of numbers"),
            pytest.param(
                pd.Series(pd.to_datetime(["2020-01-01 00:00:00.0", None, "2021-05-05 10:11:12.5"])), None, id="dates"
            ),
            pytest.param(pd.Series(pd.date_range("2020", periods=3, tz="Europe/Paris")), None, id="dates with a zone"),
            pytest.param(pd.Series([True, False, True]), "bool", id="booleans"),
        ],
    )
    def test_columns_come_back_as_they_were(self, column: pd.Series, dtype: str | None) -> None:
        dtype = dtype or str(column.dtype)
        body = (
            "out = [f'{df.dtypes.iloc[0]} {type(v).__name__} {v} {list(getattr(df.x.dtype, \"categories\", []))}'"
            " for v in df['x']]"
        )
        found = answers(body, "out", "df", df=pd.DataFrame({"x": column}))
        field = found["request_schema"]["fields"][0]
        assert field["dtype"] == dtype
        assert field["nullable"] == bool(column.isna().any())
        assert len(found["responses"]) == 3

    def test_a_literal_integer_is_widened_where_the_data_has_fractions(self) -> None:
        data = pd.DataFrame({"x": [0.5, 1.5]})
        found = answers(
            "out = df.x * 2", "out", "df", setup="df = pd.DataFrame({'x': [1]})", sources=("data",), data=data
        )
        assert found["request_schema"]["fields"][0]["type"] == "number"
        assert found["responses"] == [2, 1.0, 3.0]

    def test_data_without_the_columns_is_passed_over(self) -> None:
        found = answers(
            "out = df.x * 2", "out", "df", df=pd.DataFrame({"x": [1]}), sources=("other", "data"),
            other=frame(), data=pd.DataFrame({"x": [5], "y": [1]}),
        )  # fmt: skip
        assert found["drawn_from"] == "data"

    def test_columns_named_by_numbers_keep_their_labels(self) -> None:
        found = answers("out = df[0] + df[1]", "out", "df", df=pd.DataFrame(np.ones((3, 2))))
        assert [field["label"] for field in found["request_schema"]["fields"]] == [0, 1]
        assert found["requests"][0] == {"0": 1.0, "1": 1.0}

    def test_an_array_of_objects_that_are_numbers_is_one_of_numbers(self) -> None:
        rows = frame(12)[["age", "income", "left"]]
        assert rows.to_numpy().dtype == object
        found = answers("out = X[:, 0] * 2 + X[:, 2]", "out", "X", X=rows.to_numpy()[:3], sources=("data",), data=rows)
        assert found["requests"][0] == [18.0, 1.0, 1.0]
        assert len(found["requests"]) == 12
        assert found["request_schema"]["dtype"] == "float64"

    def test_rows_that_raise_are_counted_and_left_out(self) -> None:
        body = "assert (df.age != 20).all()\nout = df.age * 2"
        found = answers(
            body, "out", "df", setup="df = pd.DataFrame({'age': [40]})", sources=("data",), data=frame(), max_rows=400
        )
        assert found["refused"] == 5
        assert all(row["age"] != 20 for row in found["requests"])

    def test_several_predictions_a_row_come_as_an_object(self) -> None:
        found = answers("out = {'a': df.age, 'b': df.age.to_numpy() / 2}", "out", "df", df=frame(6))
        assert found["responses"][0] == {"a": 18, "b": 9.0}
        assert found["response_schema"]["answer"] == "split"

    def test_a_tuple_of_arrays_comes_as_a_list(self) -> None:
        found = answers("out = (df.age, df.age.to_numpy() / 2)", "out", "df", df=frame(6))
        assert found["responses"][0] == [18, 9.0]

    def test_a_table_of_answers_comes_as_objects(self) -> None:
        found = answers("out = df[['age']] * 2", "out", "df", df=frame(6))
        assert found["responses"][0] == {"age": 36}

    def test_an_answer_that_squeeze_leaves_without_rows_is_one_rows(self) -> None:
        for answer in ("x[:, :1].squeeze()", "(x[:, :1].squeeze() * 1).astype(int)"):
            found = answers(f"out = {answer}", "out", "x", x=np.arange(12.0).reshape(6, 2))
            assert found["response_schema"]["answer"] == "split"
            assert found["responses"] == [0, 2, 4, 6, 8, 10]
            assert found["batched"]

    def test_an_answer_for_one_row_only_is_whole(self) -> None:
        found = answers(
            "out = float(df.age.iloc[0])", "out", "df", df=frame(6).head(1), sources=("data",), data=frame()
        )
        assert found["response_schema"]["answer"] == "whole"
        assert not found["batched"]
        assert not found["request_schema"]["batch"]

    def test_an_answer_that_depends_on_the_other_rows_is_named(self) -> None:
        found, problems = ask("out = df.age - df.age.mean()", "out", "df", df=frame(6))
        assert found is not None
        assert any("depends on the rows" in problem for problem in problems)

    def test_a_row_that_rounding_decides_is_left_out(self) -> None:
        body = "out = (df.income.to_numpy() * (1 + 4e-16 * (len(df) > 3)) > edge).astype(int)"
        data = frame()
        for place in (3, 150):
            found, problems = ask(body, "out", "df", df=data, edge=data.income[place])
            assert found is not None and len(problems) == 1 and "rounding tips it" in problems[0]
            assert len(found["requests"]) == len(found["responses"]) == found["own"] == 199
            assert not [request for request in found["requests"] if request["income"] == data.income[place]]
            found, problems = ask(
                body, "out", "df", df=data.head(30), sources=("data",), data=data, edge=data.income[place]
            )
            assert found is not None and "rounding tips it" in problems[0]
            assert len(found["requests"]) == 199 and found["own"] == (29 if place == 3 else 30)

    def test_decisions_that_depend_on_the_other_rows_are_named(self) -> None:
        found, problems = ask("out = (df.income > df.income.mean()).astype(int)", "out", "df", df=frame())
        assert found is not None and len(found["requests"]) == 200
        assert any("depends on the rows" in problem for problem in problems)

    def test_an_answer_that_depends_on_the_index_is_named(self) -> None:
        _, problems = ask("out = df.index.to_numpy()", "out", "df", df=frame(30).iloc[[17]])
        assert any("made from JSON again" in problem for problem in problems)


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


class TestKeepingOut:
    def test_a_body_that_changes_its_input_gets_a_fresh_copy_each_time(self) -> None:
        found = answers("x.append(1)\nout = len(x)", "out", "x", x=[1.5, 2.5])
        assert found["responses"] == [3]

    def test_a_body_that_changes_other_things_gets_them_fresh_each_time(self) -> None:
        log: list[int] = []
        found = answers("log.append(x)\nout = len(log)", "out", "x", x=1, log=log, sources=("data",), data=[1, 2, 3])
        assert found["responses"] == [1, 1, 1]
        assert log == []

    def test_numpy_strings_are_strings(self) -> None:
        found = answers("out = np.array(['a', 'b'])[x]", "out", "x", x=np.array([0, 1, 0]))
        assert found["responses"] == ["a", "b", "a"]
        assert {type(response) for response in found["responses"]} == {str}
        assert answers("out = np.str_('a')", "out", "x", x=1)["response_schema"]["type"] == "string"

    def test_random_generators_go_on_as_if_nothing_had_happened(self) -> None:
        random.seed(1)
        np.random.seed(1)
        expected = random.Random(1).random(), np.random.RandomState(1).rand()
        answers("import random\nrandom.random()\nnp.random.rand()\nout = x", "out", "x", x=1)
        assert (random.random(), np.random.rand()) == expected

    def test_nothing_is_printed(self, capsys: pytest.CaptureFixture[str]) -> None:
        answers("print('loud')\nout = x", "out", "x", x=1)
        assert capsys.readouterr().out == ""

    def test_another_answer_than_in_the_notebooks_own_run_is_named(self) -> None:
        _, problems = ask("out = x * 2", "out", "x", x=1, out=3)
        assert any("notebook's own run" in problem for problem in problems)

    @pytest.mark.parametrize(
        ("value", "words"),
        [
            pytest.param([1, "a"], "mixed", id="a list of mixed values"),
            pytest.param(object(), "object", id="an object"),
            pytest.param({}, "empty", id="an empty dict"),
            pytest.param({"a": object()}, "JSON", id="an object in a dict"),
        ],
    )
    def test_a_request_without_a_json_form_is_refused_with_the_reason(self, value: Any, words: str) -> None:
        found, problems = ask("out = 1", "out", "x", x=value)
        assert found is None
        assert words in problems[0]

    def test_rows_that_take_too_long_are_left_out_and_that_is_said(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("nb2prod.capture.probe.answers.SECONDS_FOR_ROWS", -1.0)
        found, problems = ask("out = x", "out", "x", x=1, sources=("data",), data=[1, 2, 3])
        assert found is not None
        assert found["requests"] == [1]
        assert "too long" in problems[0]

    def test_code_that_raises_is_named(self) -> None:
        found, problems = ask("out = 1 / 0", "out", "x", x=1)
        assert found is None
        assert "ZeroDivisionError" in problems[0]

    def test_a_missing_output_is_named(self) -> None:
        found, problems = ask("y = 1", "out", "x", x=1)
        assert found is None
        assert "'out'" in problems[0]


@pytest.mark.parametrize(
    ("count", "wanted", "places"),
    [(3, 5, [0, 1, 2]), (5, 2, [0, 4]), (5, 1, [0]), (5, 0, []), (101, 3, [0, 50, 100])],
)
def test_spread_goes_from_first_to_last(count: int, wanted: int, places: list[int]) -> None:
    assert spread(count, wanted) == places


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
