"""The parameters module is what its readers and pydantic make of it: types, defaults, help, and ways to set them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from nb2prod.plan.write.settings import Parameter, settings_text, type_text

FOUND = (
    Parameter("max_depth", type_text(None), None, "of each tree; None is as deep as it gets"),
    Parameter("rate", "float", 0.1),
    Parameter("columns", type_text(["a"]), ["a"], 'with "quotes" and \\ {{ braces }}'),
    Parameter("path", "str", "data/x.csv"),
)
ASK = "from pydantic_settings import CliApp; from parameters import Parameters; print(CliApp.run(Parameters).{})"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("settings")
    (folder / "parameters.py").write_text(settings_text("shop", FOUND, {"path": "x.csv"}))
    return folder


@pytest.mark.parametrize(
    ("name", "arguments", "variables", "value"),
    [
        ("max_depth", [], {}, None),
        ("max_depth", ["--max_depth", "3"], {}, 3),
        ("max_depth", ["--max_depth", "0.5"], {}, 0.5),
        ("max_depth", ["--max_depth", "sqrt"], {}, "sqrt"),
        ("max_depth", ["--max_depth", "None"], {}, None),
        ("max_depth", [], {"SHOP_MAX_DEPTH": "7"}, 7),
        ("rate", [], {"SHOP_RATE": "0.5"}, 0.5),
        ("columns", ["--columns", '["b", "c"]'], {}, ["b", "c"]),
        ("path", [], {}, "x.csv"),
    ],
)
def test_a_parameter_can_be_set(
    name: str, arguments: list[str], variables: dict[str, str], value: Any, folder: Path
) -> None:
    command = [sys.executable, "-W", "error", "-c", ASK.format(name).replace("print(", "print(repr(") + ")", *arguments]
    done = subprocess.run(command, cwd=folder, env=variables, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == repr(value)
