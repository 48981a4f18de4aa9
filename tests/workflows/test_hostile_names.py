"""Names and texts that would break or inject into Python, TOML, Make, Markdown or a shell: data, in every language.

The proof runs the repository's own lint and tests, so a repository that is proven is valid in all of them.
"""

from __future__ import annotations

import ast
import json
import subprocess
import tomllib
from pathlib import Path
from typing import Any

import pytest

from tests.making import PLAIN, as_notebook, exported, nb2prod, write_notebook
from tests.shared import once

NASTY = (
    "\"it's\" \\ {{ cookiecutter.x }} {% raw %} ''' <script>alert(1)</script> $(touch hacked) `touch hacked` ${HOME} ☃"
)
TRIPLE = '"""'
COLUMNS = ['a "quoted"', "it's", "naïve ☃", "{{ cookiecutter.project }}", "back\\slash", "new\nline", "$(touch hacked)"]
CATEGORIES = ['say "x"', "it's", "ü", "{{ y }}", "\\n", "a\nb", "`touch hacked`"]
FILE = 'It\'s a "note" {{x}} $(touch hacked) `é`\n%d.ipynb'

DATA = f"""# {NASTY} {TRIPLE}
columns = {COLUMNS!r}
categories = {CATEGORIES!r}
X = pd.DataFrame({{name: [(i * (n + 2)) % 11 / 2 for i in range(60)] for n, name in enumerate(columns)}})
X["kind of thing"] = [categories[i % len(categories)] for i in range(60)]
y = [["no \\"way\\"", "it's {{{{ so }}}}"][i % 3 % 2] for i in range(60)]"""
TRAINING = """encoder = ColumnTransformer([("one", OneHotEncoder(), ["kind of thing"])], remainder="passthrough")
model = Pipeline([("encoder", encoder), ("classifier", LogisticRegression(max_iter=2000))]).fit(X, y)"""
IMPORTS = """import pandas as pd
from sklearn.compose import ColumnTransformer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import OneHotEncoder"""
CELLS = [
    (None, IMPORTS),
    ("parameters", f"scale = 1.5  # {NASTY} {TRIPLE}\nlabel = {NASTY + TRIPLE!r}  # {TRIPLE}"),
    ("data", DATA),
    ("training", TRAINING),
    ("evaluation", "accuracy = model.score(X, y) * scale\nnamed = {label: accuracy}"),
    ("inference", "sample = X.head(25)\nprediction = model.predict(sample)"),
]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    def make(folder: Path) -> None:
        notebook = as_notebook(CELLS)
        for position in (3, 2, 1):
            text = f"# {NASTY}\n\n{TRIPLE} and {NASTY}\n\n```\ncode {{{{ z }}}}\n```"
            notebook["cells"].insert(
                position, {"cell_type": "markdown", "id": f"m{position}", "metadata": {}, "source": text}
            )
        notebook["cells"].insert(
            0, {"cell_type": "markdown", "id": "m0", "metadata": {}, "source": f"# {NASTY} {TRIPLE}"}
        )
        (folder / FILE).write_text(json.dumps(notebook))
        done = nb2prod("export", FILE, 'it\'s "here" ☃', "--json", cwd=folder)
        (folder / "said.json").write_text(done.stdout)
        assert done.returncode == 0, done.stderr[-3000:] + done.stdout[-6000:]

    folder = once(tmp_path_factory, "hostile", make)
    result: dict[str, Any] = json.loads((folder / "said.json").read_text())
    return {**result, "folder": folder}


def test_the_repository_is_proven(made: dict[str, Any]) -> None:
    assert made["parity"]["equal"] == made["parity"]["rows"] >= 25
    assert made["http"]["equal"] == made["parity"]["rows"]
    assert made["tests"]["failed"] == 0 < made["tests"]["passed"]
    assert made["lint"] == ""


def test_nothing_of_it_was_run(made: dict[str, Any]) -> None:
    assert not list(made["folder"].rglob("hacked"))


def test_everything_is_valid_in_its_language(made: dict[str, Any]) -> None:
    repository = Path(made["repository"])
    for path in repository.rglob("*.py"):
        ast.parse(path.read_text())
    project = tomllib.loads((repository / "pyproject.toml").read_text())["project"]
    assert project["name"].isascii() and project["name"].replace("-", "").isalnum()
    assert subprocess.run(["make", "-n", "help"], cwd=repository, capture_output=True).returncode == 0
    for path in repository.rglob("*.json"):
        json.loads(path.read_text())


def test_the_readme_shows_text_and_not_markup(made: dict[str, Any]) -> None:
    readme = (Path(made["repository"]) / "README.md").read_text()
    assert "<script>" not in readme.replace("`", "")
    assert "{{ cookiecutter" not in readme or "\\{" not in readme  # it is shown as it is, and nothing was rendered
    titles = [line for line in readme.splitlines() if line.startswith("# ")]
    assert len([t for t in titles if "PORT" not in t]) >= 1


def test_paths_in_the_repository_are_plain(made: dict[str, Any]) -> None:
    repository = Path(made["repository"])
    paths = [path.relative_to(repository).as_posix() for path in repository.rglob("*")]
    assert not [path for path in paths if ".git/" not in path and set(path) & set("\n\\\"'`$")]


@pytest.mark.parametrize(
    ("file", "package"),
    [("class.ipynb", "class_service"), ("json.ipynb", "json_service"), ("123.ipynb", "nb_123"),
     ("日本.ipynb", "notebook"),
     ("numpy.ipynb", "numpy_service"), ("..ipynb", "notebook"), ("-rf.ipynb", "rf"), ("a" * 200 + ".ipynb", "a" * 48)],
)  # fmt: skip
def test_a_file_name_becomes_a_package_name(file: str, package: str, tmp_path: Path) -> None:
    from nb2prod.plan.naming import package_name, project_name

    assert package_name(project_name(tmp_path / file, None)) == package


@pytest.mark.parametrize(
    ("project", "free"),
    [("scikit-learn", ("scikit-learn-service", "scikit_learn_service")), ("sklearn", ("sklearn-service",
     "sklearn_service")), ("lightgbm", ("lightgbm-service", "lightgbm_service")), ("numpy", ("numpy-service",
     "numpy_service")), ("churn", ("churn", "churn")), ("class", ("class", "class_service"))],
)  # fmt: skip
def test_a_name_that_a_library_has_is_left_to_it(project: str, free: tuple[str, str]) -> None:
    from nb2prod.plan.naming import free_names

    assert free_names(project, {"scikit-learn": ["sklearn"], "lightgbm": ["lightgbm"]}) == free


def test_a_notebook_whose_name_is_a_keyword_or_a_module_is_exported(tmp_path: Path) -> None:
    write_notebook(tmp_path / "numpy.ipynb", PLAIN)
    result = exported(nb2prod("export", "numpy.ipynb", "out", "--verify", "fast", "--json", cwd=tmp_path))
    assert result["package"] == "numpy_service"
