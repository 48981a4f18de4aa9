"""Paths from the browser stay inside the folder that Jupyter shows, whatever they look like."""

from __future__ import annotations

from itertools import product
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nb2prod.errors import UnusableInput
from nb2prod.server.places import inside, root_of

UP = ["..", "../", "..//", "./..", "....//..", "..\\", "..%2f", "a/../..", "a/./../..", "\x00..", "..\x00", "..\n"]
ENDS = ["", "/", "/etc/passwd", "/../x.ipynb", "/x.ipynb", "\\windows", "/\x00", "/.ssh/id_rsa", "/%2e%2e/x", "/ \n"]
STARTS = ["", "/", "//", "a/", "~/", "C:\\", "file:///"]
HOSTILE = [f"{start}{up}{end}" for start, up, end in product(STARTS, UP, ENDS)]


def _contents(root: Path, allow_hidden: bool = False) -> SimpleNamespace:
    return SimpleNamespace(root_dir=str(root), allow_hidden=allow_hidden)


def test_hostile_paths_lead_nowhere(tmp_path: Path) -> None:
    assert len(HOSTILE) > 200
    root = tmp_path / "root"
    root.mkdir()
    (tmp_path / "x.ipynb").touch()
    for path in HOSTILE:
        try:
            found = inside(_contents(root), path)
        except UnusableInput:
            continue
        assert found.is_relative_to(root), path
        assert not found.exists(), path


@given(path=st.text(st.sampled_from("./\\~ab\x00\n%:é ") | st.characters(), max_size=40))
def test_whatever_is_typed_stays_inside(path: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    root = tmp_path_factory.getbasetemp().resolve() / "root"
    try:
        found = inside(_contents(root, allow_hidden=True), path)
    except UnusableInput:
        return
    assert found != root
    assert found.is_relative_to(root)


def test_links_are_followed_inside_and_refused_where_they_lead_out(tmp_path: Path) -> None:
    root, outside = tmp_path / "root", tmp_path / "outside"
    for folder in (root / "real", outside):
        folder.mkdir(parents=True)
    (root / "in").symlink_to("real")
    (root / "out").symlink_to(outside)
    (root / "loop").symlink_to("loop")
    assert inside(_contents(root), "in/new") == (root / "real" / "new").resolve()
    for path in ("out", "out/new", "loop/x"):
        with pytest.raises(UnusableInput):
            inside(_contents(root), path)


def test_hidden_places_are_shown_only_where_jupyter_shows_them(tmp_path: Path) -> None:
    with pytest.raises(UnusableInput, match="hidden"):
        inside(_contents(tmp_path), "a/.git/config")
    assert inside(_contents(tmp_path, allow_hidden=True), "a/.git").name == ".git"


def test_a_server_without_a_folder_says_so() -> None:
    with pytest.raises(UnusableInput, match="not files in a folder"):
        root_of(SimpleNamespace())
