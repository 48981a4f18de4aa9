"""The interview about tables, and what is kept out of it; see ``asking``."""

from __future__ import annotations

import random
from typing import Any

import numpy as np
import pandas as pd
import pytest

from nb2prod.capture.probe.forms import spread
from tests.capture.asking import SCORE, answers, ask, frame


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
