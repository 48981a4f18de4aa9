"""What metadata say to nb2prod in a shape that cannot be meant is told with its place, wherever they are read."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nb2prod.notebook.options import wrong_options
from nb2prod.workflows.asked import Asked
from nb2prod.workflows.checking import Wanted, check
from nb2prod.workflows.edited import found_in
from nb2prod.workflows.looking import looked_at
from nb2prod.workflows.outline import outline
from nb2prod.workflows.scoring import score
from tests.making import PLAIN, as_notebook, nb2prod

TOKEN = "ghp_" + "a1B2c3D4e5" * 3 + "F6g7H8"
OF_NOTEBOOK: list[Any] = [
    [1], "x", 3, True, {"check": [1]}, {"check": "x"}, {"ignore": "NB107"}, {"ignore": [1]}, {"groups": "sex"},
    {"groups": {"a": 1}}, {"card": ["me"]}, [TOKEN],
]  # fmt: skip
OF_CELL: list[Any] = [[1], "x", 3, {"input": 3}, {"output": ["a"]}, {"ignore": "NB107"}, {"ignore": [None]}]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text() | st.sampled_from(
        ("nb2prod", "check", "ignore", "groups", "card", "input", "output", "metadata", "cells")), inner, max_size=3),
    max_leaves=12,
)  # fmt: skip


def written(folder: Path, own: Any, of_cell: Any = None) -> tuple[Path, dict[str, Any]]:
    document = as_notebook(PLAIN)
    document["metadata"]["nb2prod"] = own
    document["cells"][4]["metadata"]["nb2prod"] = of_cell
    (folder / "n.ipynb").write_text(json.dumps(document))
    return folder / "n.ipynb", document


def findings_in(path: Path, content: dict[str, Any]) -> list[list[tuple[str, int | None]]]:
    """Return what NB004 says, and of which cell: by the command, by the server and inline."""
    [checked] = check([path], Wanted(cached=False))
    server = found_in(content, str(path))["findings"]
    return [
        [(each.what, each.cell) for each in checked.findings if each.code == "NB004"],
        [(each["what"], each["cell"]) for each in server if each["code"] == "NB004"],
        [(each.finding.what, each.finding.cell) for each in looked_at(Asked(path)).found if each.rule.code == "NB004"],
    ]


@pytest.mark.parametrize("own", OF_NOTEBOOK, ids=repr)
def test_the_notebooks_own_are_told_with_their_place(own: Any, tmp_path: Path) -> None:
    path, content = written(tmp_path, own)
    key = next(iter(own)) if isinstance(own, dict) else "nb2prod"
    for said in findings_in(path, content):
        assert [(what.split(", and is")[0].split(" has to be")[0], cell) for what, cell in said] == [(f"`{key}`", None)]
        assert TOKEN not in str(said)
    where = f"notebook metadata{', nb2prod' if isinstance(own, dict) else ''}"
    for problems in (outline(content, str(path))["problems"], score(path)["problems"]):
        assert [(each["where"], bool(each["remedy"])) for each in problems] == [(where, True)]
        assert TOKEN not in str(problems)


@pytest.mark.parametrize("own", OF_CELL, ids=repr)
def test_those_of_a_cell_are_told_with_their_cell(own: Any, tmp_path: Path) -> None:
    path, content = written(tmp_path, None, own)
    for said in findings_in(path, content):
        assert [cell for _, cell in said] == [4]
    [problem] = outline(content, str(path))["problems"]
    assert problem["where"] == f"cell [5] metadata{', nb2prod' if isinstance(own, dict) else ''}"


@pytest.mark.parametrize("command", [["sections"], ["sections", "--suggest"], ["export", "--dry-run"]], ids=" ".join)
def test_commands_refuse_them_all_at_once(command: list[str], tmp_path: Path) -> None:
    path, _ = written(tmp_path, {"ignore": "NB1", "card": [TOKEN]}, [1])
    done = nb2prod(command[0], path.name, *command[1:], "--json", cwd=tmp_path)
    problems = json.loads(done.stdout)["error"]["problems"]
    assert done.returncode == 6
    assert [each["where"] for each in problems] == ["notebook metadata, nb2prod"] * 2 + ["cell [5] metadata"]
    assert TOKEN not in done.stdout + done.stderr


def test_what_is_right_or_not_said_is_passed_over(tmp_path: Path) -> None:
    right = {"check": {"max-cell-lines": 50}, "ignore": ["NB107"], "groups": ["sex"], "card": {"owner": "me"}}
    for own in (right, {}, None, dict.fromkeys(right), {"attestations": []}):
        path, content = written(tmp_path, own, {"input": "sample", "output": "prediction"})
        assert findings_in(path, content) == [[], [], []]
        assert score(path)["problems"] == []
        assert "problems" not in outline(content, str(path))


@settings(suppress_health_check=[HealthCheck.too_slow])  # a busy machine draws them slowly, which says nothing of us
@given(JSON, JSON)
def test_no_document_is_an_exception(metadata: Any, cells: Any) -> None:
    for document in ({"metadata": metadata, "cells": cells}, {"metadata": {"nb2prod": metadata}, "cells": [cells]}):
        for _, problem in wrong_options(document):
            assert problem.what and problem.where and problem.remedy
