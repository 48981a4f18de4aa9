"""The same notebook and the same versions give the same bytes, wherever and whenever."""

from __future__ import annotations

import subprocess
from pathlib import Path

from tests.making import PLAIN, exported, nb2prod, write_notebook


def files(folder: Path) -> dict[str, bytes]:
    found = (path for path in folder.rglob("*") if path.is_file() and ".git" not in path.relative_to(folder).parts)
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}


def test_two_exports_are_the_same_to_the_byte_artifacts_included(tmp_path: Path) -> None:
    notebook = write_notebook(tmp_path / "n.ipynb", PLAIN)
    (tmp_path / "elsewhere").mkdir()
    places = [(tmp_path / "one", "1"), (tmp_path / "elsewhere" / "a second place", "2")]
    versions = set()
    for place, seed in places:
        done = nb2prod("export", notebook, place, "--json", cwd=tmp_path, env={"PYTHONHASHSEED": seed})
        versions.add(exported(done)["model_version"])
    one, two = (files(place) for place, _ in places)
    assert sorted(one) == sorted(two)
    assert [path for path in one if one[path] != two[path]] == []
    assert len(versions) == 1
    heads = [
        subprocess.run(["git", "rev-parse", "HEAD"], cwd=place, capture_output=True, text=True, check=True).stdout
        for place, _ in places
    ]
    assert heads[0] == heads[1]
