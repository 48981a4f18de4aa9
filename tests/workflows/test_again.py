"""Exporting onto an earlier export: nothing new, a merge, a conflict, and what is refused."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.making import READING, Cells, exported, nb2prod, with_tags, write_notebook, write_points
from tests.shared import once

PRISTINE = "refs/nb2prod/pristine"


def git(folder: Path, *arguments: str) -> str:
    who = ("-c", "user.name=Ann", "-c", "user.email=ann@example.org")
    done = subprocess.run(["git", *who, *arguments], cwd=folder, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def commit(folder: Path, message: str = "Ours") -> None:
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "-m", message)


@pytest.fixture
def work(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a notebook, its data, and ``out``, the notebook's export as it was made."""

    def make(folder: Path) -> None:
        write_notebook(folder / "n.ipynb", READING)
        write_points(folder / "points.csv")
        # the same depth as below: what was proven stands in the README and must not differ by itself
        exported(nb2prod("export", "n.ipynb", "out", "--verify", "none", "--json", cwd=folder))

    first = once(tmp_path_factory, "first-export", make)
    shutil.copytree(first, tmp_path, dirs_exist_ok=True, symlinks=True)
    return tmp_path


def again(work: Path, cells: Cells | None = None) -> subprocess.CompletedProcess[str]:
    if cells is not None:
        write_notebook(work / "n.ipynb", cells)
    return nb2prod("export", "n.ipynb", "out", "--verify", "none", "--json", cwd=work)


def test_a_new_export_is_one_commit_and_the_pristine_one(work: Path) -> None:
    out = work / "out"
    assert len(git(out, "log", "--oneline").splitlines()) == 1
    assert git(out, "rev-parse", PRISTINE) == git(out, "rev-parse", "HEAD")
    assert git(out, "status", "--porcelain") == ""
    assert sorted(path.name for path in work.iterdir()) == ["n.ipynb", "out", "points.csv"]


def test_nothing_new_is_unchanged_and_no_commit(work: Path) -> None:
    before = git(work / "out", "rev-parse", "HEAD", PRISTINE)
    assert exported(again(work))["state"] == "unchanged"
    assert git(work / "out", "rev-parse", "HEAD", PRISTINE) == before


def test_edits_stay_where_the_notebook_changed(work: Path) -> None:
    out = work / "out"
    readme = out / "README.md"
    readme.write_text(readme.read_text() + "\nAsk Ann before you touch it.\n")
    health = next(out.glob("src/*/service/health.py"))
    health.write_text(health.read_text() + "\nOURS = True\n")
    (out / "ours.py").write_text("x = 1\n")
    commit(out)
    ours = git(out, "rev-parse", "HEAD")

    cells = with_tags(READING, training=READING[2][1].replace("rcond=None", "rcond=1e-12"))
    result = exported(again(work, cells))

    assert result["state"] == "merged" and result["conflicts"] == []
    assert "Ask Ann" in readme.read_text() and "OURS = True" in health.read_text() and (out / "ours.py").exists()
    assert "rcond=1e-12" in next(out.glob("src/*/training.py")).read_text()
    assert git(out, "status", "--porcelain") == ""
    assert git(out, "log", "-1", "--format=%P").split() == [ours, git(out, "rev-parse", PRISTINE)]
    record = json.loads((out / "artifacts" / "record.json").read_text())
    assert record["model_version"] == result["model_version"]


def test_a_conflict_is_gits_own_and_listed(work: Path) -> None:
    out = work / "out"
    training = next(out.glob("src/*/training.py"))
    training.write_text(training.read_text().replace("rcond=None", "rcond=1e-11"))
    commit(out)
    cells = with_tags(READING, training=READING[2][1].replace("rcond=None", "rcond=1e-12"))
    done = again(work, cells)
    assert done.returncode == 1, done.stderr
    path = training.relative_to(out).as_posix()
    assert path in json.loads(done.stdout)["conflicts"]
    assert "<<<<<<<" in training.read_text() and "rcond=1e-11" in training.read_text()
    assert git(out, "diff", "--name-only", "--diff-filter=U").splitlines().count(path) == 1

    refused = again(work)
    assert refused.returncode == 6 and "merge" in refused.stderr


def test_a_dirty_tree_is_refused_with_the_list_before_anything_runs(work: Path) -> None:
    out = work / "out"
    for path in ("README.md", "Makefile"):
        (out / path).write_text("changed\n")
    done = again(work)
    assert done.returncode == 6
    assert "README.md" in done.stderr and "Makefile" in done.stderr and "commit" in done.stderr
    assert "running" not in done.stderr
    assert (out / "README.md").read_text() == "changed\n"


def test_a_repository_that_is_not_ours_is_refused(work: Path) -> None:
    git(work / "out", "update-ref", "-d", PRISTINE)
    done = again(work)
    assert done.returncode == 6 and "not made by nb2prod" in done.stderr


def test_a_model_that_was_trained_anew_and_a_notebook_that_did_not_change_model(work: Path) -> None:
    """Whoever retrains has other artifacts; a change elsewhere in the notebook must not take them away."""
    out = work / "out"
    record = out / "artifacts" / "record.json"
    record.write_text(record.read_text() + "\n")
    commit(out, "Trained again")
    cells = with_tags(READING, evaluation=READING[3][1].replace("error", "distance"))
    done = again(work, cells)
    result = json.loads(done.stdout)
    assert done.returncode in (0, 1), done.stderr
    assert all(path.startswith("artifacts/") for path in result["conflicts"])
    assert "distance" in next(out.glob("src/*/evaluation.py")).read_text()
