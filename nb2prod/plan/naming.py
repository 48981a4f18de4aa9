"""Names of the project and its package: from what people write to what Python, TOML and Make accept."""

from __future__ import annotations

import keyword
import re
import sys
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path

from nb2prod.errors import Problem, UsageError

_TAKEN = frozenset(
    {"test", "tests", "src", "site", "service", "artifacts", "numpy", "pandas", "sklearn", "torch", "fastapi",
     "uvicorn", "pydantic", "skops", "nb2prod"}
)  # fmt: skip


def project_name(notebook: Path, given: str | None) -> str:
    """Return the project's name: the one given, checked, or one made from the notebook's file name.

    Raises ``UsageError`` where a given name is not letters, digits, dots, hyphens and underscores.
    """
    if given is not None:
        if not re.fullmatch(r"[A-Za-z](?:[A-Za-z0-9._-]{0,62}[A-Za-z0-9])?", given):
            raise UsageError(
                Problem(
                    f"{given!r} cannot be the name of a project",
                    "--name",
                    "start with a letter; use up to 64 ASCII letters, digits, hyphens, dots and underscores",
                )
            )
        return re.sub(r"[-_.]+", "-", given).lower()
    folded = unicodedata.normalize("NFKD", notebook.stem).encode("ascii", "ignore").decode()
    name = re.sub(r"[^A-Za-z0-9]+", "-", folded).strip("-").lower()[:48].strip("-")
    if not name:
        return "notebook"
    return name if name[0].isalpha() else f"nb-{name}"


def package_name(project: str) -> str:
    """Return the import package's name for a project."""
    name = re.sub(r"[^a-z0-9]+", "_", project.lower()).strip("_")
    if keyword.iskeyword(name) or name in sys.stdlib_module_names or name in _TAKEN:
        name = f"{name}_service"
    return name


def free_names(project: str, distributions: Mapping[str, Iterable[str]]) -> tuple[str, str]:
    """Return the names of project and package, with ``service`` behind them where a library has them already.

    ``distributions`` maps the normalised names of the distributions that the notebook needs to what is imported of
    them: a project of the same name as one that it needs could not be installed.
    """
    package = package_name(project)
    imported = {name for names in distributions.values() for name in names}
    if project in distributions or project.replace("-", "_") in _TAKEN or package in imported:
        project = f"{project}-service"
    return project, package_name(project)


def notebook_name(notebook: Path, project: str) -> str:
    """Return the notebook's file name in the repository: its own where every tool can take it, else the project's."""
    return notebook.name if re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9 ._-]*", notebook.name) else f"{project}.ipynb"


def metric_names(metrics: Iterable[str]) -> dict[str, str]:
    """Return what each metric is called in the repository: an entry of a dict (``report.mae``) by its key, where no
    other metric is called so."""
    names = list(metrics)
    short = {name: name.partition(".")[2] for name in names}
    often = Counter(short.values())
    return {n: key if key and often[key] == 1 and key not in names else n for n, key in short.items()}
