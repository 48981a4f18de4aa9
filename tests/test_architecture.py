"""Imports go down only, late and ``TYPE_CHECKING`` ones included; and the house keeps its sizes."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LAYERS = [
    {"python"},
    {"cli", "server", "inline"},
    {"workflows"},
    {"verify"},
    {"render"},
    {"plan", "rules", "score", "sweeps"},
    {"capture"},
    {"cluster", "ledger"},
    {"runs"},
    {"analysis"},
    {"environment"},
    {"notebook"},
    {"errors", "records", "reporting", "version"},
]
"""From the top. A layer may import those below it; those that share a line know nothing of each other."""

NEVER = {("render", "analysis"), ("render", "capture"), ("render", "runs")}
"""Down, and still not allowed: what render needs of them is in the plan."""

OWNERS = {
    "anywidget": {"inline"},
    "click": {"cli"},
    "cookiecutter": {"render"},
    "ipywidgets": {"inline"},
    "optuna": {"sweeps"},
    "mlflow": {"workflows"},
    "papermill": {"runs", "capture"},
    "psutil": {"runs", "ledger", "capture"},
    "ray": {"cluster"},
    "sqlalchemy": {"ledger"},
    "tornado": {"server"},
}
"""Libraries and the only layers that may import them."""

GUESTS = ("capture/probe/", "runs/forking/inside/", "verify/scripts/")
"""Source that runs in other people's environments, where there is no nb2prod."""

FILES = {path.relative_to(ROOT).as_posix(): ast.parse(path.read_text()) for path in (ROOT / "nb2prod").rglob("*.py")}
MODULES = {name.removesuffix(".py").removesuffix("/__init__").replace("/", ".") for name in FILES}
LEVEL = {layer: level for level, line in enumerate(LAYERS) for layer in line}
CATCH_ALL = {"base_utils", "common", "core", "helper", "helpers", "manager", "misc", "util", "utils"}


def imports(file: str) -> Iterator[str]:
    """Yield the dotted name of every module that ``file`` imports, wherever the statement stands."""
    for node in ast.walk(FILES[file]):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level:
            yield "." * node.level + (node.module or "")
        elif isinstance(node, ast.ImportFrom) and node.module:
            names = {f"{node.module}.{alias.name}" for alias in node.names}
            yield from names & MODULES or {node.module}
            if names - MODULES and names & MODULES:
                yield node.module


def layer_of(module: str) -> str:
    return f"{module}.".split(".")[1]


def layer_of_file(file: str) -> str:
    return layer_of(file.removesuffix(".py").removesuffix("/__init__").replace("/", "."))


def test_every_part_of_the_house_has_its_layer() -> None:
    assert {layer_of_file(file) for file in FILES} - {"", "__main__"} <= set(LEVEL)


def allowed(here: str, there: str) -> bool:
    """Say whether layer ``here`` may import layer ``there``; the public face, ``""``, hands out what Python code calls
    and what is inline, and nobody needs it."""
    if here == there or here == "__main__":
        return True
    if there == "":
        return False
    if here == "":
        return LEVEL[there] > LEVEL["cli"] or there in {"python", "inline"}
    return LEVEL[here] < LEVEL[there] and (here, there) not in NEVER


@pytest.mark.parametrize("file", sorted(FILES))
def test_imports_go_down(file: str) -> None:
    here = layer_of_file(file)
    inside = [module for module in imports(file) if module.split(".")[0] == "nb2prod"]
    assert [module for module in inside if not allowed(here, layer_of(module))] == []
    if any(guest in file for guest in GUESTS):
        assert inside == []
    else:
        assert [module for module in imports(file) if module.startswith(".")] == [], "imports are absolute"


def test_libraries_stay_with_their_owners() -> None:
    found = [(file, module.split(".")[0]) for file in FILES for module in imports(file)]
    assert [
        (f, library) for f, library in found if layer_of_file(f) not in OWNERS.get(library, {layer_of_file(f)})
    ] == []


def test_no_imports_go_in_a_circle() -> None:
    graph = {
        file.removesuffix(".py").removesuffix("/__init__").replace("/", "."): set(imports(file)) & MODULES
        for file in FILES
    }
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(" -> ".join(error.args[1]))


def test_no_file_and_no_function_is_a_giant() -> None:
    functions = (
        (file, node) for file, tree in FILES.items() for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)
    )
    assert [f"{f}: {node.name}" for f, node in functions if (node.end_lineno or 0) - node.lineno >= 80] == []
    assert [file for file in FILES if len((ROOT / file).read_text().splitlines()) > 500] == []


def test_names_say_what_is_inside_and_folders_stay_flat() -> None:
    assert [file for file in FILES if CATCH_ALL & set(file.removesuffix(".py").split("/"))] == []
    assert [file for file in FILES if len(file.split("/")) > 5] == []
