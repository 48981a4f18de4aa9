"""Exports become git repositories, and later ones are merged without losing an edit."""

from __future__ import annotations

import os
import signal
import subprocess
from pathlib import Path

import pytest

from nb2prod.errors import UnusableInput
from nb2prod.render import history
from nb2prod.render.history import PRISTINE, deliver


def folder(tmp_path: Path, **files: str) -> Path:
    """Return a folder as render leaves it; ``__`` in a name is a dot."""
    made = tmp_path / "rendered" / str(len(list(tmp_path.rglob("*"))))
    made.mkdir(parents=True)
    for name, text in files.items():
        (made / name.replace("__", ".")).write_text(text)
    return made


def git(where: Path, *arguments: str) -> str:
    identity = ("-c", "user.name=Ann", "-c", "user.email=ann@example.org", "-c", "commit.gpgsign=false")
    return subprocess.run(
        ["git", *identity, *arguments], cwd=where, check=True, capture_output=True, text=True
    ).stdout.strip()


def commit_all(where: Path) -> None:
    git(where, "add", "--all")
    git(where, "commit", "-m", "mine")


LINES = "".join(f"line {number}\n" for number in range(20))


@pytest.fixture
def exported(tmp_path: Path) -> Path:
    target = tmp_path / "service"
    deliver(folder(tmp_path, a__txt=LINES, b__txt="b\n"), target, "Export")
    return target


def leftovers(target: Path) -> list[str]:
    return [path.name for path in target.parent.iterdir() if path.name.startswith(".")]


def test_a_new_target_is_a_repository_with_one_commit(tmp_path: Path) -> None:
    delivery = deliver(folder(tmp_path, a__txt="a\n"), tmp_path / "deep" / "service", "Export of a.ipynb")
    assert delivery.created
    assert git(delivery.repository, "log", "--format=%s|%an") == "Export of a.ipynb|nb2prod"
    assert git(delivery.repository, "rev-parse", PRISTINE) == git(delivery.repository, "rev-parse", "HEAD")
    assert git(delivery.repository, "status", "--porcelain") == ""
    assert git(delivery.repository, "branch", "--show-current") == "main"
    assert not leftovers(delivery.repository)


def test_the_same_rendering_is_the_same_commit(tmp_path: Path) -> None:
    commits = {
        git(deliver(folder(tmp_path, a__txt="a\n"), tmp_path / name, "Export").repository, "rev-parse", "HEAD")
        for name in ("one", "two")
    }
    assert len(commits) == 1


def test_an_empty_folder_is_a_new_target(tmp_path: Path) -> None:
    (tmp_path / "service").mkdir()
    assert deliver(folder(tmp_path, a__txt="a\n"), tmp_path / "service", "Export").created


def test_the_users_configuration_and_hooks_do_not_matter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hooks = tmp_path / "hooks"
    hooks.mkdir()
    for name in ("pre-commit", "commit-msg", "pre-merge-commit", "post-commit", "reference-transaction"):
        (hooks / name).write_text("#!/bin/sh\nexit 1\n")
        (hooks / name).chmod(0o755)
    config = tmp_path / "gitconfig"
    config.write_text(
        f"[core]\nhooksPath = {hooks}\nautocrlf = true\n[commit]\ngpgsign = true\n"
        f"[init]\ndefaultBranch = trunk\ntemplateDir = {hooks}\n[user]\nuseConfigOnly = true\n"
    )
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(config))
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "elsewhere"))
    delivery = deliver(folder(tmp_path, a__txt="a\n"), tmp_path / "service", "Export")
    git_folder = delivery.repository / ".git"
    (git_folder / "hooks").mkdir()
    (git_folder / "hooks" / "pre-merge-commit").write_text("#!/bin/sh\nexit 1\n")
    (git_folder / "hooks" / "pre-merge-commit").chmod(0o755)
    again = deliver(folder(tmp_path, a__txt="b\n"), tmp_path / "service", "Export")
    assert (again.repository / "a.txt").read_bytes() == b"b\n"


def test_exporting_the_same_again_changes_nothing(tmp_path: Path, exported: Path) -> None:
    before = git(exported, "rev-parse", "HEAD")
    delivery = deliver(folder(tmp_path, a__txt=LINES, b__txt="b\n"), exported, "Export")
    assert (delivery.changed, delivery.files, delivery.conflicts) == (False, (), ())
    assert git(exported, "rev-parse", "HEAD") == before


def test_a_changed_rendering_moves_an_untouched_repository_forward(tmp_path: Path, exported: Path) -> None:
    delivery = deliver(folder(tmp_path, a__txt=LINES, c__txt="new\n"), exported, "Export again")
    assert set(delivery.files) == {"b.txt", "c.txt"}
    assert sorted(path.name for path in exported.iterdir()) == [".git", "a.txt", "c.txt"]
    assert git(exported, "log", "-1", "--format=%s") == "Export again"


def test_an_edit_is_kept_and_merged(tmp_path: Path, exported: Path) -> None:
    (exported / "a.txt").write_text(LINES.replace("line 2\n", "mine\n"))
    (exported / "mine.txt").write_text("mine\n")
    commit_all(exported)
    delivery = deliver(folder(tmp_path, a__txt=LINES.replace("line 18\n", "theirs\n"), b__txt="b\n"), exported, "Again")
    assert not delivery.conflicts
    merged = (exported / "a.txt").read_text()
    assert "mine\n" in merged
    assert "theirs\n" in merged
    assert (exported / "mine.txt").exists()
    assert git(exported, "status", "--porcelain") == ""
    assert git(exported, "show", f"{PRISTINE}:a.txt") == LINES.replace("line 18\n", "theirs\n").strip()


def test_edits_survive_many_exports(tmp_path: Path, exported: Path) -> None:
    (exported / "a.txt").write_text(LINES.replace("line 2\n", "mine\n"))
    commit_all(exported)
    for number in range(3):
        text = LINES.replace("line 18\n", f"theirs {number}\n")
        assert not deliver(folder(tmp_path, a__txt=text, b__txt="b\n"), exported, "Again").conflicts
        assert (exported / "a.txt").read_text() == text.replace("line 2\n", "mine\n")


def test_a_conflict_is_gits_own_and_is_listed(tmp_path: Path, exported: Path) -> None:
    (exported / "a.txt").write_text(LINES.replace("line 2\n", "mine\n"))
    commit_all(exported)
    delivery = deliver(folder(tmp_path, a__txt=LINES.replace("line 2\n", "theirs\n"), b__txt="x\n"), exported, "Again")
    assert delivery.conflicts == ("a.txt",)
    assert "<<<<<<< " in (exported / "a.txt").read_text()
    assert (exported / "b.txt").read_text() == "x\n"


def test_a_conflict_must_be_resolved_before_the_next_export(tmp_path: Path, exported: Path) -> None:
    (exported / "a.txt").write_text("mine\n")
    commit_all(exported)
    deliver(folder(tmp_path, a__txt="theirs\n"), exported, "Again")
    with pytest.raises(UnusableInput, match="merge is under way"):
        deliver(folder(tmp_path, a__txt="theirs\n"), exported, "Again")


def test_a_dropped_merge_is_offered_again(tmp_path: Path, exported: Path) -> None:
    (exported / "a.txt").write_text("mine\n")
    commit_all(exported)
    for _ in range(2):
        assert deliver(folder(tmp_path, a__txt="theirs\n"), exported, "Again").conflicts == ("a.txt",)
        git(exported, "merge", "--abort")


def test_a_deleted_file_that_changes_is_a_conflict(tmp_path: Path, exported: Path) -> None:
    (exported / "b.txt").unlink()
    commit_all(exported)
    delivery = deliver(folder(tmp_path, a__txt=LINES, b__txt="changed\n"), exported, "Again")
    assert delivery.conflicts == ("b.txt",)


@pytest.mark.parametrize("stage", [False, True], ids=["changed", "staged"])
def test_a_dirty_tree_is_refused_with_every_file(tmp_path: Path, exported: Path, stage: bool) -> None:
    (exported / "a.txt").write_text("mine\n")
    (exported / "b.txt").unlink()
    if stage:
        git(exported, "add", "--all")
    with pytest.raises(UnusableInput) as caught:
        deliver(folder(tmp_path, a__txt="new\n"), exported, "Again")
    assert [Path(problem.where).name for problem in caught.value.problems] == ["a.txt", "b.txt"]
    assert (exported / "a.txt").read_text() == "mine\n"


def test_a_file_outside_git_is_left_alone(tmp_path: Path, exported: Path) -> None:
    (exported / "notes.txt").write_text("mine\n")
    deliver(folder(tmp_path, a__txt="new\n"), exported, "Again")
    assert (exported / "notes.txt").read_text() == "mine\n"


def test_a_file_outside_git_is_never_overwritten(tmp_path: Path, exported: Path) -> None:
    (exported / "c.txt").write_text("mine\n")
    head = git(exported, "rev-parse", "HEAD")
    with pytest.raises(UnusableInput, match=r"c\.txt"):
        deliver(folder(tmp_path, a__txt="new\n", c__txt="theirs\n"), exported, "Again")
    assert (exported / "c.txt").read_text() == "mine\n"
    assert (exported / "a.txt").read_text() == LINES
    assert git(exported, "rev-parse", PRISTINE) == head


@pytest.mark.parametrize("kind", ["folder", "file", "link", "repository"])
def test_a_target_that_is_not_ours_is_refused(tmp_path: Path, kind: str) -> None:
    target = tmp_path / "service"
    other = tmp_path / "other"
    other.mkdir()
    if kind == "file":
        target.write_text("x")
    elif kind == "link":
        target.symlink_to(other)
    else:
        target.mkdir()
        (target / "x").write_text("x")
    if kind == "repository":
        git(target, "init")
        commit_all(target)
    before = sorted(path.name for path in tmp_path.iterdir())
    rendered = tmp_path / "rendered"
    with pytest.raises(UnusableInput):
        deliver(folder(tmp_path, a__txt="a\n"), target, "Export")
    assert sorted(path.name for path in tmp_path.iterdir() if path != rendered) == before


def test_a_folder_inside_an_export_is_not_an_export(tmp_path: Path, exported: Path) -> None:
    inner = exported / "inner"
    inner.mkdir()
    (inner / "x").write_text("x")
    with pytest.raises(UnusableInput, match="not made by nb2prod"):
        deliver(folder(tmp_path, a__txt="a\n"), inner, "Export")


def test_an_export_inside_another_repository_is_its_own(tmp_path: Path) -> None:
    git(tmp_path, "init")
    delivery = deliver(folder(tmp_path, a__txt="a\n"), tmp_path / "service", "Export")
    assert Path(git(delivery.repository, "rev-parse", "--show-toplevel")) == delivery.repository.resolve()


def test_ctrl_c_while_creating_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = history.git

    def interrupted(where: Path, *arguments: str, **variables: str) -> str:
        if arguments[0] == "commit":
            raise KeyboardInterrupt
        return real(where, *arguments, **variables)

    monkeypatch.setattr(history, "git", interrupted)
    with pytest.raises(KeyboardInterrupt):
        deliver(folder(tmp_path, a__txt="a\n"), tmp_path / "service", "Export")
    assert not (tmp_path / "service").exists()
    assert not leftovers(tmp_path / "service")


def test_ctrl_c_while_merging_waits_for_the_merge(
    tmp_path: Path, exported: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = history.merge_commit

    def with_ctrl_c(commit: str, target: Path, message: str) -> tuple[str, ...]:
        os.kill(os.getpid(), signal.SIGINT)
        return real(commit, target, message)

    monkeypatch.setattr(history, "merge_commit", with_ctrl_c)
    with pytest.raises(KeyboardInterrupt):
        deliver(folder(tmp_path, a__txt="new\n", b__txt="b\n"), exported, "Again")
    assert (exported / "a.txt").read_text() == "new\n"
    assert git(exported, "status", "--porcelain") == ""
    assert git(exported, "rev-parse", PRISTINE) == git(exported, "rev-parse", "HEAD")


def test_odd_file_names_are_listed_as_they_are(tmp_path: Path, exported: Path) -> None:
    rendered = folder(tmp_path, a__txt=LINES, b__txt="b\n")
    (rendered / "größe und\ttab.txt").write_text("x")
    assert deliver(rendered, exported, "Again").files == ("größe und\ttab.txt",)
