"""The same notebook where the same things are set: the command, JupyterLab and the inline view say the same of it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from nb2prod.inline.apart import Apart
from nb2prod.score.shown import score_shown
from nb2prod.workflows.asked import Asked
from nb2prod.workflows.edited import fix_in, found_in
from nb2prod.workflows.looking import looked_at
from nb2prod.workflows.scoring import score
from tests.making import nb2prod, write_notebook

CELLS = [
    ("parameters", "N = 3"),
    (None, "import numpy as np\nx = np.random.rand(5)\nprint(x.sum())\n\n\nprint(1)"),
    (None, "from math import *\nprint(sqrt(2))"),
]
SET = '[tool.nb2prod.check]\nignore = ["NB108", "NB202", "NB201", "NB107"]\nmax-cell-lines = 3\n'


@pytest.fixture
def path(tmp_path: Path) -> Path:
    (tmp_path / "pyproject.toml").write_text(SET)
    return write_notebook(tmp_path / "a.ipynb", CELLS)


def content(path: Path) -> dict[str, Any]:
    return dict(json.loads(path.read_text()))


def test_fix_all_leaves_alone_what_is_not_to_be_looked_for(path: Path) -> None:
    assert "problems" in fix_in(content(path), str(path), None)
    (path.parent / "pyproject.toml").unlink()
    assert "from math import sqrt" in json.dumps(fix_in(content(path), str(path), None))


def test_what_is_nested_too_deeply_is_no_traceback(path: Path) -> None:
    write_notebook(path, [(None, "from math import *\nx = " + "-" * 50_000 + "sqrt(1)")])
    for said in (found_in(content(path), str(path)), fix_in(content(path), str(path), None)):
        assert "findings" in said or "problems" in said


def test_one_notebook_has_one_list_of_findings(path: Path) -> None:
    document = content(path)
    document["metadata"]["nb2prod"] = {"check": {"max-parameters": "many"}}
    path.write_text(json.dumps(document))
    said = json.loads(nb2prod("check", "--json", "--exit-zero", "--no-cache", path.name, cwd=path.parent).stdout)
    command = [(each["code"], each["cell"], each["what"]) for each in said["notebooks"][0]["findings"]]
    assert {"NB004", "NB703"} < {code for code, *_ in command}
    assert not {"NB107", "NB201"} & {code for code, *_ in command}
    panel = found_in(document, str(path))["findings"]
    assert [(each["code"], each["cell"], each["what"]) for each in panel] == command
    assert found_in(document, str(path))["score"] == score_shown(score(path))
    for looked in (looked_at(Asked(path)), Apart().looked_at(Asked(path))):
        assert [(each.rule.code, each.finding.cell, each.finding.what) for each in looked.found] == command


def test_what_is_set_wrongly_is_said_everywhere(path: Path) -> None:
    (path.parent / "pyproject.toml").write_text("[tool.nb2prod.check]\nmax-cell-lines = 'many'\n")
    assert "max-cell-lines" in json.dumps(found_in(content(path), str(path))["problems"])
    assert "max-cell-lines" in str(looked_at(Asked(path)).problems)
