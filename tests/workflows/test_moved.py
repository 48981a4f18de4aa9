"""What is moved with the notebook's code: modules, requirements, data files."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.making import PLAIN, READING, exported, nb2prod, with_tags, write_notebook, write_points

HELPERS = """import numpy as np

BASE = [0, 1]


def features(points: np.ndarray) -> np.ndarray:
    return points[:, BASE] * 2
"""
USES_HELPERS = with_tags(
    READING,
    untagged=READING[0][1] + "\nfrom helpers import features\nimport helpers as h",
    training="weights = np.linalg.lstsq(features(points), points[:, 2], rcond=None)[0]",
    evaluation="error = float(np.abs(features(points) @ weights - points[:, 2]).mean())",
    inference="sample = points[:20, h.BASE]\nprediction = features(sample) @ weights",
)


def sources(result: dict[str, object]) -> dict[str, str]:
    package = Path(str(result["repository"])) / "src" / str(result["package"])
    return {path.relative_to(package).as_posix(): path.read_text() for path in package.rglob("*.py")}


def full(folder: Path) -> dict[str, object]:
    result = exported(nb2prod("export", "n.ipynb", "out", "--json", cwd=folder))
    assert result["parity"]["equal"] == result["parity"]["rows"] >= 20
    assert result["parity"]["slice"] == "tidy"
    return result


def test_modules_live_in_the_package_and_files_are_found_by_absolute_paths_and_parameters(tmp_path: Path) -> None:
    (tmp_path / "helpers.py").write_text(HELPERS)
    (tmp_path / "unused.py").write_text("raise SystemExit\n")
    (tmp_path / "other.py").write_text("FACTOR = 3\n\n\ndef scaled(values):\n    return values * FACTOR\n")
    write_points(tmp_path / "points.csv")
    write_points(tmp_path / "more.csv")
    read = "np.loadtxt({}, delimiter=',', skiprows=1)".format
    data = f"points = np.vstack([{read(repr(str(tmp_path / 'points.csv')))}, {read('more')}])"
    written = "%%writefile written.py\nimport helpers\n\n\ndef twice(x):\n    return helpers.features(x)\n"
    cells = [
        # all of them are installed: pip has nothing to change in the environment of the tests; the last is never loaded
        (None, "%pip install --no-index numpy hypothesis"),
        (None, written),
        (None, "%run other.py"),
        ("parameters", "more = 'more.csv'"),
        *with_tags(
            USES_HELPERS,
            data=data,
            untagged=USES_HELPERS[0][1] + "\nimport written",
            training="weights = np.linalg.lstsq(scaled(written.twice(points)), points[:, 2], rcond=None)[0]",
            evaluation="error = float(np.abs(scaled(features(points)) @ weights - points[:, 2]).mean())",
            inference="sample = points[:20, h.BASE]\nprediction = scaled(features(sample)) @ weights",
        ),
    ]
    write_notebook(tmp_path / "n.ipynb", cells)
    result = full(tmp_path)
    found = sources(result)
    assert "def features" in found["helpers.py"] and "def twice" in found["written.py"]
    assert "unused.py" not in found
    assert "from n import helpers" in found["written.py"]
    assert "from n.helpers import features" in found["training.py"] + found["inference.py"]
    requirements = (tmp_path / "out" / "requirements.txt").read_text()
    assert "hypothesis==" not in requirements and "numpy==" in requirements
    assert sum("FACTOR = 3" in text for text in found.values()) == 1
    assert not [text for text in found.values() if str(tmp_path) in text]
    assert (tmp_path / "out" / "data" / "more.csv").read_bytes() == (tmp_path / "more.csv").read_bytes()


def test_a_package_beside_the_notebook_is_moved_or_refused_clearly(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "__init__.py").write_text("def twice(x):\n    return x * 2\n")
    write_points(tmp_path / "points.csv")
    cells = with_tags(
        READING,
        untagged=READING[0][1] + "\nimport mine",
        training="weights = np.linalg.lstsq(mine.twice(points[:, :2]), points[:, 2], rcond=None)[0]",
    )
    write_notebook(tmp_path / "n.ipynb", cells)
    done = nb2prod("export", "n.ipynb", "out", "--json", "--verify", "fast", cwd=tmp_path)
    assert done.returncode in (0, 6), done.stderr
    if done.returncode == 6:
        assert "mine" in done.stderr and "this is a bug" not in done.stderr


def test_paths_that_are_computed_named_by_a_parameter_or_absolute(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    for name in ("one", "two"):
        write_points(data / f"{name}.csv")
    (data / "notes.txt").write_text("nobody reads this")
    cells = [
        ("parameters", "names = ['one', 'two']\nextra = 'data/one.csv'"),
        *with_tags(
            READING,
            untagged=READING[0][1] + "\nfrom pathlib import Path",
            data="files = [Path('data') / f'{name}.csv' for name in names]\n"
            "files += sorted(Path('data').glob('*.csv'))\n"
            "points = np.vstack([np.loadtxt(file, delimiter=',', skiprows=1) for file in [*files, extra]])",
        ),
    ]
    write_notebook(tmp_path / "n.ipynb", cells)
    full(tmp_path)
    manifest = json.loads((tmp_path / "out" / "data" / "manifest.json").read_text())
    assert sorted(manifest) == ["data/one.csv", "data/two.csv"]


def test_a_large_file_stays_where_it_is(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    large = write_points(tmp_path / "data" / "large.csv", rows=40)
    with large.open("a") as file:
        file.write("\n" * 11_000_000)
    data = READING[1][1].replace("points.csv", "data/large.csv")
    write_notebook(tmp_path / "n.ipynb", with_tags(READING, data=data))
    done = nb2prod("export", "n.ipynb", "out", "--json", cwd=tmp_path)
    result = exported(done)
    assert result["retrain"]["equal"] == result["parity"]["rows"]
    assert any("DATA_DIR" in warning and "large.csv" in warning for warning in result["warnings"])
    repository = tmp_path / "out"
    assert not list(repository.rglob("large.csv"))
    (entry,) = json.loads((repository / "data" / "manifest.json").read_text()).values()
    assert entry["included"] is False and entry["size"] > 11_000_000 and len(entry["sha256"]) == 64

    train = [sys.executable, "-m", f"{result['package']}.pipeline"]  # the libraries of the tests are those of the pins
    environment = {**os.environ, "PYTHONPATH": str(repository / "src")}
    missing = subprocess.run(train, cwd=repository, capture_output=True, text=True, env=environment)
    assert missing.returncode != 0
    assert "DATA_DIR" in missing.stderr and "large.csv" in missing.stderr and entry["sha256"] in missing.stderr
    environment["DATA_DIR"] = str(tmp_path / "data")
    found = subprocess.run(train, cwd=repository, capture_output=True, text=True, env=environment)
    assert found.returncode == 0, found.stderr


def test_a_module_that_nobody_can_install_is_refused(tmp_path: Path) -> None:
    library = tmp_path / "library"
    library.mkdir()
    (library / "secret_sauce.py").write_text("def twice(x):\n    return x * 2\n")
    home = tmp_path / "home"
    home.mkdir()
    cells = with_tags(PLAIN, training="import secret_sauce\nweights = np.ones(2) * secret_sauce.twice(300)")
    write_notebook(home / "n.ipynb", cells)
    done = nb2prod(
        "export", "n.ipynb", "out", cwd=home, env={"PYTHONPATH": f"{Path(__file__).parents[2]}{os.pathsep}{library}"}
    )
    assert done.returncode == 6, done.stderr
    assert "secret_sauce" in done.stderr and "next to the notebook" in done.stderr
