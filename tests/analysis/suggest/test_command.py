"""``nb2prod sections --suggest``: what it prints, and what it writes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from nb2prod.cli import main
from tests.analysis.suggest.suggesting import DATA, FIT, SCORE, SPLIT
from tests.notebook.making import code, write


def run(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as ended:
        main(["sections", *map(str, arguments)])
    printed = capsys.readouterr()
    return int(ended.value.code or 0), printed.out, printed.err


@pytest.fixture
def notebook(tmp_path: Path) -> Path:
    return write(tmp_path, code(DATA), code(SPLIT), code("df.head()"), code(FIT), code(SCORE))


def tags(path: Path) -> list[list[str]]:
    return [cell["metadata"].get("tags", []) for cell in json.loads(path.read_text())["cells"]]


def test_nothing_is_written_unasked(notebook: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = notebook.read_bytes()
    status, out, _ = run(capsys, notebook, "--suggest")
    assert status == 0
    assert notebook.read_bytes() == before
    assert "Model to serve: `model` of cell [4]" in out
    assert "--suggest --write" in out


def test_one_object_for_programs(notebook: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = run(capsys, notebook, "--suggest", "--json")
    found = json.loads(out)
    assert status == 0
    assert [cell["suggestion"]["section"] for cell in found["cells"]] == [
        "data",
        "data",
        None,
        "training",
        "evaluation",
    ]
    assert found["model"]["name"] == "model"
    assert found["model"]["cell"] == 3
    assert found["inference"]["source"].endswith("prediction = model.predict(sample)\nprediction")
    assert {"name": "test_size", "value": "0.2", "type": "float", "cell": 1}.items() <= found["parameters"][1].items()
    assert found["nothing"] == ""
    assert found["written"] is False


def test_without_suggest_the_object_is_as_ever(notebook: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = run(capsys, notebook, "--json")
    assert set(json.loads(out)) == {"schema_version", "cells", "edges"}
    assert "suggestion" not in json.loads(out)["cells"][0]


def test_tags_and_the_built_cell_are_written_once(notebook: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = run(capsys, notebook, "--suggest", "--write")
    assert status == 0
    assert "nb2prod export" in out
    assert tags(notebook) == [["data"], ["data"], [], ["training"], ["evaluation"], ["inference"]]
    before = notebook.read_bytes()
    status, out, _ = run(capsys, notebook, "--suggest", "--write")
    assert status == 0
    assert "tagged already" in out
    assert notebook.read_bytes() == before


def test_where_there_is_no_model_nothing_is_suggested(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write(tmp_path, code(DATA), code("df.describe()"))
    status, out, _ = run(capsys, path, "--suggest")
    assert status == 0
    assert "Nothing to serve" in out
    before = path.read_bytes()
    status, _, err = run(capsys, path, "--suggest", "--write")
    assert status == 6
    assert "nothing here is trained" in err
    assert path.read_bytes() == before


def test_a_model_that_is_not_there(notebook: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, _, err = run(capsys, notebook, "--suggest", "--model", "forest")
    assert status == 2
    assert "`model@4`" in err


@pytest.mark.parametrize("option", [["--write"], ["--model", "model"]])
def test_options_of_suggest_need_it(notebook: Path, capsys: pytest.CaptureFixture[str], option: list[str]) -> None:
    status, _, err = run(capsys, notebook, *option)
    assert status == 2
    assert "--suggest" in err
