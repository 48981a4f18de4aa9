"""``nb2prod score``: what it prints, and what it ends with."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from nb2prod.cli import main
from tests.making import PLAIN, write_notebook


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as ended:
        main(list(arguments))
    printed = capsys.readouterr()
    return int(ended.value.code or 0), printed.out, printed.err


def test_a_notebook_has_what_is_and_what_would_be(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write_notebook(tmp_path / "n.ipynb", PLAIN)
    status, out, err = run(capsys, "score", str(path))
    assert (status, err) == (0, "")
    assert "Data: 0 of 7 now, probably 4 if it is exported" in out
    assert "ML Test Score: 0, the least of the four. More of a research project" in out
    assert out.endswith("It may be more: whether M4 and M7 can be established is told by the data.\n")
    assert all(f"  {letter}{n}  " in out for letter in "DMIN" for n in range(1, 8))


def test_as_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = run(capsys, "score", str(write_notebook(tmp_path / "n.ipynb", PLAIN)), "--json")
    found = json.loads(out)
    assert (status, found["kind"], found["now"]["score"], found["problems"]) == (0, "notebook", 0, [])
    assert len(found["if_exported"]["tests"]) == 28


def test_an_attestation_that_does_not_count_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said = {"attestations": [{"test": "M2", "by": "Ada", "on": "yesterday", "how": "by hand"}]}
    status, _, err = run(capsys, "score", str(write_notebook(tmp_path / "n.ipynb", PLAIN, nb2prod=said)))
    assert status == 1
    assert err.startswith("notebook metadata, nb2prod.attestations[0].on: 'yesterday' is no date\n    -> ")


def test_neither_a_notebook_nor_a_repository(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "score", str(tmp_path))[0] == 2
    assert run(capsys, "score", str(tmp_path / "nowhere.ipynb"))[0] == 2
    (tmp_path / "broken.ipynb").write_text("{")
    assert run(capsys, "score", str(tmp_path / "broken.ipynb"))[0] == 6
