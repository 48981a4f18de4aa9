"""Findings as text, JSON, SARIF, GitHub's commands and JUnit, from the command as people call it."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import jsonschema
import pytest

from nb2prod.cli import main
from nb2prod.cli._reports import sarif
from nb2prod.cli._reports.result import Result
from nb2prod.workflows.reports.model import Report, Told
from tests.making import as_notebook, write_notebook

BAD = "x = 1\nprint(nowhere)"
STAR = "from math import *\nprint(pi)"
TEXT = {"type": "object", "required": ["text"], "properties": {"text": {"type": "string", "minLength": 1}}}
MESSAGE = {**TEXT, "properties": {**TEXT["properties"], "markdown": {"type": "string"}}, "additionalProperties": False}
LEVEL = {"enum": ["none", "note", "warning", "error"]}
RULE = {
    "type": "object",
    "required": ["id"],
    "additionalProperties": False,
    "properties": {
        "id": {"type": "string"},
        "name": {"type": "string"},
        "shortDescription": MESSAGE,
        "fullDescription": MESSAGE,
        "help": MESSAGE,
        "helpUri": {"type": "string", "format": "uri"},
        "defaultConfiguration": {"type": "object", "properties": {"level": LEVEL}},
        "properties": {
            "type": "object",
            "properties": {"tags": {"type": "array", "uniqueItems": True, "items": {"type": "string"}, "maxItems": 10}},
        },
    },
}
LOCATION = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "physicalLocation": {
            "type": "object",
            "properties": {
                "artifactLocation": {"type": "object", "properties": {"uri": {"type": "string"}}},
                "region": {"type": "object", "properties": {"startLine": {"type": "integer", "minimum": 1}}},
            },
        },
        "logicalLocations": {
            "type": "array",
            "uniqueItems": True,
            "items": {
                "type": "object",
                "additionalProperties": False,
                "properties": {key: {"type": "string"} for key in ("name", "fullyQualifiedName", "kind")},
            },
        },
    },
}
RESULT = {
    "type": "object",
    "required": ["message"],
    "additionalProperties": False,
    "properties": {
        "ruleId": {"type": "string"},
        "ruleIndex": {"type": "integer", "minimum": -1},
        "level": LEVEL,
        "message": MESSAGE,
        "locations": {"type": "array", "items": LOCATION},
        "partialFingerprints": {"type": "object", "additionalProperties": {"type": "string"}},
        "properties": {"type": "object"},
    },
}
RUN = {
    "type": "object",
    "required": ["tool"],
    "additionalProperties": False,
    "properties": {
        "tool": {
            "type": "object",
            "required": ["driver"],
            "properties": {
                "driver": {
                    "type": "object",
                    "required": ["name"],
                    "properties": {"rules": {"type": "array", "uniqueItems": True, "items": RULE}},
                }
            },
        },
        "columnKind": {"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
        "invocations": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["executionSuccessful"],
                "properties": {
                    "executionSuccessful": {"type": "boolean"},
                    "toolExecutionNotifications": {
                        "type": "array",
                        "items": {"type": "object", "required": ["message"], "properties": {"level": LEVEL}},
                    },
                },
            },
        },
        "results": {"type": "array", "items": RESULT},
    },
}
SARIF = {
    "type": "object",
    "required": ["version", "runs"],
    "additionalProperties": False,
    "properties": {
        "$schema": {"type": "string", "format": "uri"},
        "version": {"enum": ["2.1.0"]},
        "runs": {"type": "array", "items": RUN},
    },
}
"""What the published schema of SARIF 2.1.0 says of the parts that we write."""


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as ended:
        main(["check", *arguments])
    printed = capsys.readouterr()
    return int(ended.value.code or 0), printed.out, printed.err


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    write_notebook(tmp_path / "a b.ipynb", [(None, "x = 1"), (None, BAD), (None, STAR)])
    write_notebook(tmp_path / "clean.ipynb", [("data", "x = 1\nprint(x)")])
    write_notebook(tmp_path / "star.ipynb", [(None, STAR)])
    monkeypatch.chdir(tmp_path)
    return tmp_path


ASKED = ("a b.ipynb", "clean.ipynb", "--select", "NB102,NB107")


def test_sarif_says_what_its_schema_asks_for(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = run(capsys, *ASKED, "--format", "sarif")
    log = json.loads(out)
    jsonschema.validate(log, SARIF)
    results = log["runs"][0]["results"]
    rules = log["runs"][0]["tool"]["driver"]["rules"]
    assert status == 1
    assert [(each["ruleId"], rules[each["ruleIndex"]]["id"]) for each in results] == [
        ("NB102", "NB102"),
        ("NB107", "NB107"),
    ]
    assert "## What it does" in rules[0]["help"]["markdown"]
    place = results[0]["locations"][0]
    assert place["physicalLocation"]["artifactLocation"] == {"uri": "a%20b.ipynb"}
    lines = Path("a b.ipynb").read_text().splitlines()
    line = place["physicalLocation"]["region"]["startLine"]
    assert len(lines) < 5 or "nowhere" in lines[line - 1]
    assert place["logicalLocations"][0]["fullyQualifiedName"].startswith("a b.ipynb#")
    again = json.loads(run(capsys, *ASKED, "--format", "sarif")[1])
    assert again == log


def test_sarif_is_kept_within_what_readers_take(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sarif, "MOST_RESULTS", 3)
    advice = Told("NB107", "star-import", "advice", None, None, None, "w", "r")
    error = Told("NB102", "undefined-name", "error", None, None, None, "w", "r")
    log = json.loads(sarif.as_sarif(Result([Report(tmp_path / "n.ipynb", (advice,) * 4 + (error,))])))
    jsonschema.validate(log, SARIF)
    run = log["runs"][0]
    assert [each["ruleId"] for each in run["results"]] == ["NB102", "NB107", "NB107"]
    assert "2 of 5" in run["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"]


def test_lines_of_the_file_are_those_of_the_source(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    document = as_notebook([(None, "x = 1"), (None, "# one\n\nprint(nowhere)\n")])
    for cell in document["cells"]:
        cell["source"] = "".join(cell["source"]).splitlines(keepends=True)
    path = tmp_path / "n.ipynb"
    path.write_text(json.dumps(document, indent=1))
    _, out, _ = run(capsys, str(path), "--select", "NB102", "--format", "github")
    found = re.search(r"line=(\d+)", out)
    assert found is not None
    assert "print(nowhere)" in path.read_text().splitlines()[int(found.group(1)) - 1]


def test_github_gets_a_command_for_each_finding(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, out, err = run(capsys, *ASKED, "--format", "github")
    lines = out.splitlines()
    assert status == 1
    assert [line.split(" ")[0] for line in lines] == ["::error", "::notice"]
    assert "file=a b.ipynb,line=" in lines[0]
    assert "title=NB102 undefined-name (cell [2]%2C line 2)::`nowhere` is read" in lines[0]
    assert "%0A" in lines[0]
    assert err.startswith("2 findings in 2 notebooks")
    assert run(capsys, "clean.ipynb", "--select", "NB102", "--format", "github")[1] == ""


def test_junit_has_a_suite_for_each_notebook(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = run(capsys, *ASKED, "--format", "junit")
    suites = ElementTree.fromstring(out.encode())
    assert status == 1
    assert (suites.tag, suites.get("tests"), suites.get("failures")) == ("testsuites", "3", "2")
    assert [(each.get("name"), each.get("tests"), each.get("failures")) for each in suites] == [
        ("a b.ipynb", "2", "2"),
        ("clean.ipynb", "1", "0"),
    ]
    failure = suites[0][0].find("failure")
    assert failure is not None
    assert failure.get("message") == "`nowhere` is read and never defined"
    assert suites[1][0].find("failure") is None


def test_junit_takes_any_character(tmp_path: Path) -> None:
    from nb2prod.cli._reports.junit import as_junit

    told = Told("NB102", "undefined-name", "error", 0, "c", 1, "a \x00\x1b[31m <&> \ud800 é", "r\x08")
    ElementTree.fromstring(as_junit(Result([Report(tmp_path / "n\x01.ipynb", (told,))])).encode())


def test_json_says_what_can_be_mended(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A star import of a notebook in which a name is unknown cannot be mended."""
    found = json.loads(run(capsys, "a b.ipynb", "star.ipynb", "--select", "NB107", "--json")[1])
    assert [each["findings"][0]["fix"] for each in found["notebooks"]] == [None, "safe"]


def test_json_counts(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, out, _ = run(capsys, *ASKED, "--format", "json")
    assert out == run(capsys, *ASKED, "--json")[1]
    found: dict[str, Any] = json.loads(out)
    assert found["severities"] == {"error": 1, "warning": 0, "advice": 1}
    assert [(each["code"], each["count"]) for each in found["statistics"]] == [("NB102", 1), ("NB107", 1)]
    assert len({each["fingerprint"] for each in found["notebooks"][0]["findings"]}) == 2


def test_on_a_terminal_findings_stand_under_their_notebook(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    _, out, _ = run(capsys, *ASKED)
    plain = re.sub(r"\x1b\[[0-9;]*m", "", out)
    assert "\x1b[" in out
    assert plain.startswith("a b.ipynb\n")
    assert re.search(r"\[2\]:2 +error +`nowhere` is read and never defined +NB102 undefined-name", plain)
    assert "→ define it" in plain
    assert "clean.ipynb" not in plain
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b[" not in run(capsys, *ASKED)[1]


def test_statistics_count_by_rule(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, out, err = run(capsys, *ASKED, "--statistics")
    assert status == 1
    assert out.splitlines() == ["1  NB102  error   undefined-name", "1  NB107  advice  star-import"]
    assert err.splitlines() == ["2 findings in 2 notebooks (1 error, 1 advice)", "some may be mended by --fix"]
    assert run(capsys, *ASKED, "--statistics", "--quiet")[2] == ""


def test_fixes_are_shown_and_applied(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = folder / "star.ipynb"
    before = path.read_bytes()
    asked = ("star.ipynb", "a b.ipynb", "--select", "NB102,NB107")
    status, out, err = run(capsys, *asked, "--diff")
    assert status == 1
    assert out.splitlines() == [
        "--- star.ipynb: cell [1]",
        "+++ star.ipynb: cell [1]",
        "@@ -1,2 +1,2 @@",
        "-from math import *",
        "+from math import pi",
        " print(pi)",
    ]
    assert err == "would mend 1 finding; nothing was written\n"
    assert path.read_bytes() == before
    status, out, err = run(capsys, *asked, "--fix")
    assert (status, "star.ipynb" in out, "NB102" in out) == (1, False, True)
    assert "mended 1 finding" in err
    assert path.read_bytes() == before.replace(b"from math import *", b"from math import pi")
    assert run(capsys, *asked, "--diff")[:2] == (0, "")
    assert run(capsys, "star.ipynb", "--select", "NB107", "--fix")[0] == 0


def test_a_baseline_is_written_and_kept_back(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, out, err = run(capsys, *ASKED, "--baseline", "known.json", "--write-baseline")
    assert (status, out, err) == (0, "", "known.json lists 2 findings\n")
    status, out, err = run(capsys, *ASKED, "--baseline", "known.json")
    assert (status, out) == (0, "")
    assert err.splitlines() == ["0 findings in 2 notebooks", "2 more in the baseline"]
    assert json.loads(run(capsys, *ASKED, "--baseline", "known.json", "--json")[1])["baseline"] == {
        "hidden": 2,
        "gone": 0,
    }
    write_notebook(folder / "clean.ipynb", [(None, BAD)])
    status, out, _ = run(capsys, *ASKED, "--baseline", "known.json")
    assert (status, "clean.ipynb" in out) == (1, True)
    assert run(capsys, *ASKED, "--write-baseline")[0] == 2
    assert run(capsys, *ASKED, "--baseline", "gone.json")[0] == 2
    (folder / "other.json").write_text("{}")
    assert run(capsys, *ASKED, "--baseline", "other.json", "--write-baseline")[0] == 2
    (folder / "empty.json").write_text("")
    assert run(capsys, *ASKED, "--baseline", "empty.json", "--write-baseline")[0] == 0


def test_a_baseline_keeps_what_was_not_looked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "part").mkdir()
    for name in ("one", "two"):
        write_notebook(tmp_path / "part" / f"{name}.ipynb", [(None, BAD), (None, STAR)])
    both = ("--select", "NB102,NB107", "--baseline", "known.json")
    assert "lists 4 findings" in run(capsys, "part", *both, "--write-baseline")[2]
    for asked in (["part/one.ipynb", *both], ["part", "--select", "NB107", *both[2:]], ["part", *both, "--ignore=NB1"]):
        assert json.loads(run(capsys, *asked, "--json")[1])["baseline"]["gone"] == 0
        assert "lists 4 findings" in run(capsys, *asked, "--write-baseline")[2]
    write_notebook(tmp_path / "part" / "one.ipynb", [(None, "x = 1")])
    asked = ["part", "--select", "NB107", *both[2:]]
    assert json.loads(run(capsys, *asked, "--json")[1])["baseline"]["gone"] == 1
    assert "1 finding of the baseline is gone: --write-baseline drops it" in run(capsys, *asked)[2]
    assert "lists 3 findings" in run(capsys, *asked, "--write-baseline")[2]
    (tmp_path / "part" / "two.ipynb").unlink()
    assert "lists 3 findings" in run(capsys, "part/one.ipynb", "--select", "NB107", *both[2:], "--write-baseline")[2]
    assert "lists 0 findings" in run(capsys, "part", *both, "--write-baseline")[2]
