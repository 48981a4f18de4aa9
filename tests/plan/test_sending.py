"""What the README says of requests."""

from __future__ import annotations

from nb2prod.plan.model import InputPlan, LearnedPlan, StepPlan
from nb2prod.plan.sending import sending

SCHEMA = {"kind": "table", "fields": [{"name": "age", "type": "number", "nullable": True}], "ignored": ["id"]}
RAW = InputPlan(
    "raw",
    "df",
    (LearnedPlan("age_mean", "mean of `age`", 1),),
    (
        StepPlan(0, "row", "`df['b'] = df['a'] * 2`"),
        StepPlan(1, "learnt", "mean of `age`"),
        StepPlan(2, "training", "x"),
    ),
)


def test_what_is_learnt_is_told_once_where_it_is_learnt() -> None:
    assert [tuple(row.values()) for row in sending(SCHEMA, RAW, "shop")["preparation"]] == [
        ("[1]", "`df['b'] = df['a'] * 2`", "done to every row that is sent"),
        ("[2]", "mean of `age`", "learnt there, as the artifact `age_mean`"),
        ("[3]", "x", "done in training only"),
    ]


def test_why_rows_have_to_be_prepared_is_said() -> None:
    plan = InputPlan("prepared", "X", why="`X` is sorted", where="cell [2], line 1")
    text = sending(SCHEMA, plan, "shop")["readme_input"]
    assert "raw rows could not be served: cell [2], line 1: `X` is sorted." in text
    assert text.endswith("are ignored: `id`.")
