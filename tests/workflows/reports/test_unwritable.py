"""A notebook that cannot be written is not mended, and its findings are listed all the same."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from nb2prod.errors import Problem, UnusableInput
from nb2prod.workflows.checking import Wanted, check
from nb2prod.workflows.reports import report
from nb2prod.workflows.reports.model import Mode, Report
from tests.making import write_notebook

STAR = "from math import *\nprint(sqrt(2))"
FORMAT_3 = {
    "nbformat": 3,
    "nbformat_minor": 0,
    "metadata": {"name": ""},
    "worksheets": [
        {"cells": [{"cell_type": "code", "language": "python", "metadata": {}, "outputs": [], "input": STAR}]}
    ],
}


def seen(path: Path, mode: Mode) -> Report:
    (found,) = check([path], Wanted(cached=False, mode=mode))
    return found


def codes(found: Report) -> list[str]:
    return [each.code for each in found.findings]


def test_of_nbformat_3(tmp_path: Path) -> None:
    path = tmp_path / "n.ipynb"
    path.write_text(json.dumps(FORMAT_3))
    before, found = seen(path, Mode.LOOK), seen(path, Mode.FIX)
    assert "NB107" in codes(before)
    assert codes(found) == ["NB006", *codes(before)]
    assert found.fixed == ()
    assert "nbformat 3" in found.findings[0].what
    assert json.loads(path.read_text()) == FORMAT_3


def test_read_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_notebook(tmp_path / "n.ipynb", [(None, STAR)])

    def refused(*asked: object) -> None:
        raise UnusableInput(Problem("cannot be written: Permission denied", str(path)))

    monkeypatch.setattr(report, "write_edited", refused)
    found = seen(path, Mode.FIX)
    assert codes(found)[0] == "NB006"
    assert "NB107" in codes(found)
    assert "Permission denied" in found.findings[0].what


def test_a_link_that_leads_out_of_the_folder_is_written_only_where_it_is_named(tmp_path: Path) -> None:
    """Else a repository that somebody else has made could have any notebook of the user's rewritten."""
    outside = write_notebook(tmp_path / "mine.ipynb", [(None, STAR)])
    folder = tmp_path / "theirs"
    folder.mkdir()
    (folder / "deeper").mkdir()
    inside = write_notebook(folder / "deeper" / "real.ipynb", [(None, STAR)])
    (folder / "in.ipynb").symlink_to(inside)
    (folder / "out.ipynb").symlink_to(outside)
    before = outside.read_bytes()
    reports = {each.path.name: each for each in check([folder], Wanted(cached=False, mode=Mode.FIX))}
    assert outside.read_bytes() == before
    assert codes(reports["out.ipynb"])[0] == "NB006"
    assert "leads out of" in reports["out.ipynb"].findings[0].what
    assert "NB107" in codes(reports["out.ipynb"])
    assert "in.ipynb" not in reports
    assert "NB006" not in codes(reports["real.ipynb"])
    assert b"import sqrt" in inside.read_bytes()
    assert "NB006" not in codes(seen(folder / "out.ipynb", Mode.FIX))
    assert b"import sqrt" in outside.read_bytes()


@pytest.mark.parametrize("mode", [Mode.LOOK, Mode.DIFF, Mode.FIX])
def test_a_notebook_with_two_names_is_looked_at_and_mended_once(tmp_path: Path, mode: Mode) -> None:
    for number in range(6):
        write_notebook(tmp_path / f"n{number}.ipynb", [(None, STAR)])
        (tmp_path / f"a{number}.ipynb").symlink_to(f"n{number}.ipynb")
    given = [tmp_path, tmp_path / "a0.ipynb", tmp_path / ".." / tmp_path.name / "n1.ipynb"]
    found = list(check(given, Wanted(cached=False, mode=mode, workers=2)))
    assert [each.path.name for each in found] == [f"n{number}.ipynb" for number in range(6)]
    assert not [each for each in found if "NB006" in codes(each)]
    (alone,) = check([tmp_path / "a3.ipynb"], Wanted(cached=False, mode=mode))
    assert alone.path.name == "a3.ipynb"
