"""Tests for features and data."""

from __future__ import annotations

from nb2prod.score.model import Section, Test

TESTS = (
    Test(
        "D1",
        Section.DATA,
        "Feature expectations are captured in a schema",
        "the types, gaps, categories and ranges of the notebook's rows are `schema.json`, which every request and the "
        "notebook's rows are held against",
        "export the notebook",
        ("tests/test_schema.py::test_good_records_are_accepted", "tests/test_schema.py::test_bad_record_is_refused"),
    ),
    Test(
        "D2",
        Section.DATA,
        "All features are beneficial",
        "each feature is shuffled and the notebook's own metrics are taken again; one that helps nobody is named",
        "tag the cell that measures the model `evaluation`, so that its features can be shuffled in it",
        ("tests/quality/test_features.py::test_features_are_beneficial",),
    ),
    Test("D3", Section.DATA, "No feature's cost is too much", "", "add up what each feature costs to get"),
    Test(
        "D4",
        Section.DATA,
        "Features adhere to meta-level requirements",
        "`policy.json` lists the features that the model may use, and those it may not; the schema is held to it",
        "export the notebook, then take out of `policy.json` what you do not want to be used",
        ("tests/test_policy.py::test_features_are_allowed",),
    ),
    Test(
        "D5",
        Section.DATA,
        "The data pipeline has appropriate privacy controls",
        "",
        "say who may read the data, the logs and the artifacts, and for how long",
    ),
    Test(
        "D6",
        Section.DATA,
        "New features can be added quickly",
        "",
        "time how long a new feature takes from the idea to production",
    ),
    Test(
        "D7",
        Section.DATA,
        "All input feature code is tested",
        "the code that makes features of a request is run on the notebook's rows, one by one, and on records that are "
        "wrong in every way the schema knows",
        "export the notebook",
        ("tests/test_parity.py::test_rows_one_by_one", "tests/test_service.py::test_bad_record_is_named"),
    ),
)
