"""A baseline keeps back what was there before, wherever its lines have moved to."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from nb2prod.errors import UsageError
from nb2prod.rules.discovery import known_rules
from nb2prod.workflows.checking import Wanted, check
from nb2prod.workflows.reports.baseline import read_baseline, write_baseline
from nb2prod.workflows.reports.model import Report
from tests.making import as_notebook, write_notebook

CELLS = [(None, "x = 1\nprint(first)\nprint(second)\nprint(second)")]


def reports(folder: Path) -> list[Report]:
    return list(check([folder], Wanted(select=["NB102"], cached=False)))


def left(folder: Path, baseline: Path) -> list[str]:
    known = read_baseline(baseline)
    return [each.what for report in reports(folder) for each in known.without_known(report).findings]


def test_what_is_listed_is_not_told_again_though_its_lines_and_cells_move(tmp_path: Path) -> None:
    path = write_notebook(tmp_path / "n.ipynb", CELLS)
    baseline = tmp_path / "known.json"
    assert write_baseline(baseline, reports(tmp_path)) == len(json.loads(baseline.read_text())["findings"]) > 0
    assert left(tmp_path, baseline) == []
    write_notebook(path, [(None, "# new"), (None, "# and new\n\n" + CELLS[0][1].replace("print(", "  print(".strip()))])
    assert left(tmp_path, baseline) == []
    write_notebook(path, [*CELLS, (None, "print(third)")])
    assert left(tmp_path, baseline) == ["`third` is read and never defined"]


def test_the_same_again_is_new(tmp_path: Path) -> None:
    path = write_notebook(tmp_path / "n.ipynb", [(None, "print(a)"), (None, "a_b = 1")])
    write_baseline(tmp_path / "known.json", reports(tmp_path))
    write_notebook(path, [(None, "print(b)"), (None, "print(a)")])
    assert len(left(tmp_path, tmp_path / "known.json")) == 1


def test_what_is_gone_is_counted(tmp_path: Path) -> None:
    path = write_notebook(tmp_path / "n.ipynb", CELLS)
    write_baseline(tmp_path / "known.json", reports(tmp_path))
    count = len(reports(tmp_path)[0].findings)
    write_notebook(path, [(None, "x = 1")])
    assert read_baseline(tmp_path / "known.json").gone(reports(tmp_path)) == count


def test_it_is_of_the_folder_that_it_lies_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_notebook(tmp_path / "n.ipynb", CELLS)
    write_baseline(tmp_path / "known.json", reports(tmp_path))
    monkeypatch.chdir(tmp_path)
    assert left(Path(), Path("known.json")) == []


def test_what_could_not_be_seen_is_not_gone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a file that cannot be read, and of a rule that needs a run or a database, nothing is known."""
    path = write_notebook(tmp_path / "n.ipynb", CELLS)
    write_baseline(tmp_path / "known.json", reports(tmp_path))
    path.write_text("{")
    assert read_baseline(tmp_path / "known.json").gone(reports(tmp_path)) == 0
    path.unlink()
    write_notebook(path, CELLS)
    monkeypatch.delenv("NB2PROD_ADVISORIES", raising=False)
    codes = next(iter(check([path], Wanted(cached=False)))).looked_for
    by_name = {each.rule.name: each.rule.code for each in known_rules()}
    assert by_name["undefined-name"] in codes
    assert by_name["worse-than-baseline"] not in codes
    assert by_name["vulnerable-version"] not in codes


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"findings": [1]}', '{"findings": [{"path": "a"}]}'])
def test_what_is_no_baseline_is_refused(text: str, tmp_path: Path) -> None:
    (tmp_path / "known.json").write_text(text)
    with pytest.raises(UsageError, match="is no baseline"):
        read_baseline(tmp_path / "known.json")
    with pytest.raises(UsageError, match="cannot be read"):
        read_baseline(tmp_path / "gone.json")


def test_a_fingerprint_holds_no_text_of_the_line(tmp_path: Path) -> None:
    """Two secrets in one line that is else the same have the same fingerprint: nobody can try secrets against it."""
    found = []
    for secret in ("hunter2", "correct horse"):
        document = as_notebook([(None, f"login(unknown, '{secret}')")])
        (tmp_path / "n.ipynb").write_text(json.dumps(document))
        found.append(reports(tmp_path)[0].findings[0].fingerprint)
    assert found[0] == found[1]
