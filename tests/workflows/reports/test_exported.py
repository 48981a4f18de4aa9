"""``nb2prod check --evidence``: what an export's tests said counts as long as the notebook is what was exported."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from nb2prod.cli import main
from tests.making import write_notebook

BASELINE = "tests/quality/test_baseline.py::test_a_simpler_model_is_not_better"
REPRODUCIBLE = "tests/test_training.py::test_training_is_reproducible"
STALENESS = "tests/quality/test_staleness.py::test_impact_of_staleness"
POLICY = "tests/test_policy.py::test_features_are_allowed"
OUTCOMES = {
    BASELINE: "failed at the export",
    REPRODUCIBLE: "passed",
    STALENESS: "had nothing to do at the export",
    "tests/test_files.py::test_of_nobody": "failed at the export",
}
CELLS = [("training", "model = sorted([1])"), ("evaluation", "best = max(model)\nprint(best)"), (None, "print(model)")]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return write_notebook(tmp_path / "n.ipynb", CELLS)


@pytest.fixture
def repository(tmp_path: Path, path: Path) -> Path:
    folder = tmp_path / "exported"
    (folder / "notebooks").mkdir(parents=True)
    shutil.copy(path, folder / "notebooks" / "n.ipynb")
    (folder / "ml_test_score.json").write_text(json.dumps({"outcomes": OUTCOMES}))
    return folder


def run(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as ended:
        main([str(each) for each in ("check", *arguments)])
    printed = capsys.readouterr()
    return int(ended.value.code or 0), printed.out, printed.err


def report(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[list[Any], dict[str, tuple[str, str]]]:
    (found,) = json.loads(run(capsys, *arguments, "--json")[1])["notebooks"]
    return found["findings"], {each["name"]: (each["state"], each["why"]) for each in found["checks"]}


def test_a_test_that_failed_is_a_finding_of_the_cell_that_it_is_about(
    path: Path, repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    findings, checks = report(capsys, path, "--evidence", repository)
    (found,) = [each for each in findings if each["code"].startswith("NB0")]
    assert (found["code"], found["cell"]) == ("NB007", 1)
    assert found["what"] == (
        f'the export into `exported` could not show M5 "A simpler model is not better": `{BASELINE}` failed'
    )
    assert checks[BASELINE] == ("failed", "")
    assert checks[REPRODUCIBLE] == ("passed", "")
    assert checks[STALENESS] == ("skipped", "it had nothing to do at the export")
    assert checks[POLICY] == ("skipped", "it was not run at the export")
    assert run(capsys, path, "--evidence", repository)[0] == 1


def test_what_has_the_tests_run_is_said_where_none_was(
    path: Path, repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (repository / "ml_test_score.json").write_text('{"outcomes": {}}')
    assert {why for _, why in report(capsys, path, "--evidence", repository)[1].values()} == {
        "the export ran none of them (export again with `--verify full`)"
    }


def test_what_cells_have_shown_does_not_matter(
    path: Path, repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    document = json.loads(path.read_text())
    document["cells"][1]["outputs"] = [{"output_type": "stream", "name": "stdout", "text": ["1\n"]}]
    path.write_text(json.dumps(document))
    assert report(capsys, path, "--evidence", repository)[1][REPRODUCIBLE] == ("passed", "")


@pytest.mark.parametrize(
    ("cells", "why"),
    [
        ([*CELLS[:2], (None, "print(model[0])")], "cell [3] is not as exported"),
        ([("data", CELLS[0][1]), ("training", CELLS[1][1]), CELLS[2]], "cell [1] and 1 more are not as exported"),
        (CELLS[:2], "cells were moved or taken away since it was exported"),
    ],
)
def test_what_was_exported_otherwise_shows_nothing(
    path: Path, repository: Path, cells: Any, why: str, capsys: pytest.CaptureFixture[str]
) -> None:
    write_notebook(path, cells)
    found, checks = report(capsys, path, "--evidence", repository)
    assert not [each for each in found if each["code"] == "NB007"]
    assert set(checks.values()) == {("skipped", why)}
    assert f"not checked, since {why}: " in run(capsys, path, "--evidence", repository)[2]


def test_evidence_is_of_one_notebook_and_of_an_export(
    path: Path, repository: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status, _, said = run(capsys, path.parent, "--evidence", repository)
    assert status == 2 and "is of one notebook, and there are 2" in said
    status, _, said = run(capsys, path, "--evidence", path.parent)
    assert status == 2 and "is no repository that nb2prod has exported" in said
    (repository / "ml_test_score.json").write_text("[]")
    status, _, said = run(capsys, path, "--evidence", repository)
    assert status != 0 and "is not what an export writes" in said
