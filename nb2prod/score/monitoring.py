"""Tests for monitoring."""

from __future__ import annotations

from nb2prod.score.model import Section, Test

TESTS = (
    Test(
        "N1",
        Section.MONITORING,
        "Dependency changes result in notification",
        "the versions that are installed are held against the pins, and the data files against their sha256; where "
        "there is no data file it counts as missing, since versions installed from the pins cannot differ",
        "export a notebook whose data are files",
        (
            "tests/test_dependencies.py::test_installed_versions_are_the_pinned_ones",
            "tests/test_dependencies.py::test_data_files_are_those_of_the_export",
        ),
    ),
    Test(
        "N2",
        Section.MONITORING,
        "Data invariants hold for inputs",
        "every request, and every row that training reads, is held to the same schema",
        "export the notebook",
        (
            "tests/quality/test_training_data.py::test_training_rows_fit_the_schema",
            "tests/test_service.py::test_bad_record_is_named",
        ),
    ),
    Test(
        "N3",
        Section.MONITORING,
        "Training and serving are not skewed",
        "the service's answers for the notebook's rows are held against the notebook's own",
        "export the notebook",
        (
            "tests/test_parity.py::test_rows_one_by_one",
            "tests/test_service.py::test_answers_over_http_are_the_notebooks",
        ),
    ),
    Test(
        "N4",
        Section.MONITORING,
        "Models are not too stale",
        "`/metrics` has the model's age, and `/readyz` and the log say when it is older than `MODEL_MAX_AGE_DAYS`",
        "export the notebook",
        ("tests/test_metrics.py::test_a_stale_model_is_told",),
    ),
    Test(
        "N5",
        Section.MONITORING,
        "Models are numerically stable",
        "numbers that are not finite are refused in requests and counted in answers",
        "export the notebook",
        ("tests/test_metrics.py::test_answers_that_are_not_finite_are_counted",),
    ),
    Test(
        "N6",
        Section.MONITORING,
        "Computing performance has not regressed",
        "the time that one record takes, and the memory of a process that serves, are held against `[tool.budget]` in "
        "`pyproject.toml`",
        "export the notebook, then make `[tool.budget]` in `pyproject.toml` as tight as you need it",
        ("tests/quality/test_speed.py::test_one_record_is_within_its_budget",),
    ),
    Test(
        "N7",
        Section.MONITORING,
        "Prediction quality has not regressed",
        "",
        "collect what really happened, and measure the served answers against it",
    ),
)
