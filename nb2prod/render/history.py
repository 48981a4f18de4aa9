"""Hand a rendered folder over: as a new git repository, or merged into an earlier export of ours."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from nb2prod.errors import Problem, UnusableInput
from nb2prod.render.git import GitError, attempt, dated, git, uninterrupted

PRISTINE = "refs/nb2prod/pristine"
"""What was rendered last, before anybody changed it."""


MOST_DIFF = 500_000
"""Characters of a diff that are shown."""


@dataclass(frozen=True)
class Delivery:
    """What became of a rendered folder."""

    repository: Path
    created: bool = False
    """A new repository with one commit."""
    changed: bool = True
    """False where the rendering is the one that was already merged."""
    files: tuple[str, ...] = ()
    """Paths that differ from what was rendered before; empty where everything is new."""
    conflicts: tuple[str, ...] = ()
    """Paths with git's conflict markers in them, for a person to resolve and commit."""


def deliver(rendered: Path, target: Path, message: str) -> Delivery:
    """Make ``target`` hold what was rendered, and lose no edit that was made there.

    ``rendered`` is a finished folder; it should lie on the same file system as ``target``. For a new target it is
    moved there whole. A target that is an earlier export gets the rendering merged into its current branch.

    Raises:
        UnusableInput: if the target exists and is not ours, holds changes that are not committed, or if a merge is
            under way there. Nothing was changed then.
    """
    refuse_foreign(target)
    if is_export(target):
        refuse_unfinished(target)
        return merge(rendered, target, message)
    return create(rendered, target, message)


def is_export(target: Path) -> bool:
    """Say whether the folder is the top of a repository that an export made."""
    return (target / ".git").exists() and attempt(target, "rev-parse", "--verify", "-q", PRISTINE).returncode == 0


def last_change(target: Path) -> str:
    """Return what the last export changed in a repository, as git's diff; empty where it was the first.

    Raises ``UnusableInput`` where the folder is no export.
    """
    if not is_export(target):
        remedy = "give the folder of an exported repository"
        raise UnusableInput(Problem("is no repository that nb2prod has exported", str(target), remedy))
    if attempt(target, "rev-parse", "--verify", "-q", f"{PRISTINE}^").returncode != 0:
        return ""
    diff = git(target, "diff", "--no-ext-diff", "--no-textconv", f"{PRISTINE}^", PRISTINE)
    return diff[:MOST_DIFF]


def refuse_foreign(target: Path) -> None:
    """Raise if the target exists and neither is an export nor an empty folder."""
    remedy = "choose another name, or move it away"
    if target.is_symlink():
        raise UnusableInput(Problem("the target is a symbolic link", str(target), "give the folder that it leads to"))
    if not target.exists():
        return
    if not target.is_dir():
        raise UnusableInput(Problem("the target exists and is not a folder", str(target), remedy))
    if any(target.iterdir()) and not is_export(target):
        raise UnusableInput(Problem("the target exists and was not made by nb2prod", str(target), remedy))


def refuse_unfinished(target: Path) -> None:
    """Raise, with the list, if there are changes that are not committed, or a merge is under way."""
    if attempt(target, "rev-parse", "--verify", "-q", "MERGE_HEAD").returncode == 0:
        remedy = "finish it with `git commit`, or drop it with `git merge --abort`"
        raise UnusableInput(Problem("a merge is under way", str(target), remedy))
    changed = git(target, "status", "--porcelain=v1", "-z", "--untracked-files=no", "--no-renames").split("\0")
    paths = [entry[3:] for entry in changed if entry]
    if paths:
        raise UnusableInput(
            Problem("has changes that are not committed", str(target / path), "commit or stash them") for path in paths
        )


def create(rendered: Path, target: Path, message: str) -> Delivery:
    """Make the folder a repository with one commit, then move it to the target in one step."""
    with beside(target) as scratch:
        folder = Path(scratch, "repository")
        shutil.move(rendered, folder)
        git(folder, "-c", "init.defaultBranch=main", "init", "--quiet", "--template=")
        git(folder, "add", "--all")
        git(folder, "commit", "--quiet", "--no-verify", "--allow-empty", "-m", message, **dated())
        git(folder, "update-ref", PRISTINE, "HEAD")
        folder.chmod(0o755)
        folder.replace(target)  # over an empty folder as well
    return Delivery(target, created=True)


def merge(rendered: Path, target: Path, message: str) -> Delivery:
    """Commit the rendering behind the last one and merge it into the current branch."""
    before = git(target, "rev-parse", PRISTINE)
    tree = write_tree(rendered, target)
    files = tuple(git(target, "diff", "--name-only", "-z", "--no-renames", before, tree).split("\0")[:-1])
    if not files and is_merged(before, target):
        return Delivery(target, changed=False)
    commit = git(target, "commit-tree", tree, "-p", before, "-m", message, **dated()) if files else before
    with uninterrupted():
        conflicts = merge_commit(commit, target, message)
        git(target, "update-ref", PRISTINE, commit, before)
    return Delivery(target, files=files, conflicts=conflicts)


def write_tree(rendered: Path, target: Path) -> str:
    """Store the rendered files in the target's object database and return their tree; touch nothing else."""
    with beside(target) as scratch:
        variables = {
            "GIT_DIR": git(target, "rev-parse", "--absolute-git-dir"),
            "GIT_WORK_TREE": str(rendered.resolve()),
            "GIT_INDEX_FILE": str(Path(scratch, "index")),
        }
        git(rendered, "add", "--all", **variables)
        return git(rendered, "write-tree", **variables)


def is_merged(commit: str, target: Path) -> bool:
    """Say whether the current branch contains the commit."""
    return attempt(target, "merge-base", "--is-ancestor", commit, "HEAD").returncode == 0


def merge_commit(commit: str, target: Path, message: str) -> tuple[str, ...]:
    """Merge and return the paths in conflict; where git cannot even begin, leave all as it was."""
    done = attempt(target, "merge", "--quiet", "--no-edit", "--no-verify", "-m", message, commit)
    if done.returncode == 0:
        return ()
    conflicts = git(target, "diff", "--name-only", "-z", "--diff-filter=U").split("\0")[:-1]
    if conflicts:
        return tuple(dict.fromkeys(conflicts))
    attempt(target, "merge", "--abort")
    if "untracked working tree files" in done.stderr:
        paths = [line.strip() for line in done.stderr.splitlines() if line.startswith("\t")]
        what, remedy = "is not in git, and the new export has such a file", "move it away, or commit it"
        raise UnusableInput(Problem(what, str(target / path), remedy) for path in paths)
    raise GitError("merge", target, done)


def beside(target: Path) -> tempfile.TemporaryDirectory[str]:
    """Return a private temporary folder on the target's file system."""
    parent = target.absolute().parent
    parent.mkdir(parents=True, exist_ok=True)
    return tempfile.TemporaryDirectory(dir=parent, prefix=f".{target.name}.", suffix=".unfinished")
