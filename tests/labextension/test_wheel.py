"""The wheel that people get: what is in it, and that Jupyter finds all of it where there is no Node."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path
from types import ModuleType

import pytest

from nb2prod import __version__
from nb2prod.environment import uv
from tests.labextension.conftest import HOW, LABEXTENSION, ROOT
from tests.shared import once

pytestmark = pytest.mark.slow

NOT_OURS = shutil.ignore_patterns(
    *(".git", ".venv", ".yarn", "node_modules", "lib", "coverage", "out", "build", "dist", "*.egg-info"),
    *("__pycache__", ".*_cache", ".hypothesis", ".ipynb_checkpoints", ".eslintcache", ".stylelintcache"),
)
SHARED = f"nb2prod-{__version__}.data/data/"
HOME = f"{SHARED}share/jupyter/labextensions/nb2prod/"


def _copy(folder: Path) -> Path:
    return Path(shutil.copytree(ROOT, folder / "tree", ignore=NOT_OURS))


def _build(tree: Path, *options: str) -> str:
    done = uv.run(["build", "--quiet", "--python", sys.executable, *options, str(tree)], cwd=tree.parent)
    assert done.ok, done.complaint(lines=60)
    return done.stdout + done.stderr


@pytest.fixture(scope="module")
def dist(hook: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A source distribution, and the wheel that is built from it: without Node."""
    if not hook.is_current(LABEXTENSION):
        pytest.skip(f"the wheel was not tested: the extension is not built from the sources that are here; {HOW}")

    def make(folder: Path) -> None:
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("PATH", _without_node(folder / "bin"))
            patch.delenv("NB2PROD_PYTHON_ONLY", raising=False)
            _build(_copy(folder))

    return once(tmp_path_factory, "dist", make) / "tree" / "dist"


def _without_node(folder: Path) -> str:
    """Return a PATH on which there is no Node, and still a shell."""
    folder.mkdir()
    for name in ("sh", "uname", "env", "ldd", "cat"):
        if found := shutil.which(name):
            (folder / name).symlink_to(found)
    assert shutil.which("node", path=str(folder)) is None
    return str(folder)


def _wheel(dist: Path) -> dict[str, bytes]:
    (path,) = dist.glob("*.whl")
    with zipfile.ZipFile(path) as wheel:
        return {name: wheel.read(name) for name in wheel.namelist()}


def test_the_wheel_has_the_extension_as_it_was_built_for_production(dist: Path) -> None:
    wheel = _wheel(dist)
    names = {name.removeprefix(HOME) for name in wheel if name.startswith(HOME)}
    (entry,) = [name for name in names if re.fullmatch(r"static/remoteEntry\.\w+\.js", name)]
    loaded = json.loads(wheel[f"{HOME}package.json"])["jupyterlab"]["_build"]["load"]
    assert loaded == entry
    schemas = {f"schemas/nb2prod/{path.name}" for path in (LABEXTENSION / "schema").iterdir()}
    assert names >= {"package.json", "install.json", *schemas}
    server = json.loads(wheel[f"{SHARED}etc/jupyter/jupyter_server_config.d/nb2prod.json"])
    assert server == {"ServerApp": {"jpserver_extensions": {"nb2prod": True}}}


def test_the_wheel_has_nothing_of_this_machine(dist: Path) -> None:
    wheel = _wheel(dist)
    odd = re.compile(r"build_log|\.map$|node_modules|__tests__|sources\.sha256|__pycache__|\.tsx?$|^tests/|yarn\.lock")
    assert [name for name in wheel if odd.search(name)] == []
    places = [str(ROOT).encode(), str(Path.home()).encode() + b"/", str(dist).encode()]
    assert [name for name, text in wheel.items() if any(place in text for place in places)] == []
    assert [name for name, text in wheel.items() if b"\n//# sourceMappingURL=" in text] == []
    assert sum(map(len, wheel.values())) < 6_000_000


def test_the_source_distribution_has_all_that_is_needed(dist: Path) -> None:
    (path,) = dist.glob("*.tar.gz")
    with tarfile.open(path) as source:
        names = {name.partition("/")[2] for name in source.getnames()}
    ours = {name.removeprefix("labextension/") for name in names if name.startswith("labextension/")}
    assert names >= {"pyproject.toml", "Makefile", "README.md", "templates/project/cookiecutter.json"}
    assert ours >= {"hatch_build.py", "package.json", "yarn.lock", ".yarnrc.yml", "tsconfig.json", "install.json"}
    assert ours >= {"jest.config.js", "jest.setup.js", "src/index.ts", "src/__tests__/sections.spec.ts"}
    assert ours >= {"built/package.json", "built/sources.sha256"}
    assert [name for name in names if "node_modules" in name or name.endswith(".map")] == []


def test_jupyter_finds_it_in_a_fresh_environment_without_node(dist: Path, tmp_path: Path) -> None:
    venv = tmp_path / "venv"
    (path,) = dist.glob("*.whl")
    for command in (
        ["venv", "--quiet", "--python", sys.executable, str(venv)],
        ["pip", "install", "--quiet", "--python", str(venv / "bin" / "python"), str(path)],
    ):
        done = uv.run(command, cwd=tmp_path)
        assert done.ok, done.complaint(lines=60)

    home = tmp_path / "home"
    home.mkdir()
    variables = {name: value for name, value in os.environ.items() if not name.startswith(("JUPYTER", "PYTHON"))}
    variables |= {"PATH": str(venv / "bin"), "HOME": str(home), "JUPYTER_PREFER_ENV_PATH": "1"}

    def said(*command: str) -> str:
        # whatever looks into the working folder must not find this repository there
        done = subprocess.run(
            [str(venv / "bin" / "python"), "-m", *command],
            cwd=home,
            env=variables,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=True,
        )
        return re.sub(r"\x1b\[[0-9;]*m", "", done.stdout)

    listed = said("jupyter", "labextension", "list")
    assert re.search(rf"^\s+nb2prod v{__version__} enabled OK \(python, nb2prod\)$", listed, re.MULTILINE), listed
    served = said("jupyter", "server", "extension", "list")
    assert re.search(r"^\s+nb2prod enabled$", served, re.MULTILINE), served
    assert re.search(rf"^\s+nb2prod {__version__} OK$", served, re.MULTILINE), served
    assert "export" in said("nb2prod", "--help")


def test_python_only_leaves_the_extension_out_and_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NB2PROD_PYTHON_ONLY", "1")
    monkeypatch.setenv("PATH", _without_node(tmp_path / "bin"))
    tree = _copy(tmp_path)
    shutil.rmtree(tree / "labextension" / "built", ignore_errors=True)
    done = uv.run(["build", "--wheel", "--python", sys.executable, str(tree)], cwd=tmp_path)
    assert done.ok, done.complaint(lines=60)
    assert "without its JupyterLab extension" in done.stdout + done.stderr
    wheel = _wheel(tree / "dist")
    assert [name for name in wheel if "labextension" in name] == []
    assert f"{SHARED}etc/jupyter/jupyter_server_config.d/nb2prod.json" in wheel
    assert "nb2prod/cli/export.py" in wheel
