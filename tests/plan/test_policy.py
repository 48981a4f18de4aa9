"""``policy.json``: the notebook's features are allowed, and those that tell people apart are groups."""

from __future__ import annotations

import pytest

from nb2prod.analysis.groups import tells_groups_apart
from nb2prod.plan.policy import policy


@pytest.mark.parametrize(
    "name", ["age", "Age", "SEX", "patient_gender", "age_years", "marital_status", "MaritalStatus"]
)
def test_columns_that_tell_groups_of_people_apart(name: str) -> None:
    assert tells_groups_apart(name)


@pytest.mark.parametrize("name", ["page", "average", "usage", "stage", "mileage", "trace", "image", "sextant", "wage"])
def test_columns_that_do_not(name: str) -> None:
    assert not tells_groups_apart(name)


def test_fields_of_a_record() -> None:
    schema = {"kind": "table", "fields": [{"name": "Age"}, {"name": "income"}]}
    assert policy(schema) == {"allowed": ["Age", "income"], "forbidden": [], "groups": ["Age"], "better": {}}


def test_groups_that_the_metadata_name() -> None:
    schema = {"kind": "table", "fields": [{"name": "region"}, {"name": "sex"}, {"name": "income"}]}
    assert policy(schema, {"nb2prod": {"groups": ["region", "elsewhere", 3]}})["groups"] == ["region", "sex"]
    assert policy(schema, {"nb2prod": {"groups": "region"}})["groups"] == ["sex"]


def test_groups_that_are_no_features() -> None:
    found = policy({"kind": "array"}, {"nb2prod": {"groups": ["test_writer", "elsewhere"]}}, ["model", "test_writer"])
    assert found == {"allowed": ["array"], "forbidden": [], "groups": ["test_writer"], "better": {}}


def test_a_record_without_fields_is_one_feature() -> None:
    assert policy({"kind": "text"}) == {"allowed": ["text"], "forbidden": [], "groups": [], "better": {}}


def test_which_way_a_metric_is_better_is_said_once() -> None:
    found = policy({"kind": "text"}, metrics=["auc", "log_loss", "n_rows"])
    assert found["better"] == {"auc": "higher", "log_loss": "lower", "n_rows": "neither"}
