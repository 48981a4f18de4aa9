"""Exact pins: the distributions that the moved code imports, and what those need in turn, as in the kernel."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from nb2prod.capture.model import Distribution, FileRead
from nb2prod.errors import Problem

ENGINES = {".parquet": "pyarrow", ".feather": "pyarrow", ".xlsx": "openpyxl", ".xls": "xlrd", ".h5": "tables"}
"""Distributions that pandas imports by itself for a kind of file."""


BACKENDS = {"keras": ("torch", "tensorflow", "jax")}
"""Distributions of which a library imports one, whichever it is told to."""

ASKED_FOR = {
    "pandas": ("as_frame=True", "set_output(", "fetch_openml("),
    "PIL": (
        "load_sample_image", "fetch_lfw_", "fetch_olivetti_", "imread(", "imsave(", "load_img(", "ImageFolder(",
        "image_dataset_from_directory(", "flow_from_d",
    ),
    "matplotlib": (".plot(", ".plot.", ".hist(", ".boxplot("),
    "pyarrow": ("_parquet(", "_feather(", "pyarrow"),
    "openpyxl": ("_excel(", "ExcelWriter("),
    "tables": ("_hdf(", "HDFStore("),
    "lxml": ("read_html(", "_xml("),
    "sqlalchemy": ("://",),
    "jinja2": (".style.",),
    "tabulate": (".to_markdown(",),
    "numba": ('engine="numba"', "engine='numba'"),
}  # fmt: skip
"""Modules that libraries import by themselves, to what code says that makes them. They are pinned where the kernel had
them loaded; a word too many costs a package too many and nothing else."""


@dataclass(frozen=True)
class Requirements:
    """Pins of what is imported, and of what that needs."""

    direct: tuple[str, ...]
    indirect: tuple[str, ...]
    problems: tuple[Problem, ...] = ()


def imported_roots(texts: Iterable[str]) -> set[str]:
    """Return the top-level modules that any of the texts imports, the standard library left out."""
    roots: set[str] = set()
    for text in texts:
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Import):
                roots |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
                roots.add(node.module.split(".")[0])
    return roots - set(sys.stdlib_module_names) - {"__future__"}


def asked_for(texts: Iterable[str]) -> set[str]:
    """Return the top-level modules that libraries import by themselves for what any of the texts does."""
    plain = "\n".join(texts).replace(" ", "")
    return {name for name, words in ASKED_FOR.items() if any(word in plain for word in words)}


def known_roots(texts: Iterable[str], installed: Mapping[str, Distribution]) -> set[str]:
    """Return the top-level modules that the texts import, without those that they only try to, or import under a
    condition, and that the kernel did not have."""
    texts = list(texts)
    there = {root for distribution in installed.values() for root in distribution.imports}
    certain = imported_roots(_without_attempts(text) for text in texts)
    return {root for root in imported_roots(texts) if root in certain or root in there}


def _without_attempts(text: str) -> str:
    class Outside(ast.NodeTransformer):
        def visit_Try(self, node: ast.Try) -> ast.AST:
            return ast.Pass()

        def visit_If(self, node: ast.If) -> ast.AST:
            return ast.Pass()

    return ast.unparse(ast.fix_missing_locations(Outside().visit(ast.parse(text))))


def pin(
    roots: Collection[str],
    installed: Mapping[str, Distribution],
    wanted: Collection[str],
    files: Collection[FileRead],
) -> Requirements:
    """Return the pins for modules ``roots``, for what ``!pip install`` asked for where it is loaded in the kernel
    (``wanted``), and for the engines that pandas needs for the ``files`` that were read."""
    problems: list[Problem] = []
    names: dict[str, Distribution] = {}
    for root in sorted(roots):
        providers = [d for d in installed.values() if root in d.imports]
        if len(providers) > 1:
            providers = [d for d in providers if normalised(d.name) == normalised(root)] or providers
        if not providers and root not in ASKED_FOR:
            problems.append(_unknown(root))
        for distribution in providers:
            names[normalised(distribution.name)] = distribution
    for requirement in wanted:
        match = re.match(r"[A-Za-z0-9][A-Za-z0-9._-]*", requirement.strip())
        if match and normalised(match.group()) in installed:
            names.setdefault(normalised(match.group()), installed[normalised(match.group())])
    for file in files:
        engine = next((e for suffix, e in ENGINES.items() if file.path.endswith(suffix)), "")
        if engine in installed and "pandas" in names:
            names.setdefault(engine, installed[engine])
    for name in [name for name in BACKENDS if name in names]:
        names.update({backend: installed[backend] for backend in BACKENDS[name] if backend in installed})
    problems += [_not_pinnable(d) for d in names.values() if d.problem]
    closure = _closure(names, installed)
    return Requirements(
        tuple(_pin(names[n]) for n in sorted(names)),
        tuple(_pin(installed[n]) for n in sorted(closure - set(names))),
        tuple(problems),
    )


def normalised(name: str) -> str:
    """Return a distribution's name as PEP 503 normalises it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _pin(distribution: Distribution) -> str:
    """Return the exact pin, a local label such as +cpu included: locking knows what to make of it."""
    return f"{normalised(distribution.name)}=={distribution.version}"


def _closure(names: Iterable[str], installed: Mapping[str, Distribution]) -> set[str]:
    found: set[str] = set()
    waiting = list(names)
    while waiting:
        name = normalised(waiting.pop())
        if name in found or name not in installed:
            continue
        found.add(name)
        waiting += installed[name].requires
    return found


def _unknown(root: str) -> Problem:
    return Problem(
        f"`import {root}` belongs to no installed distribution, so it cannot be pinned",
        "the kernel's environment",
        f"put {root}.py next to the notebook, or install it from a package index",
    )


def _not_pinnable(distribution: Distribution) -> Problem:
    return Problem(
        f"{distribution.name} {distribution.version} is {distribution.problem}, so nobody else can install it",
        "the kernel's environment",
        "install it from a package index, or put its code next to the notebook",
    )


OWN = frozenset({"fastapi", "uvicorn", "httptools", "uvloop", "msgspec", "pydantic-settings"})
"""Distributions of the service's own, whose versions need not be the kernel's."""


def as_in_kernel(requirements: Iterable[str], installed: Mapping[str, Distribution]) -> tuple[str, ...]:
    """Return the requirements, each pinned as in the kernel where what is installed there satisfies it, each name
    once."""
    from packaging.requirements import Requirement

    found: dict[str, str] = {}
    for requirement in requirements:
        name = normalised(re.split(r"[^A-Za-z0-9._-]", requirement, maxsplit=1)[0])
        there = installed.get(name)
        if there is not None and "==" not in requirement and name not in OWN and not there.problem:
            fits = Requirement(requirement).specifier.contains(there.version, prereleases=True)
            requirement = _pin(there) if fits else requirement
        found.setdefault(name, requirement)
    return tuple(found.values())


DEVELOPMENT = ("pytest>=8", "ruff>=0.9")
"""What the repository's own tests and lint need."""


def pins_of(lock: str) -> dict[str, str]:
    """Return normalised name to version for the text of a ``requirements.txt`` with exact pins."""
    found = {}
    for line in lock.splitlines():
        match = re.match(r"([A-Za-z0-9][A-Za-z0-9._-]*)==([^\s;\\]+)", line)
        if match:
            found[normalised(match.group(1))] = match.group(2)
    return found
