"""Tests for model development."""

from __future__ import annotations

from nb2prod.score.model import Section, Test

TESTS = (
    Test(
        "M1",
        Section.MODEL,
        "Model specs are reviewed and submitted",
        "",
        "have somebody else review the notebook and the repository's code, and keep both in version control",
    ),
    Test(
        "M2",
        Section.MODEL,
        "Offline and online metrics correlate",
        "",
        "compare the metrics of several models with what they did in use",
    ),
    Test(
        "M3",
        Section.MODEL,
        "All hyperparameters have been tuned",
        "the model is trained with half and with twice of each number in the `parameters` that training reads, and a "
        "better one is named; one by which the metrics are better by half fails",
        "put the numbers that training depends on into the `parameters` cell, and measure the model in `evaluation`",
        ("tests/quality/test_hyperparameters.py::test_hyperparameters_were_varied",),
    ),
    Test(
        "M4",
        Section.MODEL,
        "The impact of model staleness is known",
        "the model is trained on the oldest half, on the oldest three quarters and on all of its rows, measured on "
        "the same later rows, and the difference is held against `tests/quality/staleness.json`; the export "
        "records that file, so the test cannot fail there, but can on every run from then on",
        "keep the rows' dates in what training is given, as a column or as the index, so that old rows can be told",
        ("tests/quality/test_staleness.py::test_impact_of_staleness",),
    ),
    Test(
        "M5",
        Section.MODEL,
        "A simpler model is not better",
        "a model that gives every row the same answer has to be worse, by the notebook's own metrics",
        "hand the model, and the rows to measure it on, to the `evaluation` cell",
        ("tests/quality/test_baseline.py::test_a_simpler_model_is_not_better",),
    ),
    Test(
        "M6",
        Section.MODEL,
        "Model quality is sufficient on important data slices",
        "on every slice by category or by third of a number the same answer for every row must not be better by more "
        "than the model's error on all rows, by the notebook's own metrics",
        "measure the model in an `evaluation` cell that is handed the rows",
        ("tests/quality/test_slices.py::test_quality_on_slices",),
    ),
    Test(
        "M7",
        Section.MODEL,
        "The model is tested for considerations of inclusion",
        "the notebook's own metrics are taken for each group of people that a column in `policy.json` tells apart, or "
        "a variable there that the evaluation is handed, and on none the same answer for every row must be better by "
        "more than the model's error on all rows; a model of English texts has to answer alike whoever a text names",
        "name what tells groups of people apart in the notebook's `nb2prod.groups`: columns of its rows, or a variable "
        "with a value for each row that the `evaluation` cell measures on, such as who wrote it",
        ("tests/quality/test_inclusion.py::test_inclusion",),
    ),
)
