"""What is compiled in one environment is found in the next one with the same pins, and only there."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from nb2prod.environment import bytecode

ASK = "import sys; sys.path.insert(0, sys.argv[1]); import lib; from pathlib import Path; print(Path(lib.__cached__))"


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return bytecode._folder()


def environment(folder: Path, pins: str, python: str = "3.11") -> Path:
    """Make what looks like an environment, with one module as old as in every other; return where it is compiled to."""
    folder.mkdir(parents=True)
    library = folder / "lib.py"
    library.write_text("x = 1\n")
    os.utime(library, (1_700_000_000, 1_700_000_000))
    (folder.parent / "requirements.txt").write_text(pins)
    bytecode.share(folder / ".bytecode", folder, python, [folder.parent / "requirements.txt"])
    return folder / ".bytecode"


def compiled(folder: Path) -> Path:
    """Import the module in a process of its own; return where its bytecode should be now."""
    command = [sys.executable, "-X", f"pycache_prefix={folder / '.bytecode'}", "-c", ASK, str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env={})
    return Path(done.stdout.strip())


def test_the_next_environment_with_these_pins_finds_it(tmp_path: Path, cache: Path) -> None:
    first, second, other = (tmp_path / name / "environment" for name in ("one", "two", "three"))
    environment(first, "a==1")
    written = compiled(first)
    assert written.is_file() and written.resolve().is_relative_to(cache)
    environment(second, "a==1")
    (there,) = (second / ".bytecode" / second.relative_to("/")).rglob("*.pyc")
    assert there.resolve() == written.resolve()
    before = there.stat().st_mtime_ns
    compiled(second)
    assert there.stat().st_mtime_ns == before, "it was compiled again"
    environment(other, "a==2")
    assert not list((other / ".bytecode" / other.relative_to("/")).rglob("*.pyc"))


def test_only_the_last_used_are_kept(tmp_path: Path, cache: Path) -> None:
    for number in range(bytecode.MOST_KEPT + 3):
        environment(tmp_path / str(number) / "environment", f"a=={number}")
    assert len(list(cache.iterdir())) == bytecode.MOST_KEPT


def test_where_nothing_can_be_kept_it_is_compiled_anew(tmp_path: Path, cache: Path) -> None:
    cache.parent.mkdir(parents=True)
    cache.write_text("a file is in the way")
    environment(tmp_path / "one" / "environment", "a==1")
    assert compiled(tmp_path / "one" / "environment").is_file()
