"""Notebooks that prepare their data by hand, exported so that a client sends raw rows: proven, or told why not."""

from __future__ import annotations

import ast
import json
import random
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from nb2prod.analysis.dataflow import analyse
from nb2prod.analysis.inference import find_inference
from nb2prod.analysis.preparation.model import Preparation
from nb2prod.capture.model import Answers, Evidence
from nb2prod.capture.model import RawRows as RawEvidence
from nb2prod.errors import Problem, UnusableInput
from nb2prod.notebook.read import read_notebook
from nb2prod.plan.request import Request
from nb2prod.workflows import raw_rows
from nb2prod.workflows.as_data import exported_as_dict
from nb2prod.workflows.export import export
from nb2prod.workflows.model import ExportOptions
from nb2prod.workflows.working_folder import Work
from tests.making import SKLEARN, Cells, exported, nb2prod, write_notebook
from tests.shared import once

IMPORTS = """import numpy as np
import pandas as pd
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import LabelEncoder, StandardScaler
"""
READ = "df = pd.read_csv('people.csv')\ndf.head()"
SPLIT = """X = df.drop('paid', axis=1)
y = df['paid']
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.3, random_state=3)"""
PREPARING = """means = list(df.groupby('pclass')['age'].mean())

def fill_age(row):
    if pd.isnull(row['age']):
        return means[int(row['pclass']) - 1]
    return row['age']

df['age'] = df[['age', 'pclass']].apply(fill_age, axis=1)
df['fare'] = df['fare'].fillna(df['fare'].median())
df.drop('cabin', axis=1, inplace=True)
df.dropna(inplace=True)
encoder = LabelEncoder()
df['city'] = encoder.fit_transform(df['city'])
df['title'] = df['title'].map({'Mr': 0, 'Mrs': 1})
sex = pd.get_dummies(df['sex'], drop_first=True)
df = pd.concat([df.drop(['id', 'name', 'sex'], axis=1), sex], axis=1)"""
SCALING = """scaler = StandardScaler()
X_train = scaler.fit_transform(X_train)
X_test = scaler.transform(X_test)"""
FIT = "model = LogisticRegression(max_iter=2000)\nmodel.fit(X_train, y_train)"
ASK = "y_pred = model.predict(X_test)"
SCORE = "accuracy = accuracy_score(y_test, y_pred)"
PEOPLE = [
    (None, IMPORTS),
    ("data", READ),
    ("data", PREPARING),
    ("data", SPLIT),
    ("training", SCALING + "\n" + FIT),
    ("inference", ASK),
    ("evaluation", SCORE),
]
GOOD = {"pclass": 2, "age": None, "title": "Mrs", "sex": "female", "city": "B", "fare": 7.5}


def write_people(path: Path, rows: int = 160) -> None:
    """Write what hand-made data looks like: gaps, names, texts, a target."""
    draw = random.Random(5)
    lines = ["id,name,pclass,age,title,sex,city,fare,cabin,paid"]
    for i in range(rows):
        age = "" if i % 6 == 0 else str(18 + i * 7 % 50)
        city = "" if i % 41 == 7 else draw.choice("ABC")
        fare = "" if i % 23 == 5 else str(5 + i % 17 * 1.25)
        sex = draw.choice(["male", "female"])
        title = "Mr" if sex == "male" else "Mrs"
        paid = int(draw.random() < (0.8 if sex == "female" else 0.25))
        lines.append(f"{i},Name {i},{1 + i % 3},{age},{title},{sex},{city},{fare},{'C1' if i % 5 == 0 else ''},{paid}")
    path.write_text("\n".join(lines) + "\n")


def dry(folder: Path, cells: Cells, **options: Any) -> dict[str, Any]:
    """Return what ``--json`` prints for a dry run, which runs the notebook and decides all."""
    if not (folder / "people.csv").exists():
        write_people(folder / "people.csv")
    notebook = write_notebook(folder / "n.ipynb", cells)
    result = export(ExportOptions(notebook, folder / "out", dry_run=True, **options))
    found: dict[str, Any] = exported_as_dict(result)
    return {**found, "texts": result.plan.files}


@pytest.fixture
def people(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the notebook about people, and its export; not to be changed."""

    def make(folder: Path) -> None:
        write_people(folder / "people.csv")
        write_notebook(folder / "n.ipynb", PEOPLE)
        result = exported(nb2prod("export", "n.ipynb", "out", "--json", cwd=folder))
        (folder / "result.json").write_text(json.dumps(result))

    return once(tmp_path_factory, "people", make)


def test_a_service_that_takes_raw_rows_is_proven(people: Path) -> None:
    result = json.loads((people / "result.json").read_text())
    assert result["input"]["rows"] == "raw", result["input"]["why"]
    assert result["input"]["table"] == "df" and result["input"]["why"] == ""
    assert set(result["input"]["unused"]) == {"id", "name", "cabin", "paid"}
    assert [step for step in result["input"]["steps"] if step["how"] == "training"]
    assert all(learned["what"] and learned["cell"] in (2, 3, 4) for learned in result["input"]["learned"])
    for proof in ("parity", "batch", "http", "retrain"):
        assert result[proof]["rows"] == result[proof]["equal"] >= 60, (proof, result[proof])
    assert result["retrain"]["deterministic"] and result["tests"]["failed"] == 0
    assert result["parity"]["slice"] == "tidy" and not result["warnings"]
    assert not [text for text in result["left_out"] if "raw_rows" in text], "a line of ours"
    assert {"encoder", "scaler", "means"} <= {learned["name"] for learned in result["input"]["learned"]}


def test_the_repository_says_what_a_client_sends(people: Path) -> None:
    out = people / "out"
    contract = json.loads((out / "src/n/schema.json").read_text())
    schema, usual = contract["request"], contract["usual"]["fields"]
    fields = {field["name"]: field for field in schema["fields"]}
    assert set(fields) == set(GOOD)
    assert usual["sex"] == {"known": True} and usual["age"]["high"] > fields["age"]["maximum"]
    nullable = {name: field["nullable"] for name, field in fields.items()}
    assert nullable == {**dict.fromkeys(GOOD, False), "age": True, "fare": True}
    assert fields["sex"]["categories"] == ["female", "male"]
    inference = (out / "src/n/inference.py").read_text()
    assert "def prepare(" in inference and inference.count("records: pd.DataFrame") == 2
    readme = (out / "README.md").read_text()
    assert "a row of the notebook's `df`" in readme and "done in training only" in readme
    assert json.loads((people / "n.ipynb").read_text()) == json.loads((out / "notebooks/n.ipynb").read_text())


ASKING = """
import json, sys
from {package}.service.app import create_app
from tests.server import running
for body in json.load(sys.stdin):
    with running(create_app()) as client:
        answer = client.post("/predict", {{"records": body}})
        print(json.dumps([answer.status, answer.json()]))
"""


def test_what_training_never_saw_is_refused_and_not_a_crash(people: Path) -> None:
    cases = [
        ([GOOD], 200),
        ([{**GOOD, "city": "Z"}], 422),
        ([{**GOOD, "city": None}], 422),
        ([{**GOOD, "title": "Dr"}], 422),
        ([GOOD, {**GOOD, "fare": None, "age": 3.0}], 200),
        ([{**GOOD, "name": "Ann"}], 200),
    ]
    sending = json.dumps([records for records, _ in cases])
    done = subprocess.run(
        [sys.executable, "-c", ASKING.format(package="n")],
        cwd=people / "out",
        env={"PYTHONPATH": "src:.", "PATH": "", "LOG_LINES": "false"},
        input=sending,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert [status for status, _ in answers] == [status for _, status in cases], answers


def test_exporting_again_writes_the_same(people: Path, tmp_path: Path) -> None:
    result = dry(tmp_path, PEOPLE)
    assert result["input"]["rows"] == "raw"
    exported = people / "out" / "src" / "n"
    plain = {path.relative_to(people / "out").as_posix() for path in exported.glob("*.py")} & result["texts"].keys()
    assert {"src/n/inference.py", "src/n/training.py"} <= plain
    for path in sorted(plain):
        assert code(result["texts"][path]) == code((people / "out" / path).read_text())


def code(text: str) -> list[str]:
    """Return the functions and classes of a module: the formatter has the last word on lines and imports."""
    return [ast.dump(n, indent=1) for n in ast.parse(text).body if isinstance(n, ast.FunctionDef | ast.ClassDef)]


def test_arrays_and_a_scaler_on_the_side(tmp_path: Path) -> None:
    data = "df = pd.read_csv('people.csv')\ndf = df.dropna(subset=['age', 'fare'])\n"
    data += "X = df[['pclass', 'age', 'fare', 'paid']].iloc[:, :-1].values\ny = df['paid'].values\n"
    data += "X_train, X_test, y_train, y_test = train_test_split(X, y, random_state=1)"
    cells = [(None, IMPORTS), ("data", data), ("training", SCALING + "\n" + FIT), ("inference", ASK)]
    result = dry(tmp_path, cells)
    assert result["input"]["rows"] == "raw", result["input"]["why"]
    schema = json.loads(result["texts"]["src/n/schema.json"])["request"]
    assert [field["name"] for field in schema["fields"]] == ["pclass", "age", "fare"]


def test_texts_are_sent_as_texts(tmp_path: Path) -> None:
    data = "df = pd.read_csv('people.csv')\n"
    data += "df['text'] = df['title'] + ' ' + df['sex']\ndf['text'] = df['text'].str.lower()\n"
    data += "vectorizer = CountVectorizer()\nX = vectorizer.fit_transform(df['text'])\n"
    data += "X_train, X_test, y_train, y_test = train_test_split(X, df['paid'], random_state=1)"
    result = dry(tmp_path, [(None, IMPORTS), ("data", data), ("training", FIT), ("inference", ASK)])
    assert result["input"]["rows"] == "raw", result["input"]["why"]
    fields = json.loads(result["texts"]["src/n/schema.json"])["request"]["fields"]
    assert [field["name"] for field in fields] == ["title", "sex"]


def test_the_rows_of_a_submission(tmp_path: Path) -> None:
    write_people(tmp_path / "people.csv")
    lines = (tmp_path / "people.csv").read_text().splitlines()
    (tmp_path / "test.csv").write_text("\n".join(line.rpartition(",")[0] for line in [lines[0], *lines[40:80]]) + "\n")
    data = """train = pd.read_csv('people.csv')
test = pd.read_csv('test.csv')
median = train['age'].median()
for frame in [train, test]:
    frame['age'] = frame['age'].fillna(median)
    frame['fare'] = frame['fare'].fillna(0)
    frame['sex'] = frame['sex'].map({'male': 0, 'female': 1})
columns = ['pclass', 'age', 'sex', 'fare']
X_train, y_train, X_test = train[columns], train['paid'], test[columns]"""
    result = dry(tmp_path, [(None, IMPORTS), ("data", data), ("training", FIT), ("inference", ASK)])
    assert result["input"]["rows"] == "raw", result["input"]["why"]
    assert result["input"]["table"] == "test"
    fields = json.loads(result["texts"]["src/n/schema.json"])["request"]["fields"]
    assert {field["name"] for field in fields} == {"pclass", "age", "sex", "fare"}


SHIFTED = [
    (None, IMPORTS),
    (
        "data",
        "df = pd.read_csv('people.csv').fillna(0)\n"
        "df['before'] = df['fare'].shift(1).fillna(0)\nX = df[['fare', 'before']]",
    ),
    ("training", "model = LogisticRegression().fit(X, df['paid'])"),
    ("inference", "y_pred = model.predict(X)"),
]


def test_what_cannot_be_split_is_served_prepared_and_said(tmp_path: Path) -> None:
    result = dry(tmp_path, SHIFTED)
    assert result["input"]["rows"] == "prepared" and result["input"]["table"] == "X"
    assert "shift" in result["input"]["why"] and result["input"]["where"].startswith("cell [2], line 2")
    assert result["input"]["remedy"]
    fields = json.loads(result["texts"]["src/n/schema.json"])["request"]["fields"]
    assert [field["name"] for field in fields] == ["fare", "before"]
    refused = nb2prod("export", "n.ipynb", "out", "--input", "raw", "--json", cwd=tmp_path)
    assert refused.returncode == 6
    problem = json.loads(refused.stdout)["error"]["problems"][0]
    assert "shift" in problem["what"] and problem["remedy"] and problem["where"].startswith("cell [2], line 2")


def test_a_request_that_is_raw_already_is_left_alone(tmp_path: Path) -> None:
    write_people(tmp_path / "people.csv")
    assert dry(tmp_path, SKLEARN)["input"] is None
    literal = [*SKLEARN[:-1], ("inference", "sample = [[5.1, 3.5, 1.4, 0.2]]\nprediction = model.predict(sample)")]
    assert dry(tmp_path, literal, input="raw")["input"] is None


SIMPLE = [
    (None, IMPORTS),
    (
        "data",
        "df = pd.read_csv('people.csv')\ndf['age'] = df['age'].fillna(df['age'].mean())\nX = df[['age', 'pclass']]",
    ),
    ("training", "model = LogisticRegression().fit(X, df['paid'])"),
    ("inference", "y_pred = model.predict(X)"),
]


@pytest.fixture
def wrong(monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], None]:
    """Let what analysis finds be wrong: a text in ``prepare`` is replaced."""
    find = raw_rows.find_preparation

    def install(old: str, new: str) -> None:
        def found(*arguments: Any) -> Any:
            preparation = find(*arguments)
            assert isinstance(preparation, Preparation) and old in preparation.function, preparation
            return replace(preparation, function=preparation.function.replace(old, new))

        monkeypatch.setattr(raw_rows, "find_preparation", found)

    return install


def test_what_the_run_contradicts_is_served_prepared_and_said(
    tmp_path: Path, wrong: Callable[[str, str], None]
) -> None:
    wrong("return X", "return X + 1")
    result = dry(tmp_path, SIMPLE)
    assert result["input"]["rows"] == "prepared"
    assert "`age`" in result["input"]["why"] and "instead of" in result["input"]["why"]
    assert result["input"]["where"] == "cell [2], line 2"
    fields = json.loads(result["texts"]["src/n/schema.json"])["request"]["fields"]
    assert [field["name"] for field in fields] == ["age", "pclass"] and not fields[0]["nullable"]
    assert "def prepare" not in result["texts"]["src/n/inference.py"]


def test_prepared_rows_are_served_where_somebody_wants_them(tmp_path: Path) -> None:
    result = dry(tmp_path, SIMPLE, input="prepared")
    assert result["input"] is None or result["input"]["rows"] == "prepared"
    assert "def prepare" not in result["texts"]["src/n/inference.py"]


def test_a_repository_that_cannot_be_made_for_raw_rows_is_made_for_prepared_ones(tmp_path: Path) -> None:
    notebook = read_notebook(write_notebook(tmp_path / "n.ipynb", SIMPLE))
    flow = analyse(notebook)
    request = Request(notebook, flow, find_inference(notebook, flow), tmp_path, "n", "n")
    way = raw_rows.look_for_raw_rows(request, "auto")
    assert isinstance(way, raw_rows.RawWay)
    raw = RawEvidence(Answers({}, {}, (), (), 0))
    evidence = Evidence("", {}, raw=raw, problems=("odd", "of prepared rows"), answers_problems=("of prepared rows",))
    asked: list[tuple[str, ...]] = []

    def make(request: Request, evidence: Evidence, work: Work) -> Request:
        asked.append(evidence.problems)
        if request.input is not None and request.input.rows == "raw":
            raise UnusableInput(Problem("no file takes `encoder`", "cell [2]", "do without"))
        return request

    work = Work(tmp_path, lambda _: None)
    made = raw_rows.made_of_rows(request, way, evidence, "auto", work, make)
    assert asked == [("odd",), ("odd", "of prepared rows")]
    assert made.notebook == notebook and made.input is not None
    assert made.input.rows == "prepared" and "`encoder`" in made.input.why
    with pytest.raises(UnusableInput, match="raw rows cannot be served: no file takes"):
        raw_rows.made_of_rows(request, way, evidence, "raw", Work(tmp_path / "prepared", work.watch), make)
