"""What a killed sweep has left of Ray goes away with the next one, and nothing that anybody still uses."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from nb2prod.cluster.folders import PREFIX, private_folder

OWNER = """
import sys, time
from pathlib import Path
from nb2prod.cluster.folders import private_folder
with private_folder() as folder:
    Path(folder, "token").write_text("of a sweep")
    print(folder, flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def base(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    monkeypatch.setattr("nb2prod.cluster.folders.LONGEST_FOLDER", 1000)
    return tmp_path


def owner(base: Path) -> tuple[subprocess.Popen[str], Path]:
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    code = OWNER.replace(
        "from nb2prod", "import nb2prod.cluster.folders as f; f.LONGEST_FOLDER = 1000\nfrom nb2prod", 1
    )
    process = subprocess.Popen([sys.executable, "-c", code], env=environment(base), text=True, **pipes)  # type: ignore[call-overload]
    return process, Path(process.stdout.readline().strip())


def environment(base: Path) -> dict[str, str]:
    return {"PYTHONPATH": str(Path(__file__).parents[2]), "TMPDIR": str(base)}


def test_of_a_killed_one_nothing_is_left_and_of_a_living_one_all(base: Path) -> None:
    (killed, left), (living, used) = owner(base), owner(base)
    try:
        killed.kill()
        killed.wait()
        assert left.is_dir() and used.is_dir()
        with private_folder() as own:
            assert not left.exists()
            assert {path.name for path in used.iterdir()} == {"token", "lock"}
            with private_folder() as another:
                assert Path(own).is_dir() and Path(another).is_dir()
        living.communicate("")
        assert living.returncode == 0
    finally:
        for each in (killed, living):
            each.kill()
            each.communicate()
    assert not list(base.iterdir())


def test_what_is_none_of_ours_or_not_to_be_told_stays(base: Path) -> None:
    elsewhere = base / "data"
    elsewhere.mkdir()
    (elsewhere / "lock").touch()
    (base / f"{PREFIX}link").symlink_to(elsewhere)
    (base / f"{PREFIX}made-just-now").mkdir()
    (base / f"{PREFIX}file").touch()
    with private_folder():
        pass
    assert {path.name for path in base.iterdir()} == {
        "data", f"{PREFIX}link", f"{PREFIX}made-just-now", f"{PREFIX}file",
    }  # fmt: skip
    assert (elsewhere / "lock").exists()
