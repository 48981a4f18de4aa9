"""``nb2prod check`` and ``nb2prod explain``: what they print, and what they end with."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from nb2prod.cli import main
from nb2prod.rules.discovery import known_rules
from nb2prod.rules.engine import findings
from nb2prod.rules.facts import Facts
from nb2prod.rules.model import Finding
from tests.making import as_notebook, write_notebook
from tests.rules.examples import FOLDER, example

MISSING = "print(nowhere)"


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as ended:
        main(list(arguments))
    printed = capsys.readouterr()
    return int(ended.value.code or 0), printed.out, printed.err


def test_findings_have_their_place_and_what_to_do(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write_notebook(tmp_path / "n.ipynb", [(None, "print(1)"), (None, f"# here\n{MISSING}")])
    status, out, err = run(capsys, "check", str(path))
    assert status == 1
    assert out.splitlines() == [
        f"{path}: cell [2], line 2: NB102 `nowhere` is read and never defined [undefined-name]",
        "    -> define it above; its cell may have been deleted",
    ]
    assert err == "1 finding in 1 notebook\n"
    assert run(capsys, "check", str(path), "--exit-zero")[0] == 0


def test_folders_are_looked_through_and_what_cannot_be_read_is_a_finding(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "deep" / ".ipynb_checkpoints").mkdir(parents=True)
    write_notebook(tmp_path / "deep" / "clean.ipynb", [(None, "x = 1")])
    write_notebook(tmp_path / "deep" / ".ipynb_checkpoints" / "old.ipynb", [(None, MISSING)])
    (tmp_path / "broken.ipynb").write_text("{")
    status, out, _ = run(capsys, "check", str(tmp_path), "--json")
    found = json.loads(out)
    assert status == 1
    assert [Path(each["path"]).name for each in found["notebooks"]] == ["broken.ipynb", "clean.ipynb"]
    assert [each["code"] for each in found["notebooks"][0]["findings"]] == ["NB001"]
    assert found["notebooks"][1]["findings"] == []


def test_rules_are_chosen_by_how_their_codes_begin(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = str(write_notebook(tmp_path / "n.ipynb", [(None, f"{MISSING}\nfrom math import *")]))
    codes = [each for each in run(capsys, "check", path)[1].split() if each.startswith("NB")]
    assert codes == ["NB102", "NB107"]
    assert "NB107" not in run(capsys, "check", path, "--select", "nb102")[1]
    assert run(capsys, "check", path, "--ignore", "NB1")[0] == 0
    status, _, err = run(capsys, "check", path, "--select", "NB999,NB102")
    assert (status, "NB999" in err) == (2, True)
    status, _, err = run(capsys, "check", path, "gone.ipynb")
    assert (status, "gone.ipynb" in err) == (2, True)


@pytest.mark.parametrize(
    "source",
    [
        f"{MISSING}  # nb2prod: ignore[NB102] the platform gives it",
        f"# nb2prod: ignore[NB107, nb102]\n{MISSING}",
        f"# NB2PROD: IGNORE[NB1]\n{MISSING}",
        f"# nb2prod: ignore[Undefined-Name]\n{MISSING}",
    ],
)
def test_a_comment_ignores_a_rule(source: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write_notebook(tmp_path / "n.ipynb", [(None, source), (None, "print(other)")])
    _, out, _ = run(capsys, "check", str(path))
    assert "nowhere" not in out
    assert "other" in out


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("# nb2prod: ignore\nprint(1)", "no rule is named"),
        ("# nb2prod: ignore because\nprint(1)", "no rule is named"),
        ("print(1)  # nb2prod: ignore[]", "no rule is named"),
        ("# nb2prod: ignore[NB999]\nprint(1)", "`NB999`"),
        ("# nb2prod: ignore[NB102, unused-importt]\nprint(1)", "`unused-importt`"),
    ],
)
def test_a_comment_that_ignores_nothing_is_told_and_stays(
    source: str, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write_notebook(tmp_path / "n.ipynb", [(None, source), (None, MISSING)])
    before = path.read_bytes()
    found = json.loads(run(capsys, "check", str(path), "--fix", "--json")[1])["notebooks"][0]["findings"]
    assert [each["code"] for each in found] == ["NB005", "NB102"]
    assert found[0]["severity"] == "warning"
    assert said in found[0]["what"]
    assert path.read_bytes() == before


def test_metadata_that_ignore_what_there_is_not_are_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    document = as_notebook([(None, "x = 1")])
    document["metadata"]["nb2prod"] = {"ignore": ["NB102", "nb9", "star-import"]}
    path = tmp_path / "n.ipynb"
    path.write_text(json.dumps(document))
    out = run(capsys, "check", str(path))[1]
    assert out.count("NB005") == 1
    assert "`nb9`" in out


@pytest.mark.parametrize(("said", "told"), [
    (["NB330 tests/parity", "NB601 data.csv"], 0), (["nb601  my data.csv", "secret-in-source a.csv"], 0),
    (["NB102 data.csv"], 1), (["NB999 data.csv"], 1), (["NB601 data.csv", "NB33O tests/parity"], 1),
])  # fmt: skip
def test_metadata_may_name_what_lets_one_place_travel(
    said: list[str], told: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write_notebook(tmp_path / "n.ipynb", [(None, "x = 1")], nb2prod={"ignore": said})
    assert run(capsys, "check", str(path))[1].count("NB005") == told


def test_the_place_where_a_file_is_no_json_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "n.ipynb"
    path.write_text('{"cells":\n [}')
    assert "line 2, column 3: " in run(capsys, "check", str(path))[1]


def test_other_languages_in_a_folder_are_passed_over(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name, language in (("a", "R"), ("b", "julia"), ("c", "R"), ("d", "python")):
        document = as_notebook([(None, MISSING)])
        document["metadata"]["kernelspec"] = {"name": language, "display_name": language, "language": language}
        document["metadata"].pop("language_info", None)
        (tmp_path / f"{name}.ipynb").write_text(json.dumps(document))
    for _ in range(2):
        _, out, err = run(capsys, "check", str(tmp_path))
        assert ("NB001" in out, out.count("NB102")) == (False, 1)
        assert "passed over 1 in Julia, 2 in R" in err
        assert "in 1 notebook" in err
    status, out, _ = run(capsys, "check", str(tmp_path), str(tmp_path / "a.ipynb"))
    assert (status, out.count("NB001")) == (1, 1)


def test_text_alone_is_no_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "n.ipynb"
    path.write_text(
        json.dumps({**as_notebook([]), "cells": [{"cell_type": "markdown", "metadata": {}, "source": "a"}]})
    )
    found = json.loads(run(capsys, "check", str(path), "--json")[1])["notebooks"][0]["findings"]
    assert [(each["code"], each["severity"]) for each in found] == [("NB714", "advice")]


def test_metadata_ignore_a_rule_in_a_cell_or_in_all(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    document = as_notebook([(None, MISSING), (None, "print(other)")])
    document["cells"][0]["metadata"]["nb2prod"] = {"ignore": ["NB102"]}
    path = tmp_path / "n.ipynb"
    path.write_text(json.dumps(document))
    out = run(capsys, "check", str(path))[1]
    assert ("nowhere" in out, "other" in out) == (False, True)
    document["metadata"]["nb2prod"] = {"ignore": ["NB102"]}
    path.write_text(json.dumps(document))
    assert run(capsys, "check", str(path))[0] == 0


def test_a_rule_that_raises_is_named_and_the_others_go_on() -> None:
    def check(cells: object) -> Iterator[Finding]:
        raise ZeroDivisionError("no")
        yield

    broken = replace(known_rules()[0], check=check)
    found = findings(Facts(example(FOLDER / "star_import.txt").notebook), [broken, *known_rules()[1:]])
    assert found[0].finding.what == "the rule NB101 raised ZeroDivisionError: no"
    assert {each.rule.code for each in found} >= {"NB000", "NB107"}


def test_every_rule_is_explained_by_code_and_by_name(capsys: pytest.CaptureFixture[str]) -> None:
    listed = run(capsys, "explain")[1]
    for each in known_rules():
        assert each.rule.name in listed
        page = run(capsys, "explain", each.rule.code.lower())[1]
        assert page == run(capsys, "explain", each.rule.name)[1]
        assert "## What it does" in page
    status, _, err = run(capsys, "explain", "star-imports")
    assert (status, "star-import" in err) == (2, True)


def test_a_number_that_no_rule_has_is_no_misspelt_name(capsys: pytest.CaptureFixture[str]) -> None:
    assert "Did you mean" not in run(capsys, "explain", "NB999")[2]
    assert "Did you mean 'star-import'" in run(capsys, "explain", "star-imports")[2]
