"""Template folders and a context in, files out; the only place that knows cookiecutter."""

from __future__ import annotations

import json
import keyword
import re
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from nb2prod.errors import Problem, UsageError

HERE = Path(__file__).resolve()
PLACES = (HERE.parents[1] / "_templates", HERE.parents[2] / "templates")
"""Where the templates are when nb2prod is installed, and in a clone."""
BYTECODE = "__pycache__"
"""What pip makes of a template's modules where nb2prod is installed; no part of a repository."""


def template_folder(name: str) -> Path:
    """Return the folder of a template such as ``artifacts/sklearn``.

    Raises:
        FileNotFoundError: if there is no such template.
    """
    for place in PLACES:
        folder = (place / name).resolve()
        if folder.is_relative_to(place.resolve()) and (folder / "cookiecutter.json").is_file():
            return folder
    raise FileNotFoundError(f"no template {name!r} in {' or '.join(map(str, PLACES))}")


def render_templates(names: Iterable[str], context: Mapping[str, Any], parent: Path) -> Path:
    """Render the templates one over the other and return the project's folder below ``parent``.

    Values of the context are data: they are put in as they are and never rendered themselves.

    Raises:
        UsageError: if the project's or the package's name would not be a plain one.
    """
    from cookiecutter.generate import generate_files

    refuse_odd_names(str(context["project"]), str(context["package"]))
    values = {**context, "_extensions": ["nb2prod.render.escape.Escapes"], "_new_lines": "\n"}
    for name in in_order(names):
        generate_files(
            repo_dir=template_folder(name),
            context={"cookiecutter": values},
            output_dir=parent,
            overwrite_if_exists=True,
            accept_hooks=False,
        )
    made = parent / str(context["project"])
    for folder in sorted(made.rglob(BYTECODE)):
        shutil.rmtree(folder)
    return made


def in_order(names: Iterable[str]) -> tuple[str, ...]:
    """Return the templates, each once and behind those that its ``cookiecutter.json`` names under ``_after``."""
    found: dict[str, None] = {}
    for name in names:
        needed = json.loads((template_folder(name) / "cookiecutter.json").read_text(encoding="utf-8"))
        found.update(dict.fromkeys((*in_order(needed.get("_after", ())), name)))
    return tuple(found)


def template_files(names: Iterable[str], context: Mapping[str, Any]) -> dict[str, str]:
    """Return the paths that the templates write, to their unrendered text."""
    texts = {}
    for name in in_order(names):
        root = template_folder(name) / "{{cookiecutter.project}}"
        for file in sorted(path for path in root.rglob("*") if path.is_file() and BYTECODE not in path.parts):
            path = file.relative_to(root).as_posix().replace("{{cookiecutter.package}}", str(context["package"]))
            texts[path] = file.read_text(encoding="utf-8")
    return texts


def refuse_odd_names(project: str, package: str) -> None:
    """Raise unless both names are safe as a folder, in Python, TOML, YAML, make and a shell."""
    problems = []
    if not re.fullmatch(r"[A-Za-z0-9]([A-Za-z0-9._-]{0,98}[A-Za-z0-9])?", project):
        problems.append(Problem(f"{project!r} cannot be a project's name", "", "use letters, digits, '-', '_' and '.'"))
    if not re.fullmatch(r"[a-z_][a-z0-9_]{0,99}", package) or keyword.iskeyword(package):
        problems.append(
            Problem(f"{package!r} cannot be a package's name", "", "use lower case letters, digits and '_'")
        )
    if problems:
        raise UsageError(problems)
