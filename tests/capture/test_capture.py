"""Whole captures with real kernels."""

from __future__ import annotations

import hashlib
import json
import stat
from pathlib import Path
from typing import Any

import pytest

from nb2prod.capture.model import CaptureRequest, Evidence, InferenceRequest, Moment, ShownValue
from nb2prod.errors import NotebookRaised, TimedOut
from nb2prod.notebook.read import read_notebook
from nb2prod.runs.execute import execute

CELLS = (
    ("import random\nN = 5", "parameters"),
    (
        "import numpy as np, pandas as pd, sqlite3, socket\n"
        "import beside\n"
        "np.random.seed(42)\n"
        "data = pd.read_csv('data.csv')\n"
        "outside = open(OUTSIDE).read()\n"
        "open('made.txt', 'w').write('x')\n"
        "open('made.txt').read()\n"
        "rows = sqlite3.connect('data.db').execute('select 1').fetchall()\n"
        "try:\n    socket.create_connection(('example.invalid', 80), timeout=1)\nexcept OSError:\n    pass\n"
        "socket.socket().connect_ex(('127.0.0.1', 9))",
        "data",
    ),
    (
        "from sklearn.ensemble import RandomForestClassifier\n"
        "random.random()\n"
        "kept = bytearray(80_000_000)\n"
        "del kept\n"
        "model = RandomForestClassifier(5, random_state=0).fit(data[['a', 'b']], data['y'])",
        "training",
    ),
    (
        "accuracy = model.score(data[['a', 'b']], data['y'])\n"
        "report = {'auc': np.float32(0.5), 'by': {'x': 1}, 'name': 'x', 'good': True}\n"
        "score = np.array(0.25)",
        "evaluation",
    ),
    (
        "sample = pd.DataFrame([{'a': 1, 'b': 2.0}])\nscore = 'reused'\nanswer = model.predict_proba(sample)",
        "inference",
    ),
)


@pytest.fixture(scope="module")
def evidence(shared_notebooks: Any) -> Evidence:
    folder: Path = shared_notebooks.folder
    lines = [f"{n},{n / 10},{n % 2}" for n in range(250)]
    folder.joinpath("data.csv").write_text("\n".join(["a,b,y", *lines]) + "\n")
    folder.joinpath("data.db").write_bytes(b"")
    folder.joinpath("beside.py").write_text("VALUE = 1\n")
    outside = folder.parent / "outside.txt"
    outside.write_text("o")
    first, second, *rest = CELLS
    request = CaptureRequest(
        InferenceRequest(
            after_cell=4,
            inputs=("sample",),
            output="answer",
            setup="sample = pd.DataFrame([{'a': 1, 'b': 2.0}])",
            body="answer = model.predict_proba(sample)",
            row_sources=("nothing", "data"),
            artifacts=("model",),
        ),
        metrics=("accuracy", "report", "score", "missing"),
        types=("data", "N", "model", "np"),
    )
    cells = (first, (second[0].replace("OUTSIDE", repr(str(outside))), second[1]), *rest)
    evidence: Evidence = shared_notebooks.capture(*cells, request=request, parameters={"N": 7})
    return evidence


class TestOneRun:
    def test_nothing_went_wrong(self, evidence: Evidence) -> None:
        assert evidence.problems == ()
        assert evidence.python["version"].startswith("3.")
        assert evidence.seconds > 0

    def test_files_read_are_the_notebooks_data_and_nothing_else(self, evidence: Evidence) -> None:
        read = {Path(item.path).name: item for item in evidence.files_read}
        assert sorted(read) == ["data.csv", "data.db", "outside.txt"]
        assert read["data.csv"].path == "data.csv"
        assert read["data.csv"].inside
        assert Path(read["outside.txt"].path).is_absolute()
        assert not read["outside.txt"].inside
        assert read["outside.txt"].sha256 == hashlib.sha256(b"o").hexdigest()
        assert read["outside.txt"].size == 1

    def test_files_written(self, evidence: Evidence) -> None:
        assert evidence.files_written == ("made.txt",)

    def test_hosts_without_the_machine_itself(self, evidence: Evidence) -> None:
        assert evidence.hosts == ("example.invalid",)

    def test_seeds_and_the_use_of_random_generators(self, evidence: Evidence) -> None:
        assert evidence.seeds == ("numpy.random.seed(42)",)
        use = [set(cell.random_use) for cell in evidence.cells]
        assert "<numpy.random>" in use[1]
        assert "<random>" in use[2]
        assert use[0] == use[3] == use[4] == set()

    def test_each_cell_has_seconds_and_its_own_peak_memory(self, evidence: Evidence) -> None:
        assert [cell.index for cell in evidence.cells] == [0, 1, 2, 3, 4]
        peaks = [cell.peak_memory_mb for cell in evidence.cells]
        assert peaks[2] > peaks[4] + 50, "the peak is counted anew for each cell"
        assert all(0 <= cell.seconds < 60 for cell in evidence.cells)

    def test_metrics_are_what_evaluation_made_of_them(self, evidence: Evidence) -> None:
        assert evidence.metrics["report.auc"] == 0.5
        assert evidence.metrics["report.by.x"] == 1
        assert evidence.metrics["score"] == 0.25, "a later cell has reused the name"
        assert set(evidence.metrics) == {"accuracy", "report.auc", "report.by.x", "score"}

    def test_distributions_have_versions_needs_and_problems(self, evidence: Evidence) -> None:
        import sklearn

        found = evidence.distributions
        assert found["scikit-learn"].version == sklearn.__version__
        assert "sklearn" in found["scikit-learn"].imports
        assert {"numpy", "scipy", "joblib"} <= set(found["scikit-learn"].requires)
        assert {"pandas", "numpy", "scipy", "python-dateutil"} <= set(found)
        assert not {"pytest", "jupyterlab", "ipykernel", "nb2prod"} & set(found)
        assert [name for name, item in found.items() if item.problem] == ["beside"]
        assert "beside.py" in found["beside"].problem

    def test_types_are_named_by_their_public_path(self, evidence: Evidence) -> None:
        model, data = evidence.values["model"], evidence.values["data"]
        assert (model.module, model.type, model.kind) == ("sklearn.ensemble", "RandomForestClassifier", "sklearn")
        assert "sklearn.base.BaseEstimator" in model.bases
        assert (data.module, data.type, data.kind) == ("pandas", "DataFrame", "pandas")
        assert evidence.values["N"].value == 7, "as injected"
        assert evidence.values["np"].kind == "module"

    def test_artifacts_are_pickled_into_the_folder(self, evidence: Evidence) -> None:
        path = Path(evidence.folder, evidence.values["model"].pickled)
        assert path.stat().st_size == evidence.values["model"].size
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
        assert not list(Path(evidence.folder).rglob("*.part"))

    def test_answers(self, evidence: Evidence) -> None:
        answers = evidence.answers
        assert answers is not None
        assert (answers.own, answers.drawn_from, answers.batched, answers.refused) == (1, "data", True, 0)
        assert len(answers.requests) == len(answers.responses) == 200
        assert answers.requests[0] == {"a": 1, "b": 2.0}
        assert [len(response) for response in answers.responses] == [2] * 200
        assert answers.response_schema == {"answer": "split", "type": "array", "dtype": "float64"}


STATE = """
import json, random, sys
import numpy as np
state = {
    'names': sorted(name for name in globals() if not (name.startswith('_i') or name in ('state',))),
    'dir': len(dir()), 'in': len(In), 'out': list(Out), 'last': repr(_), 'count': get_ipython().execution_count,
    'random': random.random(), 'numpy': float(np.random.rand()), 'figures': None,
    'seed': [random.seed.__name__, random.seed.__doc__, np.random.seed.__name__],
}
with open('state.json', 'w') as stream:
    json.dump(state, stream)
"""


def test_the_notebook_cannot_tell(notebooks: Any) -> None:
    cells = (
        "import random\nimport numpy as np\nrandom.seed(3); np.random.seed(3)\nx = [1.0, 2.0]\nx",
        "y = [v * np.random.rand() for v in x]\n6 * 7",
        STATE,
    )
    execute(read_notebook(notebooks.write(*cells)))
    expected = json.loads(notebooks.folder.joinpath("state.json").read_text())
    body = "z = np.random.rand()\nnew_name = 1\nprint(z)\ny = [v * 2 for v in x]\ny"
    request = CaptureRequest(
        InferenceRequest(1, ("x",), "y", "x = [1.0, 2.0]\nhidden = 1", body, (), ("x",)), ("x",), ("x", "y")
    )
    evidence = notebooks.capture(*cells, request=request)
    assert json.loads(notebooks.folder.joinpath("state.json").read_text()) == expected
    assert evidence.answers is not None
    assert evidence.seeds == ("random.seed(3)", "numpy.random.seed(3)")


def test_a_kernel_of_old_libraries(notebooks: Any, kernels: None) -> None:
    cells = (
        "import pandas as pd, numpy as np\n"
        "from sklearn.compose import ColumnTransformer\nfrom sklearn.impute import SimpleImputer\n"
        "from sklearn.linear_model import LogisticRegression\nfrom sklearn.pipeline import make_pipeline\n"
        "from sklearn.preprocessing import OneHotEncoder\n"
        "df = pd.DataFrame({'n': [1.0, np.nan, 3.0, 4.0] * 30, 'c': ['a', 'b', np.nan, 'a'] * 30, 'y': [0, 1] * 60})",
        "columns = ColumnTransformer([('n', SimpleImputer(), ['n']),\n"
        "    ('c', make_pipeline(SimpleImputer(strategy='most_frequent'), OneHotEncoder()), ['c'])])\n"
        "model = make_pipeline(columns, LogisticRegression()).fit(df[['n', 'c']], df['y'])",
        "one = df[['n', 'c']].head(1)\nlabel = model.predict(one)[0]",
    )
    request = CaptureRequest(
        InferenceRequest(
            2, ("one",), "label", "one = df[['n', 'c']].head(1)", "label = model.predict(one)[0]", ("df",), ("model",)
        )
    )
    evidence = notebooks.capture(*cells, request=request, kernel="old")
    assert evidence.problems == ()
    assert {name: evidence.distributions[name].version for name in ("numpy", "scikit-learn", "pandas")} == {
        "numpy": "1.23.5",
        "scikit-learn": "1.1.3",
        "pandas": "1.5.3",
    }
    assert evidence.answers is not None
    assert len(evidence.answers.requests) == 91, "rows like the own one are left out"
    assert evidence.answers.response_schema == {"answer": "whole", "type": "integer", "dtype": "int64"}
    assert evidence.values["model"].type == "Pipeline"


def test_a_kernel_with_nothing_in_it(notebooks: Any, kernels: None) -> None:
    cells = (
        "weights = {'a': 2.0, 'b': 1}\n"
        "rows = [{'a': n / 7, 'b': n} for n in range(300)]\n"
        "def predict(a, b):\n    return {'score': a * weights['a'] + b, 'label': 'high' if a > 1 else 'low'}",
        "a = 1.5\nb = 2\nresult = predict(a, b)",
    )
    request = CaptureRequest(
        InferenceRequest(1, ("a", "b"), "result", "", "result = predict(a, b)", ("rows",), ("weights", "predict"))
    )
    evidence = notebooks.capture(*cells, request=request, kernel="bare")
    assert evidence.problems == ()
    assert evidence.distributions == {}
    assert evidence.values["weights"].value == {"a": 2.0, "b": 1}
    assert (evidence.values["predict"].kind, evidence.values["predict"].defined_in) == ("callable", "predict")
    assert "cannot be pickled" in evidence.values["predict"].problem
    assert evidence.answers is not None
    assert evidence.answers.request_schema["container"] == "arguments"
    assert evidence.answers.responses[0] == {"score": 5.0, "label": "high"}
    assert len(evidence.answers.requests) == 200


def test_a_notebook_without_an_inference_request_still_shows_its_run(notebooks: Any) -> None:
    evidence = notebooks.capture("x = 1")
    assert evidence.answers is None
    assert len(evidence.cells) == 1


def test_a_cell_that_raises_is_named_as_in_any_run(notebooks: Any) -> None:
    with pytest.raises(NotebookRaised, match=r"cell \[2\], line 1: ZeroDivisionError"):
        notebooks.capture("x = 1", "1 / 0")


def test_an_inference_section_that_does_not_end_runs_into_the_timeout(notebooks: Any) -> None:
    body = "while x:\n    pass\ny = 1"
    request = CaptureRequest(InferenceRequest(0, ("x",), "y", "x = [1, 2]", body))
    with pytest.raises(TimedOut, match=r"behind cell \[1\]"):
        notebooks.capture("x = [1, 2]", request=request, timeout=4)


def test_cells_inside_magics_and_written_modules(notebooks: Any) -> None:
    evidence = notebooks.capture(
        "%%writefile written.py\nA = 1",
        "%%capture\nimport written",
        "%%time\nx = written.A",
        ("raise SystemExit", "skip"),
        "import random\nrandom.random()",
    )
    assert [cell.index for cell in evidence.cells] == [0, 1, 2, 4]
    assert evidence.cells[-1].random_use == ("<random>",)
    assert evidence.distributions == {}
    assert evidence.files_written == ("written.py",)


def test_numbers_that_scrapbook_glues_are_metrics(notebooks: Any) -> None:
    evidence = notebooks.capture(
        "import sys, types\nsb = sys.modules['scrapbook'] = types.ModuleType('scrapbook')\nsb.glue = print",
        "x = 2.0\nsb.glue('rmse', 0.5)\nsb.glue('x', x)\nsb.glue('name', 'text')",
    )
    assert evidence.metrics == {"rmse": 0.5, "x": 2.0}


def test_files_that_compiled_code_opens_are_found_by_their_names(notebooks: Any) -> None:
    import pandas as pd

    pd.DataFrame({"a": [1]}).to_parquet(notebooks.folder / "data.parquet")
    evidence = notebooks.capture("import pyarrow.parquet as pq\nrows = pq.read_table('data.parquet').num_rows")
    assert [item.path for item in evidence.files_read] == ["data.parquet"]


def test_numbers_that_are_only_shown_are_taken_while_the_cell_runs(notebooks: Any) -> None:
    cell = (
        "%time x = 1\ncalls = []\ndef score(y): calls.append(y); return y / 4\nprint(f'{score(x):.1f}', [x])\nx = 7\n"
        "x\nbest = 5"
    )
    evaluated = CaptureRequest(
        shown=(
            ShownValue("first", 0, 4, "print(f'{score(x):.1f}', [x])", "score(x)"),
            ShownValue("listed", 0, 4, "print(f'{score(x):.1f}', [x])", "[x]"),
            ShownValue("last", 0, 6, "x", "x"),
            ShownValue("missing", 1, 1, "print(y)", "y"),
        ),
        measured=(Moment(0, "best = 5", 0, True, "best", "best"),),
        metrics=("count",),
    )
    evidence = notebooks.capture(cell, "count = len(calls)\nbest = 8", request=evaluated)
    assert evidence.metrics == {"best": 5, "first": 0.25, "last": 7, "count": 1}
    assert evidence.problems == ()


def test_what_each_cell_changes_in_place_is_seen(notebooks: Any) -> None:
    notebooks.folder.joinpath("cleaning.py").write_text("def clean(table):\n    table['b'] = 1\n")
    found = notebooks.capture(
        "import pandas as pd\nfrom cleaning import clean",
        "df = pd.DataFrame({'a': [1, 2]})\nkept = [1]\nother = df.copy()",
        "clean(df)",
        "df = df.dropna()",
    )
    assert found.problems == ()
    assert [run.changed for run in found.cells] == [(), (), ("df",), ()]
    assert found.cells[2].unchanged == ("kept", "other")
    assert found.cells[3].unchanged == ("kept", "other")
