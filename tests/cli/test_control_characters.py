"""Control characters of a notebook, or of its name, do not reach the terminal as they are."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from nb2prod.cli import main
from nb2prod.cli._terminal import visible
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
