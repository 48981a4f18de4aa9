"""A plan in, a finished folder out."""

from __future__ import annotations

import re
import shutil
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

from nb2prod.errors import Problem, UnusableInput
from nb2prod.plan.model import ProjectPlan
from nb2prod.render.style import tidy
from nb2prod.render.templates import render_templates, template_files
from nb2prod.render.tree import tree


def render(plan: ProjectPlan, parent: Path) -> Path:
    """Write the repository that the plan describes to a new folder below ``parent``; return it.

    ``parent`` should be a temporary folder beside the target, on the same file system. The plan's own files win
    over those of templates. The result is formatted and its imports are sorted.

    Raises:
        UnusableInput: if a path of the plan leads out of the repository, or a file to copy is not an ordinary one.
        UsageError: if the project's or the package's name is not a plain one.
    """
    refuse_unsafe(plan)
    parent.mkdir(parents=True, exist_ok=True)
    files = {**template_files(plan.templates, plan.context), **plan.files, **dict.fromkeys(plan.copies, "")}
    context = {**plan.context, "readme_tree": tree(plan.project, files)}
    folder = render_templates(plan.templates, context, parent.resolve())
    write_files(plan.files, folder)
    copy_files(plan.copies, folder)
    tidy(folder)
    return folder


def refuse_unsafe(plan: ProjectPlan) -> None:
    """Raise if anything that the plan wants written or copied must not be; list all of it."""
    problems = [
        Problem(f"{path!r} is not a path inside the repository", "", "use a relative path without '..'")
        for path in (*plan.files, *plan.copies)
        if not is_inside(path)
    ]
    problems += [
        Problem("is not an ordinary file, so it is not copied", source, "put the file itself there, not a link")
        for source in plan.copies.values()
        if Path(source).is_symlink() or not Path(source).is_file()
    ]
    if problems:
        raise UnusableInput(problems)


def is_inside(path: str) -> bool:
    """Say whether a POSIX path stays inside the folder that it is relative to, and out of git's own."""
    parts = PurePosixPath(path).parts
    plain = not any(part in ("..", "/") or part.lower() == ".git" for part in parts)
    return bool(parts) and plain and not re.match(r"/|[A-Za-z]:", path) and not set(path) & {"\\", "\0"}


def write_files(files: Mapping[str, str], folder: Path) -> None:
    """Write texts as UTF-8 with plain newlines."""
    for path, text in sorted(files.items()):
        target = place(path, folder)
        target.write_text(text, encoding="utf-8", newline="\n")


def copy_files(copies: Mapping[str, str], folder: Path) -> None:
    """Copy files, without what they are allowed to do."""
    for path, source in sorted(copies.items()):
        target = place(path, folder)
        shutil.copyfile(source, target)
        target.chmod(0o644)


def place(path: str, folder: Path) -> Path:
    """Return where a file goes, with its folder made."""
    target = folder / path
    target.parent.mkdir(parents=True, exist_ok=True)
    if not target.parent.resolve().is_relative_to(folder.resolve()) or target.is_symlink():
        raise UnusableInput(Problem(f"{path!r} leads out of the repository"))
    return target
