"""What may go into a wheel, and what has to be built before."""

from __future__ import annotations

import json
import os
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from tests.labextension.conftest import is_stale


class Extension:
    """A folder as the hook finds it, small."""

    def __init__(self, root: Path, hook: ModuleType) -> None:
        self.folder = root / "labextension"
        self.module = hook
        self.warnings: list[str] = []
        (root / "pyproject.toml").parent.mkdir(exist_ok=True)
        (root / "pyproject.toml").write_text('[project]\n[project.optional-dependencies]\nlabextension = ["node"]\n')
        self.write("package.json", json.dumps({"name": "nb2prod"}))
        self.write("src/index.ts", "export default [];\n")
        self.write("src/__tests__/index.spec.ts", "it('is', () => {});\n")
        self.write("install.json", "{}")

    def write(self, name: str, text: str) -> None:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def build(self, folder: Path) -> None:
        """Stand for ``build``, which takes minutes."""
        assert folder == self.folder
        for path in (folder / "built").rglob("*"):
            if path.is_file():
                path.unlink()
        self.write("built/package.json", "{}")
        self.write("built/static/remoteEntry.1a.js", "built")
        self.write(f"built/{self.module.MARK}", self.module._sources(folder))

    def hook(self, target: str = "wheel") -> Any:
        hook = self.module.LabextensionHook.__new__(self.module.LabextensionHook)
        app = SimpleNamespace(display_warning=self.warnings.append)
        for name, value in (("root", str(self.folder.parent)), ("target_name", target), ("app", app)):
            setattr(hook, f"_BuildHookInterface__{name}", value)
        return hook

    def wheel(self, version: str = "standard", target: str = "wheel") -> list[str]:
        """Return what the hook puts into a wheel."""
        data: dict[str, Any] = {"shared_data": {}}
        self.hook(target).initialize(version, data)
        assert all(Path(source).is_file() for source in data["shared_data"])
        return sorted(data["shared_data"].values())


@pytest.fixture
def extension(tmp_path: Path, hook: ModuleType, monkeypatch: pytest.MonkeyPatch) -> Extension:
    monkeypatch.delenv("NB2PROD_PYTHON_ONLY", raising=False)
    found = Extension(tmp_path, hook)
    monkeypatch.setattr(hook, "build", found.build)
    return found


HOME = "share/jupyter/labextensions/nb2prod"
WHEEL = [f"{HOME}/install.json", f"{HOME}/package.json", f"{HOME}/static/remoteEntry.1a.js"]


def test_what_is_not_built_is_built(extension: Extension) -> None:
    assert extension.hook().dependencies() == ["node"]
    assert extension.wheel() == WHEEL


def test_what_is_built_is_taken_with_nothing_but_python(extension: Extension, monkeypatch: pytest.MonkeyPatch) -> None:
    extension.build(extension.folder)
    monkeypatch.delattr(extension.module, "build")
    assert extension.hook().dependencies() == []
    assert extension.wheel() == WHEEL
    assert extension.wheel(target="sdist") == []


@pytest.mark.parametrize("name", ["built/build_log.json", "built/static/lib.1a.js.map", "built/static/a.css.map"])
def test_what_was_built_for_development_gets_into_no_wheel(extension: Extension, name: str) -> None:
    extension.build(extension.folder)
    extension.write(name, '"/home/somebody"')
    assert extension.hook().dependencies() == ["node"]
    assert extension.wheel() == WHEEL


def test_a_build_for_development_alone_gets_into_no_wheel(extension: Extension) -> None:
    extension.write("built/package.json", "{}")
    extension.write("built/build_log.json", "{}")
    extension.write("built/static/remoteEntry.2b.js", "with a source map inside")
    assert extension.wheel() == WHEEL


@pytest.mark.parametrize("name", ["src/index.ts", "src/new.ts", "schema/bands.json", "style/base.css", "package.json"])
def test_what_was_built_from_other_sources_is_built_again(extension: Extension, name: str) -> None:
    extension.build(extension.folder)
    extension.write("built/static/old.js", "old")
    extension.write(name, "changed")
    assert extension.hook().dependencies() == ["node"]
    assert extension.wheel() == WHEEL


def test_tests_are_no_reason_to_build_again(extension: Extension) -> None:
    extension.build(extension.folder)
    extension.write("src/__tests__/index.spec.ts", "changed")
    assert extension.hook().dependencies() == []


def test_an_editable_install_takes_what_somebody_works_on(
    extension: Extension, monkeypatch: pytest.MonkeyPatch
) -> None:
    extension.build(extension.folder)
    extension.write("src/index.ts", "changed")
    extension.write("built/build_log.json", "{}")
    monkeypatch.delattr(extension.module, "build")
    assert f"{HOME}/build_log.json" in extension.wheel("editable")


def test_python_only_says_so(extension: Extension, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NB2PROD_PYTHON_ONLY", "1")
    assert extension.hook().dependencies() == []
    assert extension.wheel() == []
    assert "without its JupyterLab extension" in extension.warnings[0]


def test_a_missing_jlpm_is_said(tmp_path: Path, hook: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(hook.sys, "executable", str(tmp_path / "python"))
    with pytest.raises(SystemExit, match=r"there is no jlpm.*NB2PROD_PYTHON_ONLY=1"):
        hook.build(tmp_path)


def test_the_browser_is_shown_nothing_that_was_built_from_other_sources(extension: Extension) -> None:
    extension.build(extension.folder)
    assert not is_stale(extension.folder)
    extension.write("src/__tests__/index.spec.ts", "it('is not', () => {});\n")
    assert not is_stale(extension.folder)
    extension.write("src/index.ts", "export default [1];\n")
    assert is_stale(extension.folder)

    extension.write("built/static/lib.1a.js.map", "{}")  # built for development, before the change and after it
    os.utime(extension.folder / "built" / "package.json", (1, 1))
    assert is_stale(extension.folder)
    os.utime(extension.folder / "built" / "package.json")
    assert not is_stale(extension.folder)
