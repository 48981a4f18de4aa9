"""What the documents say is there: links lead somewhere, commands and options exist, make's targets too."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("example_notebooks/*.md")])
LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)#\s]+)[^)]*\)")


def help_of(*command: str) -> str:
    done = subprocess.run([sys.executable, "-m", "nb2prod", *command, "--help"], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_lead_to_files_that_are_there(document: Path) -> None:
    text = re.sub(r"```.*?```", "", document.read_text(), flags=re.DOTALL)
    links = [link for link in LINK.findall(text) if not re.match(r"[a-z]+:", link)]
    assert not [link for link in links if not (document.parent / link).exists()]


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_make_targets_that_are_named_are_there(document: Path) -> None:
    ours = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    theirs = ROOT / "templates/project/{{cookiecutter.project}}/Makefile"
    known = ours | set(re.findall(r"^([a-z-]+):", theirs.read_text(), re.MULTILINE))
    named = set(re.findall(r"`make ([a-z-]+)", document.read_text()))
    named |= set(re.findall(r"^make ([a-z-]+)", document.read_text(), re.MULTILINE))
    assert named <= known


def test_commands_and_options_that_are_named_exist() -> None:
    said: dict[tuple[str, ...], set[str]] = {}
    for document in DOCUMENTS:
        for command, rest in re.findall(r"nb2prod ([a-z]+)((?: [^`\n|]*)?)", document.read_text()):
            if re.search(r"`[^`]*nb2prod " + command, document.read_text()):
                options = re.findall(r"(?<=\s)(--?[a-z][a-z-]*)", rest)
                said.setdefault(asked(command, rest), set()).update(options)
    known = {command for command in said if (ROOT / "nb2prod" / "cli" / f"{command[0]}.py").exists()}
    assert {("export",), ("sections",), ("runs", "best")} <= known
    for command in known:
        assert not [option for option in said[command] if option not in help_of(*command)]


def asked(command: str, rest: str) -> tuple[str, ...]:
    """Return which command is asked for: one of ``nb2prod runs``, the first of which needs no name."""
    if command != "runs":
        return (command,)
    first = rest.split()[0] if rest.split() else ""
    return command, first if first in {"show", "compare", "best", "plot", "export"} else "list"


def test_every_command_is_in_the_readme() -> None:
    commands = {path.stem for path in (ROOT / "nb2prod" / "cli").glob("[a-z]*.py")}
    readme = (ROOT / "README.md").read_text()
    assert not [command for command in commands if f"nb2prod {command}" not in readme]
