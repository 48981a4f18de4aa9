"""The notebook that takes raw rows: what is added where, and that the rest of the house understands it."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from nb2prod.analysis.dataflow import analyse
from nb2prod.analysis.inference import find_inference
from nb2prod.analysis.model import Dataflow
from nb2prod.analysis.preparation.model import Learned, Preparation
from nb2prod.analysis.preparation.rewrite import Rewritten, rewrite
from nb2prod.notebook.model import Notebook
from nb2prod.notebook.read import read_notebook
from tests.making import Cells, write_notebook

PREPARE = """def prepare(records, *, age_mean):
    rows = records.copy()
    rows["age"] = rows["age"].fillna(age_mean)
    return rows[["age", "fare"]]"""
READ = """%matplotlib inline
df = pd.read_csv('people.csv'); n = len(df)

# fill
df['age'] = df['age'].fillna(df['age'].mean())"""
CELLS = [
    (None, "import pandas as pd\nfrom sklearn.linear_model import LinearRegression"),
    ("data", READ),
    ("data", "X = df[['age', 'fare']]"),
    ("training", "model = LinearRegression().fit(X, df['paid'])"),
    ("inference", "y_pred = model.predict(X)\nshown = y_pred.round(2)"),
    ("evaluation", "error = abs(df['paid'] - y_pred).mean()"),
]  # fmt: skip


def read(path: Path, cells: Cells) -> tuple[Notebook, Dataflow]:
    notebook = read_notebook(write_notebook(path / "n.ipynb", cells))
    return notebook, analyse(notebook)


def rewritten(path: Path, cells: Cells = CELLS) -> tuple[Rewritten, Notebook]:
    notebook, flow = read(path, cells)

    def at(text: str) -> int:
        return next(s.index for s in flow.statements if text in s.source)

    fill = at("fillna")
    preparation = Preparation(
        raw="df",
        statement=at("read_csv"),
        prepared="X",
        function=PREPARE,
        arguments=("age_mean",),
        learned=(Learned("age_mean", "df['age'].mean()", fill, False, "mean of `age`"),),
        rewritten={fill: "# fill\ndf['age'] = df['age'].fillna(age_mean)"},
    )
    return rewrite(notebook, flow, find_inference(notebook, flow), preparation), notebook


def test_learnt_values_and_the_copy_are_statements_in_their_places(tmp_path: Path) -> None:
    found, before = rewritten(tmp_path)
    added = ["raw_rows = df.copy()", "n = len(df)", "age_mean = df['age'].mean()", "# fill"]
    assert found.notebook.cells[1].code.split("\n")[-5:] == [*added, "df['age'] = df['age'].fillna(age_mean)"]
    assert [cell.index for cell in found.notebook.cells] == [cell.index for cell in before.cells]
    assert found.notebook.cells[2] == before.cells[2]
    assert before == read_notebook(tmp_path / "n.ipynb")


def test_the_request_is_the_raw_row_and_evaluation_keeps_what_it_reads(tmp_path: Path) -> None:
    found, _ = rewritten(tmp_path)
    flow = found.with_lines(analyse(found.notebook))
    inference = find_inference(found.notebook, flow)
    assert inference.function == "predict" and inference.inputs == ("records",)
    assert found.prepare == "prepare(records, age_mean=age_mean)"
    assert [node.name for node in ast.parse(found.definitions).body if isinstance(node, ast.FunctionDef)] == [
        "prepare",
        "predict",
    ]
    assert found.definitions.endswith("    shown = y_pred.round(2)\n    return shown\n")
    error = next(s for s in flow.statements if "error" in s.facts.definitions)
    assert [flow.statements[i].source for i in flow.sources[error.index]["y_pred"]] == ["y_pred = model.predict(X)"]


def test_messages_name_the_lines_that_the_user_has(tmp_path: Path) -> None:
    found, _ = rewritten(tmp_path)
    flow = found.with_lines(analyse(found.notebook))
    lines = {s.source.split("\n")[-1]: s.line for s in flow.statements if s.cell == 1}
    assert lines["raw_rows = df.copy()"] == lines["n = len(df)"] == 2
    assert lines["age_mean = df['age'].mean()"] == lines["df['age'] = df['age'].fillna(age_mean)"] == 5


@pytest.mark.parametrize(
    ("code", "wanted"),
    [
        ("records = 1; raw_rows = 2; predict = 3", ("raw_records", "raw_rows_kept", "predict_raw")),
        ("def f():\n    return records", ("raw_records", "raw_rows", "predict")),
    ],
)
def test_names_that_the_notebook_uses_are_left_alone(code: str, wanted: tuple[str, str, str], tmp_path: Path) -> None:
    found, _ = rewritten(tmp_path, [(None, code), *CELLS])
    answering = ast.parse(found.definitions).body[1]
    assert isinstance(answering, ast.FunctionDef)
    assert (found.records, found.table, answering.name) == wanted


def test_texts_of_several_lines_stay_as_they_are(tmp_path: Path) -> None:
    cells = [*CELLS[:4], ("inference", 'y_pred = model.predict(X)\nshown = f"""a\n  {y_pred}"""'), CELLS[5]]
    found, _ = rewritten(tmp_path, cells)
    namespace: dict[str, object] = {}
    exec(found.definitions, namespace)
    text = ast.parse(found.definitions).body[1]
    assert "a\n  " in ast.unparse(text).encode().decode("unicode_escape")


def test_a_request_spelled_in_the_call_gets_its_rows_prepared(tmp_path: Path) -> None:
    cells = [*CELLS[:4], ("inference", "y_pred = model.predict(X.head(3))"), CELLS[5]]
    found, _ = rewritten(tmp_path, cells)
    assert "    records = prepare(records, age_mean=age_mean)\n    y_pred = model.predict(records)" in found.definitions
