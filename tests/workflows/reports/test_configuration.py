"""Settings: the nearer counts more, and what cannot be meant is refused with the nearest name."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from nb2prod.errors import UsageError
from nb2prod.rules.settings import Settings
from nb2prod.workflows.checking import Wanted, check
from nb2prod.workflows.reports import configuration
from nb2prod.workflows.reports.configuration import Configurations, forget_configurations
from nb2prod.workflows.reports.typed_settings import from_text, setting_types, typed_settings
from tests.making import as_notebook, nb2prod, write_notebook

LONG = "\n".join(f"x{number} = {number}" for number in range(40))
STAR = "from math import *\nprint(pi)"


@pytest.fixture(autouse=True)
def _read_anew(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    configuration._for_folder.cache_clear()
    configuration._project_file.cache_clear()
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))


def notebook(folder: Path, name: str = "n.ipynb", metadata: dict[str, Any] | None = None) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    document = as_notebook([("data", LONG), (None, STAR)])
    document["metadata"]["nb2prod"] = metadata or {}
    (folder / name).write_text(json.dumps(document))
    return folder / name


def project(folder: Path, text: str, name: str = "pyproject.toml") -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text)


def codes(path: Path, **asked: Any) -> set[str]:
    return {each.code for report in check([path], Wanted(cached=False, **asked)) for each in report.findings}


def test_the_nearest_project_file_that_speaks_of_nb2prod_counts(tmp_path: Path) -> None:
    project(tmp_path, "[tool.nb2prod.check]\nselect = ['NB107']\n")
    project(tmp_path / "a", "[project]\nname = 'other'\n")
    project(tmp_path / "a" / "b", "[check]\nignore = ['NB1']\n", "nb2prod.toml")
    assert codes(notebook(tmp_path / "a")) == {"NB107"}
    assert "NB107" not in codes(notebook(tmp_path / "a" / "b"))
    assert Configurations().of(tmp_path / "a" / "n.ipynb").root == tmp_path


def test_budgets_are_set_by_the_project_the_notebook_and_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project(tmp_path, "[tool.nb2prod.check]\nselect = ['NB703', 'NB7']\nmax-cell-lines = 30\n")
    assert "NB703" in codes(notebook(tmp_path))
    assert "NB703" not in codes(notebook(tmp_path, metadata={"check": {"max-cell-lines": 50}}))
    monkeypatch.setenv("NB2PROD_CHECK__MAX_CELL_LINES", "20")
    assert "NB703" in codes(notebook(tmp_path, metadata={"check": {"max_cell_lines": 50}}))


def test_what_a_notebook_sets_wrongly_is_a_finding(tmp_path: Path) -> None:
    path = notebook(tmp_path, metadata={"check": {"max-cel-lines": 3, "max_output_mb": "much"}})
    found = [each for report in check([path], Wanted(cached=False)) for each in report.findings if each.code == "NB004"]
    assert [each.what for each in found] == [
        "there is no setting `max-cel-lines`",
        "`max_output_mb` has to be a number from 0 to 1,000,000,000, and is 'much'",
    ]
    assert found[0].remedy == "did you mean `max-cell-lines`?"


def test_everything_wrong_with_the_files_is_said_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = "[tool.nb2prod]\nchekc = 1\n[tool.nb2prod.check]\nselct = ['NB1']\nignore = 'NB1'\nmax-cell-lines = true\n"
    project(tmp_path, text)
    monkeypatch.setenv("NB2PROD_CHECK__MAX_OUTPUT", "1")
    with pytest.raises(UsageError) as refused:
        codes(notebook(tmp_path))
    said = [(each.what, each.remedy) for each in refused.value.problems]
    assert ("there is no setting `chekc`", "did you mean `check`?") in said
    assert ("there is no setting `selct`", "did you mean `select`?") in said
    assert ("there is no setting `max-output`", "did you mean `max-output-mb`?") in [
        (what.replace("max_output", "max-output"), remedy) for what, remedy in said
    ]
    assert len(said) == 5


def test_files_extend_each_other_but_not_in_a_circle(tmp_path: Path) -> None:
    project(tmp_path, "[check]\nselect = ['NB107']\nmax-cell-lines = 7\n", "team.toml")
    project(tmp_path / "a", "[check]\nextend = '../team.toml'\nextend-select = ['NB703']\n", "nb2prod.toml")
    found = Configurations().of(tmp_path / "a" / "n.ipynb")
    assert (found.select, found.extend_select, found.settings["max_cell_lines"]) == (("NB107",), ("NB703",), 7)
    assert codes(notebook(tmp_path / "a")) == {"NB107", "NB703"}
    project(tmp_path / "b", "[check]\nextend = 'nb2prod.toml'\n", "nb2prod.toml")
    with pytest.raises(UsageError, match="circle"):
        Configurations().of(tmp_path / "b" / "n.ipynb")


def test_patterns_are_of_the_projects_folder(tmp_path: Path) -> None:
    text = "[check]\nselect = ['NB107']\nexclude = ['old']\nper-file-ignores = {'drafts/*' = ['NB1']}\n"
    project(tmp_path, text, "nb2prod.toml")
    places = [notebook(tmp_path / name) for name in ("drafts", "old", "new")]
    assert [codes(place) for place in places] == [set(), {"NB107"}, {"NB107"}]
    assert [report.path for report in check([tmp_path], Wanted(cached=False))] == [places[0], places[2]]


def test_the_command_line_counts_more_than_files(tmp_path: Path) -> None:
    project(tmp_path, "[check]\nselect = ['NB7']\nignore = ['NB107']\n", "nb2prod.toml")
    path = notebook(tmp_path)
    assert "NB107" not in codes(path)
    assert codes(path, select=["NB107"]) == {"NB107"}
    assert "NB107" not in codes(path, select=["NB1"], ignore=["NB107"])
    assert "NB107" in codes(path, ignore=["NB1"], select=["NB107"])
    assert "NB107" not in codes(path, extend_select=["NB1"])  # ignored just as precisely in the file


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [("max_cell_lines", "12", 12), ("max_output_mb", "0.5", 0.5), ("max_output_mb", "2", 2)],
)
def test_values_of_the_environment_have_types(name: str, text: str, value: object) -> None:
    values, problems = typed_settings({name: from_text(text, name)}, "here")
    assert (values, problems) == ({name: value}, [])
    assert replace(Settings(), **values)
    assert typed_settings({name: from_text("many", name)}, "here")[1]


SMALLEST: dict[str, float] = {"max_cell_lines": 1, "min_repeated_lines": 1, "max_output_mb": 0}
"""What a setting may be at least; all others are above 0."""


@pytest.mark.parametrize("name", setting_types())
def test_a_number_that_makes_no_sense_is_refused_wherever_it_is_set(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for bad in ("-5", "-0.5", "nan", "inf", "1e999", "1" + "0" * 400, "-1" if name in SMALLEST else "0"):
        [problem] = typed_settings({name: from_text(bad, name)}, "here")[1]
        kind = "a whole number" if name in SMALLEST and name != "max_output_mb" else "a number"
        range_ = f"from {SMALLEST[name]:g}" if name in SMALLEST else "above 0,"
        assert f"`{name}` has to be {kind} {range_} to 1,000,000,000, and is " in problem.what
        assert len(problem.what) < 200
        assert (problem.where, problem.remedy) == ("here", f"the default is {getattr(Settings(), name):g}")
    good = SMALLEST.get(name, 1)
    assert typed_settings({name: good}, "here") == ({name: good}, [])
    said = name.replace("_", "-")
    path = notebook(tmp_path / "a", metadata={"check": {said: -5, "max-cel-lines": 3}})
    found = [each for report in check([path], Wanted(cached=False)) for each in report.findings if each.code == "NB004"]
    assert [each.what.split(" ", 1)[0] for each in found] == [f"`{said}`", "there"]
    project(tmp_path / "a", f"[tool.nb2prod.check]\n{said} = -5\nselct = []\n")
    monkeypatch.setenv(f"NB2PROD_CHECK__{name.upper()}", "nan")
    forget_configurations()
    with pytest.raises(UsageError) as refused:
        codes(path)
    assert [each.where for each in refused.value.problems] == [
        *[str(path.with_name("pyproject.toml"))] * 2,
        "the environment, NB2PROD_CHECK__*",
    ]


def test_a_broken_file_is_told_of_where_it_is_ours_and_passed_over_where_not(tmp_path: Path) -> None:
    path = write_notebook(tmp_path / "a.ipynb", [(None, "x = 1")])
    project(tmp_path, "# nb2prod is used here\n[tool.other]\nx = \n")
    assert nb2prod("check", path.name, cwd=tmp_path).returncode in {0, 1}
    project(tmp_path, "[tool.nb2prod.check]\nignore = ['NB1'\nmax-cell-lines = 3\n")
    refused = nb2prod("check", path.name, cwd=tmp_path)
    assert refused.returncode == 2
    assert "pyproject.toml" in refused.stderr
    assert "line 3" in refused.stderr
