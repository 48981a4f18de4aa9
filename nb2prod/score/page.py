"""The 28 tests to the page ``docs/ml-test-score.md``; ``python -m nb2prod.score.page`` prints it."""

from __future__ import annotations

import sys
from itertools import groupby

from nb2prod.score.model import BANDS, Test
from nb2prod.score.rubric import TESTS

HEAD = """\
# The ML Test Score

E. Breck, S. Cai, E. Nielsen, M. Salib and D. Sculley: *The ML Test Score: A Rubric for ML Production Readiness and
Technical Debt Reduction*, IEEE Big Data 2017. 28 tests in four sections. A test that is done by hand, with its
results documented and distributed, gives half a point; one that a system repeats by itself gives a point. The points
of each section are added up, and the least of the four sums is the score.

`nb2prod score NOTEBOOK` says what is established of a notebook, which is little before it is exported, and what an
export is expected to establish. `nb2prod score REPOSITORY` says what its tests established at the export; the
repository's README and `ml_test_score.json` say so too. A test counts as automatic only if

- the repository has the tests that are named below,
- they did something at the export, and passed: one that was skipped, since the notebook has nothing for it, does not
  count,
- a workflow runs `make check`, which repeats them on every change and every night.

M4 asks that an impact is known: it is automatic once the export has recorded it, and can fail from the next run on.

Tests that train again are run at the export where a training is quick, and `make check` runs them always. Of how a
test ended only the kind is committed: what it said, with numbers of the machine, is in the report. What people do by
hand they say in the notebook's metadata, with a name, a day and a way; see [the command line](cli.md).

All seven examples score 4 or more when they are exported; the suite reads it from each one's record. A notebook whose
rows have neither dates (M4) nor groups of people (M7) gets no more than 3: what could be made to pass for the fourth
test of a model is not taken for it. M1 asks for a review, and an export has not been reviewed. M2 asks for metrics of
use: rows that were held back and are sent to the service, with costs that somebody has thought of, are measured offline
all the same; so they would be for N7. M4 asks for age: a model of fewer rows is not an older one.

This page is made from the code: `python -m nb2prod.score.page > docs/ml-test-score.md`.
"""


def page() -> str:
    """Return the page as Markdown."""
    automatic = [test for test in TESTS if test.repeated_by]
    parts = [HEAD, f"nb2prod automates {len(automatic)} of the 28.", "", "| score | |", "|---|---|"]
    parts += [f"| {band.replace(',', ', ')} | {says} |" for _, band, says in BANDS]
    for section, tests in groupby(TESTS, key=lambda test: test.section):
        parts += ["", f"## {section.value}"]
        for test in tests:
            parts += ["", *_entry(test)]
    return "\n".join([*parts, ""])


def _entry(test: Test) -> list[str]:
    title = f"### {test.id}: {test.title}"
    if not test.repeated_by:
        return [title, "", f"nb2prod does nothing about it. You: {test.to_raise}; then attest it."]
    by = ", ".join(f"`{name}`" for name in test.repeated_by)
    return [title, "", f"nb2prod: {test.how}.", f"By {by}.", "", f"You: {test.to_raise}."]


if __name__ == "__main__":
    sys.stdout.write(page())
