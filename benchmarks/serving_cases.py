"""The cases of the serving benchmark: a name in, a notebook, exported and cached in a folder, out."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import nbformat

ROOT = Path(__file__).parents[1]
EXAMPLES = ROOT / "example_notebooks"
EXPORT_SECONDS = 1800

Cells = tuple[tuple[str, str], ...]

FOREST: Cells = (
    (
        "",
        "import pandas as pd\nfrom sklearn.compose import ColumnTransformer\nfrom sklearn.ensemble import"
        " RandomForestClassifier\nfrom sklearn.impute import SimpleImputer\nfrom sklearn.model_selection import"
        " train_test_split\nfrom sklearn.pipeline import make_pipeline\n"
        "from sklearn.preprocessing import OneHotEncoder",
    ),
    (
        "data",
        "customers = pd.read_csv('data/churn.csv').drop_duplicates('CustomerID').set_index('CustomerID')\n"
        "customers['TotalCharges'] = pd.to_numeric(customers['TotalCharges'], errors='coerce')\n"
        "X, y = customers.drop(columns='Churn'), (customers['Churn'] == 'Yes').astype(int)\n"
        "X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.25, random_state=0)",
    ),
    (
        "training",
        "numbers = X_train.select_dtypes('number').columns.tolist()\n"
        "categories = [column for column in X_train if column not in numbers]\n"
        "filled = make_pipeline(SimpleImputer(strategy='constant', fill_value='unknown'),"
        " OneHotEncoder(handle_unknown='ignore'))\n"
        "prepare = ColumnTransformer([('numbers', SimpleImputer(strategy='median'), numbers),"
        " ('categories', filled, categories)])\n"
        "model = make_pipeline(prepare, RandomForestClassifier(n_estimators=100, random_state=0))\n"
        "model.fit(X_train, y_train)",
    ),
    ("evaluation", "accuracy = model.score(X_test, y_test)"),
    ("inference", "sample = X_test.head(25)\nprobability = model.predict_proba(sample)[:, 1]"),
)
LINEAR: Cells = (
    (
        "",
        "from sklearn.datasets import load_breast_cancer\nfrom sklearn.linear_model import LogisticRegression\n"
        "from sklearn.model_selection import train_test_split\nfrom sklearn.pipeline import make_pipeline\n"
        "from sklearn.preprocessing import StandardScaler",
    ),
    (
        "data",
        "X, y = load_breast_cancer(return_X_y=True, as_frame=True)\n"
        "X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.25, random_state=0)",
    ),
    ("training", "model = make_pipeline(StandardScaler(), LogisticRegression())\nmodel.fit(X_train, y_train)"),
    ("evaluation", "accuracy = model.score(X_test, y_test)"),
    ("inference", "sample = X_test.head(25)\nprobability = model.predict_proba(sample)[:, 1]"),
)
NEIGHBOURS: Cells = (
    (
        "",
        "import pandas as pd\nfrom sklearn.datasets import make_classification\nfrom sklearn.model_selection import"
        " train_test_split\nfrom sklearn.neighbors import KNeighborsClassifier\nfrom sklearn.pipeline import"
        " make_pipeline\nfrom sklearn.preprocessing import StandardScaler",
    ),
    (
        "data",
        "values, y = make_classification(n_samples=5000, n_features=12, n_informative=8, random_state=0)\n"
        "X = pd.DataFrame(values, columns=[f'measured_{number}' for number in range(12)])\n"
        "X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.25, random_state=0)",
    ),
    ("training", "model = make_pipeline(StandardScaler(), KNeighborsClassifier(15))\nmodel.fit(X_train, y_train)"),
    ("evaluation", "accuracy = model.score(X_test, y_test)"),
    ("inference", "sample = X_test.head(25)\nprobability = model.predict_proba(sample)[:, 1]"),
)

CASES: Mapping[str, Cells | str] = {
    "churn": "churn.ipynb",
    "forest": FOREST,
    "linear": LINEAR,
    "text": "reviews.ipynb",
    "neighbours": NEIGHBOURS,
}
"""An example notebook's file, or the cells of one that is written for this: a tag and a source each."""


@dataclass(frozen=True)
class Repository:
    """What an export wrote."""

    folder: Path

    @property
    def sources(self) -> Path:
        """Return where its package lies."""
        return self.folder / "src"

    @cached_property
    def package(self) -> str:
        """Return the name of its package."""
        return next(path.parent.name for path in sorted(self.sources.glob("*/inference.py")))

    @cached_property
    def dependencies(self) -> list[str]:
        """Return what it needs to run, as pins."""
        return list(tomllib.loads((self.folder / "pyproject.toml").read_text("utf-8"))["project"]["dependencies"])

    @cached_property
    def locked(self) -> list[str]:
        """Return everything that it was proven with, as pins."""
        lines = (self.folder / "requirements.txt").read_text("utf-8").splitlines()
        return [line.split()[0] for line in lines if "==" in line and not line.startswith("#")]

    def parity(self, name: str) -> Any:
        """Return the records, the notebook's answers, or how far floats may be apart."""
        return json.loads((self.folder / "tests" / "parity" / f"{name}.json").read_text("utf-8"))


def exported(case: str, folder: Path) -> Repository:
    """Return the case's repository, exported anew where the notebook or nb2prod is not what it was."""
    place = folder / "cases" / case
    notebook = place / (case + ".ipynb")
    source = CASES[case]
    text = (EXAMPLES / source).read_text("utf-8") if isinstance(source, str) else nbformat.writes(_notebook(source))
    key = hashlib.sha256(text.encode() + b"".join(_own_files())).hexdigest()
    done = place / "exported"
    if not done.is_file() or done.read_text("utf-8") != key:
        shutil.rmtree(place, ignore_errors=True)
        shutil.copytree(EXAMPLES / "data", place / "data")
        notebook.write_text(text, "utf-8")
        print(f"exporting {case}", file=sys.stderr, flush=True)
        command = [sys.executable, "-m", "nb2prod", "export", str(notebook), str(place / "repository"), "--quiet"]
        made = subprocess.run(command, cwd=place, capture_output=True, text=True, timeout=EXPORT_SECONDS, check=False)
        if made.returncode:
            raise SystemExit(f"{case} was not exported:\n{made.stdout}{made.stderr}")
        done.write_text(key, "utf-8")
    return Repository(place / "repository")


def _notebook(cells: Cells) -> nbformat.NotebookNode:
    made = []
    for number, (tag, source) in enumerate(cells):
        cell = nbformat.v4.new_code_cell(source, id=f"cell-{number}")
        cell.metadata["tags"] = [tag] if tag else []
        made.append(cell)
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return nbformat.v4.new_notebook(cells=made, metadata={"kernelspec": kernel})


def _own_files() -> Iterator[bytes]:
    """Yield everything that an export depends on: nb2prod itself, its templates, the data."""
    for folder in (ROOT / "nb2prod", ROOT / "templates", EXAMPLES / "data"):
        for path in sorted(folder.rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                yield path.relative_to(ROOT).as_posix().encode() + path.read_bytes()
