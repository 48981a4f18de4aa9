"""The samples, whose repositories are made in no time."""

from tests.templates.conftest import sample, sample_copy  # noqa: F401  (fixtures)
