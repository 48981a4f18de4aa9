"""Parameters on their way into an export or a check."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from nb2prod.errors import UsageError
from nb2prod.notebook.read import read_notebook
from nb2prod.workflows.given import exported_parameters, given_parameters
from tests.making import write_notebook

CELL = "# nb2prod: parameters\nname = 'a'\nday: date = None\nlimits: dict[str, float] = {}\nrows: tuple[int, ...] = ()"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return write_notebook(tmp_path / "n.ipynb", [(None, CELL), (None, "x = 1")])


def test_what_is_typed_is_read_by_the_notebooks_types(file: Path, tmp_path: Path) -> None:
    yaml = tmp_path / "more.yaml"
    yaml.write_text("limits: {a: 1}\n")
    found = given_parameters(file, [("name", "007"), ("day", "2024-01-31")], yaml)
    assert found == {"limits": {"a": 1}, "name": "007", "day": date(2024, 1, 31)}


def test_an_export_has_the_values_that_the_run_has(file: Path) -> None:
    found: dict[str, Any] = exported_parameters(read_notebook(file), {"name": "007", "limits": {"a": 1}})
    assert found == {"name": "007", "limits": {"a": 1.0}}
    assert type(found["limits"]["a"]) is float


def test_what_no_setting_can_be_is_refused_with_all_the_rest(file: Path) -> None:
    with pytest.raises(UsageError) as caught:
        exported_parameters(read_notebook(file), {"day": "2024-01-31", "rows": [1]})
    assert [problem.where for problem in caught.value.problems] == ["parameter 'day'", "parameter 'rows'"]
    assert "cannot have a date" in caught.value.problems[0].what
