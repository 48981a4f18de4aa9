"""The cache: the same notebook is not checked twice, and nothing that matters is missed."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

import pytest

from nb2prod.workflows import checking
from nb2prod.workflows.checking import Wanted, check
from nb2prod.workflows.reports import kept, report
from nb2prod.workflows.reports.kept import Kept
from nb2prod.workflows.reports.model import Job, Report
from tests.making import write_notebook


@pytest.fixture
def looked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[str]:
    """Return the names of the notebooks that are really looked at, as they come."""
    names: list[str] = []

    def look(job: Job, measure: object = None) -> Report:
        names.append(job.path.name)
        return report.report_on(job)

    monkeypatch.setattr(checking, "report_on", look)
    monkeypatch.setenv("NB2PROD_CACHE_DIR", str(tmp_path / ".cache"))
    return names


def run(folder: Path, **asked: object) -> list[Report]:
    return list(check([folder], Wanted(workers=1, **asked)))  # type: ignore[arg-type]


def test_only_what_has_changed_is_looked_at(tmp_path: Path, looked: list[str]) -> None:
    folder = tmp_path / "notebooks"
    folder.mkdir()
    for name in ("a", "b"):
        write_notebook(folder / f"{name}.ipynb", [(None, "print(nowhere)")])
    first = run(folder)
    assert looked == ["a.ipynb", "b.ipynb"]
    assert run(folder) == first
    assert looked == ["a.ipynb", "b.ipynb"]
    write_notebook(folder / "b.ipynb", [(None, "print(elsewhere)")])
    assert run(folder)[1] != first[1]
    assert looked[2:] == ["b.ipynb"]


def test_the_folder_of_the_cache_may_lie_two_above_and_not_be_there_yet(
    tmp_path: Path, looked: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NB2PROD_CACHE_DIR", str(tmp_path / "work" / "cache"))
    folder = tmp_path / "repository" / "notebooks"
    folder.mkdir(parents=True)
    write_notebook(folder / "a.ipynb", [(None, "print(nowhere)")])
    assert run(folder) == run(folder)
    assert looked == ["a.ipynb"]


def test_rules_settings_and_files_beside_it_matter(
    tmp_path: Path, looked: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "notebooks"
    folder.mkdir()
    write_notebook(folder / "a.ipynb", [(None, "print(nowhere)")])
    run(folder)
    for asked in ({"select": ["NB1"]}, {"sure": True}, {"cached": False}):
        run(folder, **asked)
    assert len(looked) == 4
    (folder / "requirements.txt").write_text("numpy==2.0")
    run(folder)
    assert len(looked) == 5
    monkeypatch.setenv("NB2PROD_CHECK__MAX_CELL_LINES", "7")
    run(folder)
    assert len(looked) == 6
    run(folder)
    assert len(looked) == 6


def test_entries_that_are_broken_or_old_are_passed_over(tmp_path: Path, looked: list[str]) -> None:
    write_notebook(tmp_path / "a.ipynb", [(None, "x = 1")])
    first = run(tmp_path / "a.ipynb")
    (entry,) = (tmp_path / ".cache").rglob("*.json")
    for text in ("", "{", '[{"code": 1}]', "null", "\x00"):
        entry.write_text(text)
        assert run(tmp_path / "a.ipynb") == first
    os.utime(entry, (0, 0))
    assert run(tmp_path / "a.ipynb") == first
    assert len(looked) == 7


def test_it_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "MOST_KEPT", 3)
    cache = Kept(tmp_path)
    for number in range(8):
        cache.put(f"{number:02}abc", Report(Path("n.ipynb")))
    cache.drop_old()
    assert len(list(tmp_path.rglob("*.json"))) == 3


def test_where_nothing_can_be_kept_nothing_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("NB2PROD_CACHE_DIR", str(tmp_path / "file"))
    path = write_notebook(tmp_path / "a.ipynb", [(None, "print(nowhere)")])
    assert [each.code for each in run(path, select=["NB102"])[0].findings] == ["NB102"]


def test_what_cannot_be_read_is_tried_again(tmp_path: Path, looked: list[str]) -> None:
    (tmp_path / "a.ipynb").write_text("{")
    for _ in range(2):
        assert [each.code for each in run(tmp_path / "a.ipynb")[0].findings] == ["NB001"]
    assert len(looked) == 2


def test_a_database_that_is_named_later_is_asked_and_one_that_does_not_answer_is_asked_again(
    tmp_path: Path, looked: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_notebook(tmp_path / "a.ipynb", [(None, "%pip install pyyaml==5.1\nimport yaml\nyaml")])
    monkeypatch.delenv("NB2PROD_ADVISORIES", raising=False)
    monkeypatch.setenv("no_proxy", "*")
    for _ in range(2):
        run(path)
    assert len(looked) == 1
    monkeypatch.setenv("NB2PROD_ADVISORIES", "http://127.0.0.1:9")
    for _ in range(2):
        run(path)
    assert len(looked) == 3


def test_folders_that_are_modules_matter_two_above_too(tmp_path: Path, looked: list[str]) -> None:
    folder = tmp_path / "project" / "deep" / "notebooks"
    folder.mkdir(parents=True)
    (folder / ".git").mkdir()
    write_notebook(folder / "a.ipynb", [(None, "import mine\nmine.run()")])
    run(folder)
    for count, place in enumerate((folder, folder.parent, folder.parent.parent), start=2):
        (place / "mine").mkdir()
        run(folder)
        assert len(looked) == count
    (folder / "Pipfile").write_text("mine")
    run(folder)
    assert len(looked) == 5


def test_what_changes_while_it_is_looked_at_is_not_kept(
    tmp_path: Path, looked: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_notebook(tmp_path / "a.ipynb", [(None, "import mine\nmine.run()")])

    def look(job: Job, measure: object = None) -> Report:
        found = report.report_on(job)
        (tmp_path / "mine.py").write_text("def run(): pass")
        return found

    with monkeypatch.context() as patched:
        patched.setattr(checking, "report_on", look)
        run(path)
    run(path)
    assert looked == ["a.ipynb"]


def test_a_folder_is_read_no_more_often_the_more_notebooks_are_in_it_or_below(
    tmp_path: Path, looked: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else the time that a check takes grows with the square of them."""
    for number in range(5):
        (tmp_path / "project" / f"part{number}").mkdir(parents=True)
        for name in "ab":
            write_notebook(tmp_path / "project" / f"part{number}" / f"{name}.ipynb", [(None, "x = 1")])
    read: Counter[str] = Counter()
    scan = os.scandir

    def counted(folder: str | Path) -> object:
        read[str(folder)] += 1
        return scan(folder)

    with monkeypatch.context() as patched:
        patched.setattr(os, "scandir", counted)
        run(tmp_path / "project")
    assert read[str(tmp_path / "project")] > 0
    assert max(read.values()) <= 3  # to find the notebooks, before they are looked at, and after it
    run(tmp_path / "project")
    assert len(looked) == 10


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no named pipes")
@pytest.mark.parametrize("cached", [True, False])
def test_what_is_no_file_is_passed_over_in_a_folder_and_told_where_it_is_named(
    tmp_path: Path, looked: list[str], cached: bool
) -> None:
    folder = tmp_path / "notebooks"
    folder.mkdir()
    write_notebook(folder / "n.ipynb", [(None, "x = 1")])
    os.mkfifo(folder / "pipe.ipynb")
    (folder / "device.ipynb").symlink_to("/dev/zero")
    (folder / "gone.ipynb").symlink_to("nowhere")
    assert [each.path.name for each in run(folder, cached=cached)] == ["gone.ipynb", "n.ipynb"]
    for name in ("pipe", "device"):
        (told,) = run(folder / f"{name}.ipynb", cached=cached)[0].findings
        assert (told.code, name in told.what) == ("NB001", True)


def test_what_was_done_is_kept_though_the_rest_is_not(tmp_path: Path, looked: list[str]) -> None:
    folder = tmp_path / "notebooks"
    folder.mkdir()
    for name in "ab":
        write_notebook(folder / f"{name}.ipynb", [(None, "x = 1")])
    reports = check([folder], Wanted(workers=1))
    next(iter(reports))
    reports.close()  # type: ignore[attr-defined]
    run(folder)
    assert looked == ["a.ipynb", "b.ipynb"]


def test_what_is_installed_matters(tmp_path: Path, looked: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    folder, site = tmp_path / "notebooks", tmp_path / "site"
    folder.mkdir()
    (site / "zzpack").mkdir(parents=True)
    monkeypatch.syspath_prepend(str(site))
    write_notebook(folder / "a.ipynb", [(None, "import zzpack\nzzpack.run()")])
    for place in ("zzpack", "zzpack-1.0.dist-info"):
        kept._rules.cache_clear()  # each command is a process of its own
        run(folder)
        (site / place).mkdir(exist_ok=True)
    kept._rules.cache_clear()
    run(folder)
    assert len(looked) == 2  # the folder alone is no distribution; it was there before
    kept._rules.cache_clear()


@pytest.mark.parametrize(
    ("source", "file"),
    [
        ("from pkg.m import *\nfoo()", "pkg/m.py"),
        ("import pandas as pd\nt = pd.read_csv('/home/ana/rows.csv')", "rows.csv"),
    ],
)
def test_files_further_away_matter(tmp_path: Path, looked: list[str], source: str, file: str) -> None:
    folder = tmp_path / "notebooks"
    (folder / "pkg").mkdir(parents=True)
    (folder / "pkg" / "__init__.py").write_text("")
    (folder / "pkg" / "m.py").write_text("def bar(): pass\n")
    write_notebook(folder / "a.ipynb", [(None, source)])
    first = run(folder, sure=True)
    (folder / file).write_text("def foo(): pass\n")
    (again,) = run(folder, sure=True)
    assert looked == ["a.ipynb", "a.ipynb"]
    assert again != first[0]


def test_what_is_kept_is_looked_through_once_a_day(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "MOST_KEPT", 3)
    for day in range(3):
        cache = Kept(tmp_path)
        for number in range(8):
            cache.put(f"{number:02}abc{day}", Report(Path("n.ipynb")))
        if day == 2:
            os.utime(tmp_path / "looked-through", (1, 1))
        cache.drop_old()
        assert len(list(tmp_path.rglob("*.json"))) == (3, 11, 3)[day]
