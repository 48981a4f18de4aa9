"""What no export may carry along: looked for in the files that a real one has written."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from nb2prod.capture.model import Evidence, FileRead
from nb2prod.errors import UnusableInput
from nb2prod.notebook.read import read_notebook
from nb2prod.plan.own_modules import own_modules
from nb2prod.workflows.export import export
from nb2prod.workflows.model import ExportOptions
from nb2prod.workflows.refusing_files import refuse_in_data, refuse_in_modules
from tests.making import PLAIN, READING, as_notebook, exported, nb2prod, with_tags, write_notebook, write_points
from tests.shared import once

KEY = "AK" + "IAQ3EGRZ7WJ5LDTN4C"
TOKEN = "gh" + "p_aB3dE5gH7jK9mN1pQ3sT5vW7yZ9bC1dE3fGh"
MAIL = "jiri.novak@novakovi.cz"


def showing(*texts: str) -> list[dict[str, Any]]:
    return [{"output_type": "stream", "name": "stdout", "text": [f"{text}\n" for text in texts]}]


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a notebook that shows secrets in its outputs, and ``out``, its export."""

    def make(folder: Path) -> None:
        notebook = as_notebook([*READING, ("skip", "print('by hand')")])
        notebook["cells"][0]["outputs"] = showing(f"connected with {KEY}", "loss 0.25")
        notebook["cells"][5]["outputs"] = showing(f"{KEY} {TOKEN} {KEY}", f"from {MAIL}")
        (folder / "n.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
        write_points(folder / "points.csv")
        exported(nb2prod("export", "n.ipynb", "out", "--verify", "none", "--json", cwd=folder))

    return once(tmp_path_factory, "export-with-secrets-shown", make)


def test_nothing_that_was_written_has_a_secret(work: Path) -> None:
    files = [path for path in (work / "out").rglob("*") if path.is_file()]
    assert len(files) > 20
    found = [path for path in files if any(each.encode() in path.read_bytes() for each in (KEY, TOKEN, MAIL))]
    assert found == []


def test_the_copy_is_the_notebook_with_its_secrets_masked(work: Path) -> None:
    copy = json.loads((work / "out" / "notebooks" / "n.ipynb").read_text(encoding="utf-8"))
    notebook = json.loads((work / "n.ipynb").read_text(encoding="utf-8"))
    assert copy["cells"][0]["outputs"] == showing("connected with ***", "loss 0.25")
    assert copy["cells"][5]["outputs"] == showing("*** *** ***", "from ***")
    assert [each["source"] for each in copy["cells"]] == [each["source"] for each in notebook["cells"]]
    assert KEY in json.dumps(notebook)


def test_own_modules_are_looked_through_before_anything_runs(tmp_path: Path) -> None:
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / "__init__.py").write_text("")
    (tmp_path / "shop" / "keys.py").write_text(f'NAME = "shop"\nTOKEN = "{TOKEN}"\n')
    (tmp_path / "people.py").write_text(f'BOSS = "{MAIL}"\n')
    (tmp_path / "unused.py").write_text(f'KEY = "{KEY}"\n')
    path = write_notebook(tmp_path / "n.ipynb", with_tags(PLAIN, untagged="import numpy as np\nimport shop, people"))
    with pytest.raises(UnusableInput) as refused:
        export(ExportOptions(path, tmp_path / "out"))
    assert [each.where for each in refused.value.problems] == ["people.py, line 1", "shop/keys.py, line 2"]
    assert TOKEN not in str(refused.value.problems) and not (tmp_path / "out").exists()


def test_a_module_may_say_that_it_holds_none(tmp_path: Path) -> None:
    (tmp_path / "keys.py").write_text(f'TOKEN = "{TOKEN}"  # nb2prod: ignore[NB601] revoked\n')
    notebook = read_notebook(write_notebook(tmp_path / "n.ipynb", [(None, "import keys")]))
    refuse_in_modules(notebook, own_modules("n", tmp_path, ["import keys"], {}))


def read(folder: Path, name: str, content: bytes, **metadata: Any) -> None:
    """Ask for an export of a notebook that has read a file with that content."""
    (folder / name).write_bytes(content)
    notebook = read_notebook(write_notebook(folder / "n.ipynb", [(None, "x = 1")], **metadata))
    refuse_in_data(notebook, Evidence("", {}, files_read=(FileRead(name, "", len(content), True),)))


@pytest.mark.parametrize(
    ("name", "text"),
    [("a.csv", f"id,note\n1,{TOKEN}\n"), ("b.json", f'{{"x": 1,\n"password": "hunter2!{TOKEN[:8]}"}}'),
     ("c.dat", f"x\n{KEY}")],
)  # fmt: skip
def test_data_files_that_travel_are_looked_through(name: str, text: str, tmp_path: Path) -> None:
    with pytest.raises(UnusableInput) as refused:
        read(tmp_path, name, text.encode())
    (problem,) = refused.value.problems
    assert problem.where == f"{name}, line 2" and f"NB601 {name}" in problem.remedy
    assert not {TOKEN, KEY} & set(str(problem).split())
    read(tmp_path, name, text.encode(), nb2prod={"ignore": [f"NB601 {name}"]})


@pytest.mark.parametrize(
    ("name", "content"),
    [("people.csv", f"mail,password\n{MAIL},x1y2z3w4\n".encode()), ("b.npy", b"\x93NUMPY\0" + KEY.encode()),
     ("reviews.txt", b"the key: abcdefgh12345678, the token = '9a8b7c6d5e4f3g2h1i0j'"), ("c.csv", b"\xff\xfe\0")],
)  # fmt: skip
def test_data_that_is_no_secret_travels(name: str, content: bytes, tmp_path: Path) -> None:
    read(tmp_path, name, content)
