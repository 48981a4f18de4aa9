"""Control characters of a notebook, or of its name, do not reach the terminal as they are."""

from __future__ import annotations

import json
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from nb2prod.cli import main
from nb2prod.cli._reports.data import as_json
from nb2prod.cli._reports.github import as_commands
from nb2prod.cli._reports.junit import as_junit
from nb2prod.cli._reports.result import Result
from nb2prod.cli._reports.text import plain_lines
from nb2prod.cli._visible import json_text, on_one_line, visible
from nb2prod.workflows.reports.model import Report, Told
from tests.making import write_notebook

ESC = "\x1b[31m"
CELLS = [
    ("data", "import pandas as pd\ndf = pd.DataFrame({'x': [1, 2], 'y': [1, 2]})"),
    ("training", f"from os import *\nrate = 'a{ESC}\x9b'\nfrom sklearn.linear_model import LinearRegression"),
    (None, "model = LinearRegression().fit(df[['x']], df['y'])\nfrom nowhere import *"),
]
SAID = {"attestations": [{"test": "M2", "by": f"x{ESC}", "on": "2026-11-20", "how": "by hand\x9b"}, {f"k{ESC}": 1}]}
COMMANDS = (
    ("score",), ("check", "--no-cache"), ("check", "--no-cache", "--statistics"), ("check", "--diff", "--unsafe-fixes"),
    ("sections",), ("sections", "--suggest"), ("export", "--dry-run"), ("export", "--kernel", ESC),
    ("check", "--baseline", f"b{ESC}.json", "--write-baseline"), ("serve",), ("nothing" + ESC,),
)  # fmt: skip


@pytest.mark.parametrize("terminal", [False, True])
@pytest.mark.parametrize("arguments", COMMANDS, ids=" ".join)
def test_none_is_printed(
    arguments: tuple[str, ...],
    terminal: bool,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    path = write_notebook(tmp_path / f"a{ESC}.ipynb", CELLS, nb2prod={**SAID, "ignore": [f"NB{ESC}"]})
    monkeypatch.chdir(tmp_path)
    if terminal:
        monkeypatch.setenv("FORCE_COLOR", "1")
    with pytest.raises(SystemExit):
        main([arguments[0], str(path), *arguments[1:]])
    printed = capsys.readouterr()
    text = printed.out + printed.err
    assert text
    assert f"a{ESC}" not in text
    assert f"x{ESC}" not in text
    assert f"k{ESC}" not in text
    assert "\x9b" not in text
    assert terminal or "\x1b" not in text


def test_they_are_shown_as_escapes() -> None:
    assert visible("a\x1b[31m\r\x9b\u202e\ud800\tb\né") == "a\\x1b[31m\\r\\x9b\\u202e\\ud800\tb\né"


def test_json_is_as_it_was(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write_notebook(tmp_path / f"a{ESC}.ipynb", CELLS)
    with pytest.raises(SystemExit):
        main(["score", str(path), "--json"])
    assert json.loads(capsys.readouterr().out)["path"] == str(path)


FORMS = ("text", "json", "sarif", "github", "junit")
HOSTILE = f"a{ESC}\x9b\u202e\u2028\r\x85\n::error::forged\n ##[add-mask]x"
TOLD = Told("XX1", f"n{HOSTILE}", "error", 0, f"id{HOSTILE}", 1, f"what {HOSTILE}", f"remedy {HOSTILE}", fix="safe")
CHECKED = Result([Report(Path(f"::warning::{HOSTILE}.ipynb"), (TOLD,))])
WRITTEN = {
    "json": as_json,
    "junit": as_junit,
    "github": lambda result: "\n".join(as_commands(result)),
    "text": lambda result: "\n".join(on_one_line(line) for line in plain_lines(result.reports[0])),
}


def commands_in(printed: str) -> list[str]:
    """Return the commands that GitHub's runner reads in what was printed, as in its ActionCommand.cs."""
    lines = re.split(r"\r\n|\r|\n", printed)
    forms = (r"\s*::([a-z-]+)(?: .*?)?::", r".*?##(?:vso)?\[([a-z-]+).*?\]")
    found = (re.match(forms[0], line) or re.match(forms[1], line) for line in lines)
    return [each[1] for each in found if each]


def obeyed_in(printed: str) -> str:
    return "".join(sorted(set(re.findall(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]", printed))))


@pytest.mark.parametrize("form", WRITTEN)
def test_no_form_of_a_report_has_any(form: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    printed = WRITTEN[form](CHECKED)
    assert obeyed_in(printed) == ""
    assert commands_in(printed) == (["error"] if form == "github" else [])
    assert len(printed.splitlines()) == {"text": 2, "github": 1}.get(form, len(printed.splitlines()))


@pytest.mark.parametrize("form", FORMS)
def test_a_notebook_forges_no_command(
    form: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.chdir(tmp_path)
    code = f"from math import *\nrate = nowhere['::error::x ##[error]x {ESC}\x9b']\n%%nothing ::error::x"
    ignore = ["::error::x", "##[error]y", f"\n::error::{ESC}\x9b"]
    write_notebook(tmp_path / "::error::x\n::error::y##[error]z.ipynb", [(None, code)], nb2prod={"ignore": ignore})
    (tmp_path / "::warning::x\n::warning::y##[warning]z.ipynb").write_text("{" + HOSTILE)
    with pytest.raises(SystemExit):
        main(["check", ".", "--no-cache", "--format", form])
    printed = capsys.readouterr()
    assert "forged" not in printed.out + printed.err
    assert obeyed_in(printed.out + printed.err) == ""
    commands = commands_in(printed.out)
    assert len(commands) == (len(printed.out.splitlines()) if form == "github" else 0)
    assert commands_in(printed.err) == []


def test_what_programs_read_is_what_there_was() -> None:
    [told] = json.loads(as_json(CHECKED))["notebooks"][0]["findings"]
    assert (told["what"], told["remedy"], told["id"]) == (TOLD.what, TOLD.remedy, TOLD.id)
    assert json.loads(json_text({HOSTILE: "\ud800##vso[x]"})) == {HOSTILE: "\ud800##vso[x]"}
    json_text({HOSTILE: "\ud800"}).encode()
    [case] = ElementTree.fromstring(as_junit(CHECKED).encode()).iter("testcase")
    assert "::error::forged" in str(case.findtext("failure"))
    assert str(case.get("file")).startswith("::warning::a")


@pytest.mark.parametrize("service", ["GITHUB_ACTIONS", "TF_BUILD"])
def test_commands_of_a_ci_are_shown_and_not_obeyed(service: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("GITHUB_ACTIONS", "TF_BUILD"):
        monkeypatch.delenv(name, raising=False)
    text = "a\n::error::b ##[group]c ##vso[task.setvariable]d x[::2] ## [e]"
    assert visible(text) == text
    monkeypatch.setenv(service, "true")
    assert visible(text) == "a\n\\x3a:error\\x3a:b \\x23#[group]c \\x23#vso[task.setvariable]d x[::2] ## [e]"
