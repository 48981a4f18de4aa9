"""Exports from kernels in other environments, without nb2prod: what the service runs on is what they ran on."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from nb2prod.plan.requirements import pins_of
from tests.kernels import OLD
from tests.making import TEACHING, exported, nb2prod, write_notebook, write_points

PURE = [
    ("data", "rows = [(i, 2 * i + 1) for i in range(40)]"),
    (
        "training",
        "n = len(rows)\nslope = sum(y - 1 for _, y in rows) / sum(x for x, _ in rows)\n"
        "model = {'slope': slope, 'bias': 1.0}",
    ),
    ("evaluation", "error = sum(abs(model['slope'] * x + model['bias'] - y) for x, y in rows) / n"),
    ("inference", "def predict(x: float) -> float:\n    return model['slope'] * x + model['bias']\n\npredict(3.0)"),
]


@pytest.mark.usefixtures("kernels")
def test_old_libraries_are_pinned_as_in_the_kernel(tmp_path: Path) -> None:
    write_notebook(tmp_path / "n.ipynb", TEACHING)
    write_points(tmp_path / "points.csv")
    result = exported(nb2prod("export", "n.ipynb", "out", "--kernel", "old", "--json", cwd=tmp_path))
    assert (
        result["parity"]["equal"]
        == result["http"]["equal"]
        == result["retrain"]["equal"]
        == result["parity"]["rows"]
        >= 20
    )
    assert result["tests"]["failed"] == 0
    pins = pins_of((tmp_path / "out" / "requirements.txt").read_text())
    project = tomllib.loads((tmp_path / "out" / "pyproject.toml").read_text())["project"]
    for pin in OLD:
        name, version = pin.split("==")
        assert pins[name] == version
        assert name == "numpy" or pin in project["dependencies"]
    for dependency in project["dependencies"]:
        name, version = dependency.split("==")
        assert pins[name] == version
    assert re.fullmatch(r">=3\.\d+,<3\.\d+", project["requires-python"])


@pytest.mark.usefixtures("kernels")
def test_a_kernel_with_nothing_but_ipykernel(tmp_path: Path) -> None:
    write_notebook(tmp_path / "n.ipynb", PURE)
    done = nb2prod("export", "n.ipynb", "out", "--kernel", "plain", "--json", cwd=tmp_path)
    result = exported(done)
    assert result["parity"]["equal"] == result["http"]["equal"] == result["parity"]["rows"] >= 1
    pins = pins_of((tmp_path / "out" / "requirements.txt").read_text())
    assert not {"pandas", "scikit-learn", "nb2prod", "ipykernel"} & set(pins)


@pytest.mark.usefixtures("kernels")
def test_a_kernel_whose_python_is_too_old_for_a_service_is_refused(tmp_path: Path) -> None:
    write_notebook(tmp_path / "n.ipynb", PURE)
    done = nb2prod("export", "n.ipynb", "out", "--kernel", "bare", cwd=tmp_path)
    if done.returncode == 0:
        pytest.skip("there is no Python older than 3.10 on this machine")
    assert done.returncode == 6, done.stderr
    assert "3.10" in done.stderr and "--kernel" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["n.ipynb"]
