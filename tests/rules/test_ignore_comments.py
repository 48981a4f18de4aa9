"""What is a comment that ignores a finding, and what only reads like one."""

from __future__ import annotations

from pathlib import Path

import pytest

from nb2prod.notebook.model import Cell, Notebook
from nb2prod.rules.ignoring import is_ignored
from nb2prod.rules.model import Finding, Found, Rule, Severity

SAID = "# nb2prod: ignore[NB601]"


def ignored(source: str, line: int) -> bool:
    notebook = Notebook(Path("n.ipynb"), (Cell(0, 0, "a", source, source),))
    return is_ignored(notebook, Found(Rule("NB601", "x", Severity.ERROR), Finding("", 0, line)))


@pytest.mark.parametrize(
    ("source", "line"),
    [
        (f"x = 1  {SAID} public", 1),
        (f"x = 'a # b'  {SAID}", 1),
        (f"{SAID}\nx = 1", 2),
        (f"def f():\n    {SAID}\n    return 1", 3),
        (f'x = """a\nb"""  {SAID}', 2),
        (f"%matplotlib inline\nx = 1  {SAID}", 2),
        (f"!pip install a\n    {SAID}\nx = 'it''s'", 3),
        (f"files = !ls 'a'\nx = 1  {SAID}", 2),
        (f"x = (1,  {SAID}", 1),
    ],
)
def test_comments_count(source: str, line: int) -> None:
    assert ignored(source, line)


@pytest.mark.parametrize(
    ("source", "line"),
    [
        (f'x = "{SAID}"', 1),
        (f"x = f'a {SAID} b'", 1),
        (f'x = """\n{SAID}\n"""', 1),
        (f'x = """\nkey {SAID}\n"""', 2),
        (f'x = "a\\" {SAID}"', 1),
        (f'%matplotlib inline\nx = "{SAID}"', 2),
        (f"!pip install a\nx = '''\n{SAID}\n'''", 3),
        (f'x = ("""\n{SAID}\n', 1),
        (f"x = 1\ny = 2  {SAID}", 1),
    ],
)
def test_texts_do_not(source: str, line: int) -> None:
    assert not ignored(source, line)
