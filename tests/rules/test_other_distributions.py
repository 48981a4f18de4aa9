"""Rules that another distribution brings are used like our own; one that is no rule harms nobody."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.making import as_notebook

RULE = '''"""
## What it does
Finds `print`.
"""

from collections.abc import Iterator, Sequence

from nb2prod.analysis.nodes import Call
from nb2prod.rules.model import Finding, Rule, Severity

RULE = Rule("ACME001", "printed", Severity.WARNING{more})


def check(calls: Sequence[Call]) -> Iterator[Finding]:
    for call in calls:
        if call.path == ".print":
            yield Finding("`print` is called", call.statement.cell, call.line, "log it")
'''
PROJECT = """\
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"

[project]
name = "acme-rules"
version = "1.0"

[project.entry-points."nb2prod.checks"]
"""


def installed(folder: Path, **modules: str) -> Path:
    """Build a distribution of these rules, install it into a folder of its own, and return that."""
    (folder / "acme_rules").mkdir(parents=True)
    for name, text in {"__init__": "", **modules}.items():
        (folder / "acme_rules" / f"{name}.py").write_text(text)
    entries = "".join(f'{name} = "acme_rules.{name}"\n' for name in modules)
    (folder / "pyproject.toml").write_text(PROJECT + entries)
    command = ["-m", "uv", "pip", "install", "--quiet", "--offline", "--no-deps", "--no-build-isolation"]
    subprocess.run([sys.executable, *command, "--target", folder / "site", folder], check=True, capture_output=True)
    return folder / "site"


def checked(site: Path, *options: str) -> list[tuple[str, str]]:
    """Return what the command finds in a notebook that prints, by the rules' codes."""
    path = site.parent / "n.ipynb"
    path.write_text(json.dumps(as_notebook([("data", "from math import *\nprint(pi)")])))
    command = ["-m", "nb2prod", "check", str(path), "--format", "json", "--exit-zero", "--no-cache", *options]
    search = os.pathsep.join(map(str, (site, Path(__file__).parents[2])))
    ran = subprocess.run(
        [sys.executable, *command], env=os.environ | {"PYTHONPATH": search}, check=False, capture_output=True, text=True
    )
    assert ran.returncode == 0, ran.stderr
    return [(each["code"], each["what"]) for each in json.loads(ran.stdout)["notebooks"][0]["findings"]]


def test_a_rule_of_another_distribution_finds_what_it_finds(tmp_path: Path) -> None:
    site = installed(tmp_path, printed=RULE.format(more=""))
    assert ("ACME001", "`print` is called") in checked(site)
    assert {code for code, _ in checked(site, "--ignore", "ACME")}.isdisjoint({"ACME001"})


def test_a_rule_in_preview_is_only_run_where_somebody_asks_for_it(tmp_path: Path) -> None:
    site = installed(tmp_path, printed=RULE.format(more=", preview=True"))
    assert "ACME001" not in {code for code, _ in checked(site)}
    assert {"ACME001", "NB107"} <= {code for code, _ in checked(site, "--extend-select", "ACME001")}
    assert {code for code, _ in checked(site, "--select", "ACME")} == {"ACME001"}
    settings = '[tool.nb2prod.check]\nextend-select = ["ACME001"]\n'
    (tmp_path / "pyproject.toml").write_text(settings)
    assert "ACME001" in {code for code, _ in checked(site)}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("import nowhere", "ModuleNotFoundError: No module named 'nowhere'"),
        ("x = 1", "has no attribute 'RULE'"),
        (RULE.format(more="").replace("ACME001", "NB107"), "the code NB107 is that of another rule"),
    ],
)
def test_one_that_cannot_be_used_is_told_and_the_others_go_on(tmp_path: Path, text: str, said: str) -> None:
    found = dict(checked(installed(tmp_path, printed=text)))
    assert "NB107" in found
    assert "`printed` of acme-rules" in found["NB000"]
    assert said in found["NB000"]


@pytest.mark.parametrize(
    ("yields", "said"),
    [
        ("Finding('x', cell=99)", "it found something in cell 99, and there are 1, from 0"),
        ("Finding('x', 0, None)", "it found something in line None"),
        ("'oops'", "it found 'oops', which is no Finding"),
        ("Finding(7)", "what it found is not told as text"),
        ("Finding('x', picture={'a': {1, 2}})", "Object of type set is not JSON serializable"),
        ("Finding('x', picture={'a': 10**400})", "a number that is too large to be drawn"),
    ],
)
def test_one_that_finds_nonsense_is_named_and_the_others_go_on(tmp_path: Path, yields: str, said: str) -> None:
    text = RULE.format(more="").split("def check")[0] + f"def check(calls):\n    yield {yields}\n"
    found = dict(checked(installed(tmp_path, printed=text)))
    assert "NB107" in found
    assert "ACME001" not in found
    assert found["NB000"].startswith("the rule ACME001 raised")
    assert said in found["NB000"]
