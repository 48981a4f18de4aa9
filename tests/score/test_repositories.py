"""The score of a repository: a test counts if it is there, did something at the export, and is repeated."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from nb2prod.errors import UnusableInput
from nb2prod.score.model import Known, State
from nb2prod.score.repositories import RECORD, known_from, known_of
from nb2prod.score.rubric import TESTS
from nb2prod.score.scoring import scored
from nb2prod.workflows.scoring import score
from tests.notebook.making import code, document

NAMES = sorted({name for test in TESTS for name in test.repeated_by})
PASSED = dict.fromkeys(NAMES, "passed")


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """Return a repository with every test that counts, repeated every night."""
    for name in NAMES:
        place, _, function = name.partition("::")
        path = tmp_path / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text((path.read_text() if path.exists() else "") + f"def {function}() -> None: ...\n")
    workflow = tmp_path / ".github/workflows/check.yml"
    workflow.parent.mkdir(parents=True)
    workflow.write_text("steps:\n  - run: make check\n")
    (tmp_path / RECORD).write_text(json.dumps({"outcomes": PASSED}))
    return tmp_path


def why(known: Known, test: str) -> str:
    row = next(row for row in scored(known).rows if row.test.id == test)
    assert row.state is State.MISSING
    return row.why


def test_everything_there_passed_and_repeated(repository: Path) -> None:
    found = scored(known_of(repository)[0])
    assert {r.test.id for r in found.rows if r.state is State.AUTOMATIC} == {t.id for t in TESTS if t.repeated_by}
    assert found.score == 4


def test_nothing_counts_that_nothing_repeats(repository: Path) -> None:
    (repository / ".github/workflows/check.yml").unlink()
    known = known_of(repository)[0]
    assert scored(known).score == 0
    assert why(known, "D1") == "no workflow in .github/workflows runs `make check`"


def test_a_test_that_is_gone_does_not_count(repository: Path) -> None:
    (repository / "tests/test_policy.py").unlink()
    assert why(known_of(repository)[0], "D4") == (
        "the repository has no test tests/test_policy.py::test_features_are_allowed"
    )


@pytest.mark.parametrize("said", ["failed at the export: too weak", "had nothing to do at the export: no times"])
def test_what_did_nothing_or_failed_does_not_count(repository: Path, said: str) -> None:
    name = "tests/quality/test_slices.py::test_quality_on_slices"
    known = known_from(repository, {**PASSED, name: said})[0]
    assert why(known, "M6") == f"{name} {said}"


def test_what_was_not_run_does_not_count(repository: Path) -> None:
    assert why(known_from(repository, {})[0], "I1").endswith("was not run at the export")


def test_what_has_the_tests_run_is_said_where_they_were_not(repository: Path) -> None:
    def raised(outcomes: dict[str, str]) -> dict[str, str]:
        return {row.test.id: row.to_raise for row in scored(known_from(repository, outcomes)[0]).rows}

    assert {raised({})[test.id] for test in TESTS if test.repeated_by} == {"export again with `--verify full`"}
    slices = "tests/quality/test_slices.py::test_quality_on_slices"
    found = raised({name: said for name, said in PASSED.items() if name != slices})
    assert found["M6"].startswith("run `make check`") and found["M5"] == ""
    assert raised({**PASSED, slices: "failed at the export"})["M6"].startswith("measure the model")


def test_attestations_are_in_its_notebook(repository: Path) -> None:
    said = [{"test": "D6", "by": "Ada", "on": "2024-11-20", "how": "two days for the last one"}]
    path = repository / "notebooks/n.ipynb"
    path.parent.mkdir()
    path.write_text(json.dumps(document(code("x = 1"), nb2prod={"attestations": said})))
    found = score(repository)
    assert found["now"]["sections"]["Data"] == 4.5
    assert "if_exported" not in found


def test_a_record_that_cannot_be_read_is_refused(repository: Path) -> None:
    (repository / RECORD).write_text("[]")
    with pytest.raises(UnusableInput, match="is not what an export writes"):
        known_of(repository)


def test_code_that_cannot_be_parsed_is_no_test(repository: Path) -> None:
    (repository / "tests/test_policy.py").write_text("def (")
    assert scored(known_of(repository)[0]).score == 3
