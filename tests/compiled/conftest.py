"""The files of the template, and of all kinds of estimators, as a package of their own, ``lit.compiled``."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

TEMPLATES = Path(__file__).parents[2] / "templates"
INSIDE = "{{cookiecutter.project}}/src/{{cookiecutter.package}}/compiled"


@pytest.fixture(scope="session", autouse=True)
def lit(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Return the folder of a package ``lit`` that holds nothing but ``compiled``; it can be imported."""
    folder = tmp_path_factory.mktemp("lit")
    for template in (TEMPLATES / "compiled", *sorted((TEMPLATES / "estimators").iterdir())):
        shutil.copytree(template / INSIDE, folder / "lit" / "compiled", dirs_exist_ok=True)
    (folder / "lit" / "__init__.py").touch()
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(folder))
        yield folder / "lit"
    for name in [name for name in sys.modules if name.partition(".")[0] == "lit"]:
        del sys.modules[name]
