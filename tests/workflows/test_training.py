"""Training that is not deterministic, training that the tidy slice misses, and what cannot be reproduced at all."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from nb2prod.cli._words import print_exported
from nb2prod.workflows.as_data import exported_as_dict
from nb2prod.workflows.export import export, leave
from nb2prod.workflows.model import ExportOptions
from tests.making import PLAIN, READING, exported, nb2prod, with_tags, write_notebook, write_points

DRAWN = with_tags(
    PLAIN,
    training="drawn = np.random.choice(len(X), 20)\nweights = np.linalg.lstsq(X[drawn], y[drawn] ** 2, rcond=None)[0]",
)


class Said(NamedTuple):
    """What the command line prints for people, and its exit code."""

    text: str
    code: int


def both_ways(notebook: Path, target: Path, capsys: pytest.CaptureFixture[str]) -> tuple[dict[str, Any], Said]:
    """Export once, in this process, and return what ``--json`` prints and what people read."""
    result = export(ExportOptions(notebook, target))
    print_exported(result)
    text = capsys.readouterr().out
    assert result.proof is not None
    found = json.loads(json.dumps(exported_as_dict(result)))
    return found, Said(text, 0 if result.proof.ok else 1)


def test_unseeded_training_takes_the_runs_artifacts_and_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    result, said = both_ways(write_notebook(tmp_path / "n.ipynb", DRAWN), tmp_path / "out", capsys)
    assert said.code == 0
    assert result["parity"]["equal"] == result["parity"]["rows"] >= 25
    assert result["parity"]["artifacts"] == "run"
    assert result["http"]["equal"] == result["http"]["rows"]
    retrain = result["retrain"]
    assert retrain["deterministic"] is False and retrain["spread"] > 0 and retrain["changed"] > 0

    assert "not deterministic" in said.text and "taken from the notebook's run" in said.text


def test_an_effect_that_nobody_can_see_is_kept_by_the_conservative_slice(tmp_path: Path) -> None:
    """The module changes its argument in place; nothing in the notebook's text says so."""
    (tmp_path / "cleaning.py").write_text("def report(points):\n    points[:, 0] **= 2\n    return len(points)\n")
    write_points(tmp_path / "points.csv")
    cells = with_tags(READING, untagged=READING[0][1] + "\nfrom cleaning import report",
                      data=READING[1][1] + "\nn_rows = report(points)")  # fmt: skip
    write_notebook(tmp_path / "n.ipynb", cells)
    result = exported(nb2prod("export", "n.ipynb", "out", "--json", cwd=tmp_path))
    assert result["parity"]["equal"] == result["parity"]["rows"]
    if result["parity"]["slice"] == "conservative":  # else the analysis has learnt to read the module
        assert any("conservative" in warning for warning in result["warnings"])
    assert "report(points)" in (tmp_path / "out" / "src" / "n" / "data.py").read_text()


def test_what_cannot_be_reproduced_is_left_beside_the_target(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The notebook counts its runs in a file and trains on the count."""
    (tmp_path / "count.txt").write_text("1")
    write_points(tmp_path / "points.csv")
    data = READING[1][1] + "\ncount = int(open('count.txt').read())\n"
    data += "open('count.txt', 'w').write(str(count + 1))"
    training = READING[2][1] + " * count"
    inference = READING[4][1] + " + int(open('count.txt').read())"
    cells = with_tags(READING, data=data, training=training, inference=inference)
    write_notebook(tmp_path / "n.ipynb", cells)
    result, said = both_ways(tmp_path / "n.ipynb", tmp_path / "out", capsys)
    assert said.code == 1 and "NOT PROVEN" in said.text and "out-not-proven" in said.text
    assert "FAILED" in said.text and "request" in said.text
    assert result["state"] == "not proven"
    left = tmp_path / "out-not-proven"
    assert Path(result["repository"]) == left and (left / "README.md").is_file()
    assert not (tmp_path / "out").exists()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["count.txt", "n.ipynb", "out-not-proven", "points.csv"]
    wrong = [result[key] for key in ("parity", "retrain") if result[key]["equal"] < result[key]["rows"]]
    assert wrong  # with the run's artifacts it may answer as the notebook did, but it cannot be trained again
    assert wrong[0].get("error") or {"row", "request", "notebook", "service"} <= set(wrong[0]["differences"][0])
    assert set(result) >= {"batch", "http", "retrain", "tests", "seconds", "left_out"}


def test_a_repository_that_was_not_proven_takes_the_place_of_none(tmp_path: Path) -> None:
    (tmp_path / "out-not-proven").mkdir()
    rendered = tmp_path / "rendered"
    rendered.mkdir()
    assert leave(rendered, tmp_path / "out") == tmp_path / "out-not-proven-2"
