"""The template's files as a package of their own, ``lit.compiled``."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

COMPILED = (
    Path(__file__).parents[2] / "templates/compiled/{{cookiecutter.project}}/src/{{cookiecutter.package}}/compiled"
)


@pytest.fixture(scope="session", autouse=True)
def lit(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Return the folder of a package ``lit`` that holds nothing but ``compiled``; it can be imported."""
    folder = tmp_path_factory.mktemp("lit")
    shutil.copytree(COMPILED, folder / "lit" / "compiled")
    (folder / "lit" / "__init__.py").touch()
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(folder))
        yield folder / "lit"
    for name in [name for name in sys.modules if name.partition(".")[0] == "lit"]:
        del sys.modules[name]
