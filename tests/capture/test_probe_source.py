"""The probe must run where nothing is installed, from Python 3.8 on."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest

from nb2prod.capture import sending

FOLDER = Path(sending.__file__).parent / "probe"
FILES = sorted(path for path in FOLDER.glob("*.py") if path.stem != "__init__")
MEASURING = sorted((FOLDER / "measuring").glob("*.py"))
OPTIONAL = {"cloudpickle", "packaging"}
OF_THE_KERNEL = {"IPython", "ipykernel", "psutil"}
"""What ipykernel itself needs."""


def test_every_file_is_sent() -> None:
    assert sorted({*sending.MODULES, *sending.ALONE, *sending.METRICS}) == [path.stem for path in FILES]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_it_is_python_3_8_and_needs_nothing_else(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"), feature_version=(3, 8))
    alone = path.stem in sending.ALONE
    order = sending.MODULES if path.stem in sending.MODULES else sending.METRICS
    before = () if alone else order[: order.index(path.stem)]
    there = set(sys.stdlib_module_names) | (OF_THE_KERNEL if alone else OPTIONAL)
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            tops = {alias.name.split(".")[0] for alias in node.names}
            assert tops <= there
        elif isinstance(node, ast.ImportFrom) and node.level:
            needed = {node.module} if node.module else {alias.name for alias in node.names}
            assert needed <= set(before), "a module is sent after those that it imports"
        elif isinstance(node, ast.ImportFrom):
            assert node.module is not None
            assert node.module.split(".")[0] in there


def test_what_a_plain_run_is_sent_needs_only_what_was_sent_before() -> None:
    for place, name in enumerate(sending.METRICS):
        tree = ast.parse((FOLDER / f"{name}.py").read_text(encoding="utf-8"))
        needed = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.level}
        assert needed <= set(sending.METRICS[:place])


def _name(path: Path) -> str:
    return "measuring" if path.stem == "__init__" else f"measuring.{path.stem}"


def test_every_file_that_measures_is_sent() -> None:
    assert sorted(sending.MEASURING) == sorted(["copying", *map(_name, MEASURING)])


@pytest.mark.parametrize("path", MEASURING, ids=_name)
def test_what_measures_needs_only_what_was_sent_before(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"), feature_version=(3, 8))
    name = _name(path)
    before = {*sending.MODULES, *sending.MEASURING[: sending.MEASURING.index(name)]}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            assert {alias.name.split(".")[0] for alias in node.names} <= set(sys.stdlib_module_names)
        elif isinstance(node, ast.ImportFrom) and node.level:
            modules = [node.module] if node.module else [alias.name for alias in node.names]
            assert {each if node.level == 2 else f"measuring.{each}" for each in modules} <= before
        elif isinstance(node, ast.ImportFrom):
            assert (node.module or "").split(".")[0] in sys.stdlib_module_names


def test_annotations_are_not_evaluated() -> None:
    for path in [*FILES, *(each for each in MEASURING if each.stem != "__init__")]:
        assert "from __future__ import annotations" in path.read_text(encoding="utf-8"), path


def test_what_is_sent_is_one_expression() -> None:
    alone = (sending.code_to_ask_standing(), sending.code_to_copy({"folder": "x"}, "x", 1))
    for code in (
        sending.code_to_install({"folder": "x"}),
        sending.code_to_call("finish"),
        sending.code_to_remove(),
        sending.code_to_measure({"request": {}}, "x", 1),
        sending.code_to_measure_at_the_end({"request": {}}, "x"),
        *alone,
    ):
        ast.parse(code, mode="eval", feature_version=(3, 8))
