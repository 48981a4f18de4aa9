"""``nb2prod sections``: what it prints for people and for programs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from nb2prod.cli import main
from tests.notebook.making import code, write


def _run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as ended:
        main(["sections", *arguments])
    printed = capsys.readouterr()
    return int(ended.value.code or 0), printed.out, printed.err


@pytest.fixture
def notebook(tmp_path: Path) -> Path:
    return write(
        tmp_path,
        {**code("import pandas as pd"), "id": "imports"},
        code("df = pd.read_csv('a.csv')"),
        code("df['x'] = 1", "data"),
        code("model = fit(df)", "training"),
        code("df.head()"),
    )


def test_one_object_for_programs(notebook: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = _run(capsys, str(notebook), "--json")
    found = json.loads(out)
    assert status == 0
    assert found["schema_version"] == 1
    assert found["cells"][0] == {
        "index": 0,
        "id": "imports",
        "section": None,
        "why": "no tag; imports go where they are used",
        "needed_by": None,
        "definitions": ["pd"],
        "mutations": [],
        "references": [],
    }
    assert found["cells"][1]["why"] == "no tag; cell [3] (data) needs `df` from it"
    assert found["cells"][1]["needed_by"] == {"cell": 2, "section": "data", "name": "df", "direct": True}
    assert found["cells"][2]["mutations"] == ["df"]
    assert found["cells"][3]["section"] == "training"
    assert found["cells"][4]["why"] == "no tag; no section needs it"
    assert {"from": 2, "to": 3, "kind": "data", "name": "df"} in found["edges"]


def test_a_table_for_people(notebook: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = _run(capsys, str(notebook))
    assert status == 0
    assert "training" in out
    assert "df from [3]" in out
    assert "changes df" in out


def test_the_same_answer_twice(notebook: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _run(capsys, str(notebook), "--json") == _run(capsys, str(notebook), "--json")


def test_a_refusal_is_no_traceback(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, _, err = _run(capsys, str(write(tmp_path, code("x = ("))))
    assert status == 6
    assert "cell [1], line 1" in err
    assert "Traceback" not in err
