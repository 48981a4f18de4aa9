"""What no export may carry along: looked for in the files that a real one has written."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.making import READING, as_notebook, exported, nb2prod, write_points
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
