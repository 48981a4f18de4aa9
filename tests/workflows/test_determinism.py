"""The same notebook and the same versions give the same bytes, wherever and whenever."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

from tests.making import PLAIN, exported, nb2prod, write_notebook


def files(folder: Path) -> dict[str, bytes]:
    found = (path for path in folder.rglob("*") if path.is_file() and ".git" not in path.relative_to(folder).parts)
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}


def test_two_exports_are_the_same_to_the_byte_artifacts_included(plain_export: Path, tmp_path: Path) -> None:
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    write_notebook(folder / "n.ipynb", PLAIN)
    places = (plain_export / "out", folder / "a second place")
    asked = ("export", folder / "n.ipynb", places[1], "--json", "--name", "iris")
    second = exported(nb2prod(*asked, cwd=tmp_path, env={"PYTHONHASHSEED": "2"}))  # the first was made with 1
    versions = {second["model_version"], json.loads((plain_export / "stdout").read_text())["model_version"]}
    one, two = (files(place) for place in places)
    assert sorted(one) == sorted(two)
    assert [path for path in one if one[path] != two[path]] == []
    assert len(versions) == 1
    heads = [
        subprocess.run(["git", "rev-parse", "HEAD"], cwd=place, capture_output=True, text=True, check=True).stdout
        for place in places
    ]
    assert heads[0] == heads[1]
